// swift-tools-version: 6.3

import PackageDescription

/// The data plane: no Foundation, everything hot in one module.
let dataPlane: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The control plane never touches raw memory, and says so to the compiler.
let controlPlane: [SwiftSetting] = dataPlane + [.strictMemorySafety()]

let package = Package(
  name: "echobench",
  products: [
    .executable(name: "echobench", targets: ["echobench"])
  ],
  traits: [
    .trait(name: "Libuv", description: "The libuv backend; needs libuv1-dev to build."),
    .trait(name: "Liburing", description: "The io_uring backends; needs liburing-dev to build."),
    .trait(name: "NIO", description: "The backends on SwiftNIO, which take minutes to build."),
    .default(enabledTraits: ["Libuv", "Liburing"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // A contestant: what is measured is one version. Without the trait it is not even fetched.
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  ],
  targets: [
    .target(name: "CLinux"),
    .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .target(name: "CLiburing", linkerSettings: [.linkedLibrary("uring")]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "EchoIO",
      dependencies: [
        "CLinux",
        "CZlib",
        .target(name: "CLibuv", condition: .when(traits: ["Libuv"])),
        .target(name: "CLiburing", condition: .when(traits: ["Liburing"])),
        .product(name: "NIOCore", package: "swift-nio", condition: .when(traits: ["NIO"])),
        .product(name: "NIOPosix", package: "swift-nio", condition: .when(traits: ["NIO"])),
      ],
      swiftSettings: dataPlane
    ),
    .target(
      name: "EchoSuite",
      dependencies: [
        "EchoIO",
        .product(name: "Yams", package: "Yams"),
      ],
      resources: [
        .embedInCode("Presets"), .embedInCode("Report/published-figures.csv"),
        .embedInCode("Report/HTML/page.css"), .embedInCode("Report/HTML/page.js"),
      ],
      swiftSettings: controlPlane
    ),
    .executableTarget(
      name: "echobench",
      dependencies: [
        "EchoSuite",
        "EchoIO",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: controlPlane
    ),
    // What tests of both draw their values with.
    .target(
      name: "Laws", dependencies: ["EchoIO"], path: "Tests/Laws", swiftSettings: dataPlane),
    // What sanitizers are to find in C.
    .target(name: "CPlanted", path: "Tests/Planted"),
    .testTarget(
      name: "EchoIOTests", dependencies: ["EchoIO", "CLinux", "CPlanted", "Laws"],
      swiftSettings: dataPlane),
    .testTarget(
      name: "EchoSuiteTests",
      dependencies: ["EchoSuite", "EchoIO", "Laws"],
      exclude: ["Fixtures"],
      swiftSettings: dataPlane
    ),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "echobench",
        "EchoSuite",
        "EchoIO",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: dataPlane
    ),
  ]
)

// What a build does without: with a sanitizer, targets of which it has nothing to say (scripts/sanitize).
if let names = Context.environment["ECHOBENCH_WITHOUT"]?.split(separator: " ") {
  package.targets.removeAll { names.contains($0.name[...]) }
  if names.contains("echobench") { package.products = [] }
}

// Which lines tests run (scripts/coverage): of ours, neither of dependencies nor of the tests themselves. Processes
// count in a file that they share, so that one which is killed has counted what it did.
if Context.environment["ECHOBENCH_COVERAGE"] != nil {
  for target in package.targets where ["EchoIO", "EchoSuite"].contains(target.name) {
    target.swiftSettings! += [
      .unsafeFlags(
        [
          "-profile-generate", "-profile-coverage-mapping",
          "-Xllvm", "-runtime-counter-relocation",
        ], .when(configuration: .debug))
    ]
    target.linkerSettings = [
      .unsafeFlags(["-profile-generate"], .when(configuration: .debug))
    ]
  }
}

// The package of Tests/Fuzz depends on the modules; users have the program.
if Context.environment["ECHOBENCH_FUZZ_MODULES"] != nil {
  package.products += ["EchoIO", "EchoSuite"].map { .library(name: $0, targets: [$0]) }
}
