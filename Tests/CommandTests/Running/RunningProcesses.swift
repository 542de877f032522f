import EchoIO
import Foundation

/// The processes with a text in their command lines, but for those that have ended.
func runningProcesses(mentioning text: String) -> [Int32] {
  let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
  return all.compactMap { Int32($0) }.filter { process in
    guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
      return false
    }
    return String(decoding: line, as: UTF8.self).contains(text)
  }
}

/// How long to leave between two looks at all processes: each takes some milliseconds of a CPU, which
/// those that are looked at need, too.
let processListing = Duration.milliseconds(15)
