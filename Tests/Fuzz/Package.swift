// swift-tools-version: 6.3

import PackageDescription

// A package of its own, which `scripts/fuzz` builds: every module under the fuzzer's and the address
// sanitizer's instrumentation, without what is not parsed with, and without the tests.
let package = Package(
  name: "Fuzz",
  dependencies: [
    .package(name: "echobench", path: "../..", traits: [])
  ],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CFuzzer",
        .product(name: "EchoIO", package: "echobench"),
        .product(name: "EchoSuite", package: "echobench"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        // The fuzzer's runtime has the main function.
        .unsafeFlags(["-parse-as-library"]),
      ]),
  ]
)
