import Foundation
import Testing

@testable import EchoSuite

struct AnatomyTests {
  @Test func `calls are added up over their names`() {
    var anatomy = Anatomy()
    #expect(anatomy.callsPerMessage == nil)
    anatomy.calls = ["read": 1, "write": 1, "epoll_wait": 0.25]
    #expect(anatomy.callsPerMessage == 2.25)
  }

  @Test func `bytes per call count the calls that gave nothing`() {
    #expect(Anatomy.Transfers(calls: 2, bytes: 1000).bytesPerCall == 500)
    #expect(Anatomy.Transfers(calls: 0, bytes: 0).bytesPerCall == nil)
  }

  @Test func `what is not known is absent from the document, and its reason is an object's member`()
    throws
  {
    var anatomy = Anatomy()
    anatomy.reads = .init(calls: 1, bytes: 1000)
    anatomy.unavailable[.instructions] = "valgrind is missing"
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(anatomy)
    let text = String(decoding: data, as: UTF8.self)
    #expect(
      text
        == #"{"reads":{"bytes":1000,"calls":1},"unavailable":{"instructions":"valgrind is missing"}}"#
    )
    #expect(try JSONDecoder().decode(Anatomy.self, from: data) == anatomy)
  }
}
