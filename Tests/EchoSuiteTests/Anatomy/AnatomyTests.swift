import Foundation
import Testing

@testable import EchoSuite

struct AnatomyTests {
  @Test func `calls are added up over their names`() {
    var anatomy = Anatomy()
    #expect(anatomy.callsPerMessage == nil)
    #expect(anatomy.calls(for: .wait) == nil)
    anatomy.calls = ["read": 1, "write": 1, "epoll_wait": 0.25]
    #expect(anatomy.callsPerMessage == 2.25)
    #expect(anatomy.calls(for: .wait) == 0.25)
    #expect(anatomy.calls(for: .other) == 0)
  }

  @Test func `bytes per call count the calls that gave nothing, and no eventfd`() {
    #expect(Anatomy.Transfers(calls: 2, bytes: 1000).bytesPerCall == 500)
    #expect(Anatomy.Transfers(calls: 2, bytes: 1008, eights: 1).bytesPerCall == 1000)
    #expect(Anatomy.Transfers(calls: 0, bytes: 0).bytesPerCall == nil)
    #expect(Anatomy.Transfers(calls: 1, bytes: 8, eights: 1).bytesPerCall == nil)
  }

  @Test func `a read and a write of an eventfd are for waking`() {
    var anatomy = Anatomy()
    anatomy.calls = ["read": 2, "write": 2, "epoll_ctl": 2, "epoll_wait": 1, "ioctl": 1]
    anatomy.reads = .init(calls: 2, bytes: 1008, eights: 1)
    anatomy.writes = .init(calls: 2, bytes: 1008, eights: 1)
    #expect(anatomy.calls(for: .read) == 1)
    #expect(anatomy.calls(for: .write) == 1)
    #expect(anatomy.calls(for: .rearm) == 4)
    #expect(anatomy.calls(for: .other) == 1)
    let sum = CallKind.allCases.compactMap(anatomy.calls(for:)).reduce(0, +)
    #expect(sum == anatomy.callsPerMessage)
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
        == #"{"reads":{"bytes":1000,"calls":1,"of_eight_bytes":0},"#
        + #""unavailable":{"instructions":"valgrind is missing"}}"#)
    #expect(try JSONDecoder().decode(Anatomy.self, from: data) == anatomy)
  }
}
