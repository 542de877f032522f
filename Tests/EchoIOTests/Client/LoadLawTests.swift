import FoundationEssentials
import Laws
import Testing

@testable import EchoIO

/// A load is one value wherever it stands.
struct LoadLawTests {
  @Test func `a load is read back from a document`() throws {
    try forAll(400) {
      $0.load()
    } holds: { load in
      let data = try JSONEncoder().encode(load)
      try holdEqual(try JSONDecoder().decode(Load.self, from: data), load)
    }
  }

  @Test func `a load is read back from the text of each of its axes`() throws {
    try forAll(400) {
      $0.load()
    } holds: { load in
      let texts = LoadAxis.all.map { ($0.name, $0.argument(load)) }
      try holdEqual(try Load(Dictionary(uniqueKeysWithValues: texts)), load)
    }
  }

  @Test func `a load is read back from the arguments of a client`() throws {
    try forAll(400) {
      $0.load()
    } holds: { load in
      var texts: [String: String] = [:]
      var words = load.arguments[...]
      while let name = words.popFirst().map({ String($0.dropFirst(2)) }) {
        texts[name] =
          LoadAxis.all.first { $0.name == name }?.isFlag == true ? "on" : words.popFirst()
      }
      // The client is told by its address.
      texts["transport"] = load.transport.rawValue
      try holdEqual(try Load(texts), load)
    }
  }

  @Test func `however a value is written, its text is one and the same`() throws {
    try forAll(400) {
      $0.loadTexts()
    } holds: { texts in
      for axis in LoadAxis.all {
        guard let text = texts[axis.name] else { continue }
        let canonical = try axis.canonical(text)
        try holdEqual(try axis.canonical(canonical), canonical, "\(axis.name) of \(text)")
      }
    }
  }

  @Test(arguments: [
    ("size", "1024", "1KiB"), ("size", "65536", "64k"), ("size", "1024,64", "64,1k"),
    ("size", "uniform:64-4096", "uniform:64-4k"), ("rate", "2000", "2k"),
  ])
  func `two ways of writing a value have one text`(axis: String, one: String, other: String) throws
  {
    let axis = try #require(LoadAxis.all.first { $0.name == axis })
    #expect(try axis.canonical(one) == axis.canonical(other))
  }
}
