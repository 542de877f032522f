import Foundation
import Testing

/// HdrHistogram's Python edition, hdrhistogram of PyPI: reads what the client has written, and says
/// in JSON what it found.
enum IndependentReader {
  /// The Python that has it, if one does: `scripts/peers/setup --reader` sees to it.
  static let python: String? = {
    let environment =
      ProcessInfo.processInfo.environment["ECHOBENCH_PEERS_VENV"].map { URL(filePath: $0) }
      ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "scripts/peers/.venv")
    let files = FileManager.default
    let library = environment.appending(path: "lib")
    let versions = (try? files.contentsOfDirectory(atPath: library.path())) ?? []
    let isThere = versions.contains {
      files.fileExists(atPath: library.appending(path: "\($0)/site-packages/hdrh/log.py").path())
    }
    return isThere ? environment.appending(path: "bin/python").path() : nil
  }()

  static let absence: Comment =
    "PyPI's hdrhistogram is not here; scripts/peers/setup --reader installs it"

  /// Runs a script of it.
  static func run(_ script: String, _ arguments: [String]) async throws -> JSONValue {
    let python = try #require(python)
    let ending = try await RunningProgram.with(
      ["-c", script] + arguments, program: python
    ) { try await $0.end() }
    #expect(ending.status == 0, "\(ending.errors)")
    return try JSONValue(parsing: ending.output)
  }

  /// The lines of an interval log: of each its tag, start and end in seconds since 1970, how many
  /// values it holds, and whether its counts are those of an encoding.
  static func log(_ path: String, holding encodings: [String]) async throws -> [JSONValue] {
    let lines = try await run(
      """
      import json, sys
      from hdrh.histogram import HdrHistogram
      from hdrh.log import HistogramLogReader
      def counts(h):
        return [(i.value_iterated_to, i.count_at_value_iterated_to)
                for i in h.get_recorded_iterator()]
      reader = HistogramLogReader(sys.argv[1], HdrHistogram(1, 3600000000000, 3))
      lines = []
      while (h := reader.get_next_interval_histogram()) is not None:
        n = len(lines)
        other = HdrHistogram.decode(sys.argv[2 + n]) if len(sys.argv) > 2 + n else None
        lines.append({
          "tag": h.get_tag(), "count": h.get_total_count(),
          "start": h.get_start_time_stamp() / 1000, "end": h.get_end_time_stamp() / 1000,
          "is_same": other is not None and counts(h) == counts(other)})
      print(json.dumps(lines))
      """, [path] + encodings)
    guard case .array(let elements) = lines else { return [] }
    return elements
  }

  /// What is wrong with the lines of a percentile distribution in microseconds, by the counts of an
  /// encoding; empty when each is right.
  static func complaints(about path: String, encoded: String) async throws -> JSONValue {
    try await run(
      """
      import json, sys
      from hdrh.histogram import HdrHistogram
      h = HdrHistogram.decode(sys.argv[2])
      upto, total, complaints, lines = {}, 0, [], 0
      for i in h.get_recorded_iterator():
        total += i.count_at_value_iterated_to
        upto["%.3f" % (i.value_iterated_to / 1000)] = total
      for line in open(sys.argv[1]):
        cells = line.split()
        if line.startswith("#[Max") and (
            cells[2] != "%.3f," % (h.get_max_value() / 1000) or cells[-1] != "%d]" % total):
          complaints.append(line)
        if line.startswith("#[Mean") and cells[2] != "%.3f," % (h.get_mean_value() / 1000):
          complaints.append(line)
        if line.startswith("#") or not cells or cells[0] == "Value":
          continue
        lines += 1
        value, percentile, count = cells[0], float(cells[1]), int(cells[2])
        before = max([n for n in upto.values() if n < count], default=0)
        if upto.get(value) != count or not before <= percentile * total <= count:
          complaints.append(line)
        if percentile < 1 and cells[3] != "%.2f" % (1 / (1 - percentile)):
          complaints.append(line)
      if lines < 10 or (percentile, count) != (1, total):
        complaints.append("%d lines, the last at %g with %d" % (lines, percentile, count))
      print(json.dumps(complaints))
      """, [path, encoded])
  }
}
