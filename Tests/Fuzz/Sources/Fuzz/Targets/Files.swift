import Foundation

@testable import EchoIO
@testable import EchoSuite

/// Files that are read as such: lines, what clients and observers have reported, documents of others.
extension Target {
  static let files = [
    Target("lines") { bytes in
      Scratch.write(bytes, to: "lines")
      do throws(FileProblem) {
        var (reader, total) = (try LineReader(Scratch.path("lines")), 0)
        while let line = try reader.next() {
          law(!line.contains(UInt8(ascii: "\n")), "a line of two")
          total += line.count + 1
        }
        law(total <= bytes.count && reader.wholeBytes <= UInt64(bytes.count), "lines of nothing")
      } catch {
        lawOfWords(legible(error.reason))
      }
    },
    // A report's histogram is a kilobyte of text, and 150 of them where it is added up: one at a time.
    Target("merge", allowance: 16 << 20) { bytes in
      Scratch.write(bytes, to: "reports")
      let merge: Merge
      do throws(Merge.Refusal) {
        merge = try Merge(reading: [Scratch.path("reports")], expecting: nil)
      } catch {
        for problem in error.problems { lawOfWords("\(problem)") }
        return
      }
      for format in MergeFormat.allCases {
        do {
          law(!(try format.render(merge)).isEmpty, "a report of nothing")
        } catch {
          law(false, "it is merged, and cannot be reported: \(error)")
        }
      }
    },
    Target("markers") { bytes in
      let (document, markers) = (Data(bytes), Markers(name: "quick"))
      do throws(Markers.Ambiguous) {
        guard let place = try markers.place(in: document) else { return }
        let changed =
          document[..<place.lowerBound] + Data("\nnew\n".utf8)
          + document[place.upperBound...]
        guard let again = try markers.place(in: changed) else {
          return law(false, "what was inserted has hidden the markers")
        }
        law(changed[again] == Data("\nnew\n".utf8), "it is not where it was inserted")
      } catch {
        lawOfWords("\(error)", most: 10 * bytes.count + mostLegible)
      }
    },
  ]
}
