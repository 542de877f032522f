import Foundation

@testable import EchoIO
@testable import EchoSuite

/// Suite files, and folders of suites.
extension Target {
  static let suites = [
    Target(text: "suite", allowance: 32 << 20) { text in
      let file: SuiteFile
      do {
        file = try SuiteFileReader.read(text, file: "a.yaml")
      } catch let error as SuiteFileError {
        return lawOfWords("\(error)")
      } catch {
        return law(false, "an error that names no file: \(error)")
      }
      // Larger ones take their time, and are made of the same.
      guard !file.sweep.hasRateParts, file.sweep.scenarioCount <= 100 else { return }
      let plan = Plan(file, seed: 1)
      law(plan.problem == nil, "a suite file makes a plan that cannot be: \(plan.problem ?? "")")
      guard let written = try? JSONEncoder().encode(plan) else {
        return law(false, "a plan that cannot be written")
      }
      law((try? JSONDocument.decode(Plan.self, from: written)) == plan, "another plan is read")
      _ = "\(DryRun(of: file, seed: 1))"
    },
    // The log of a suite whose plan and machine are known, and its reports.
    Target("trials", allowance: 64 << 20) { bytes in
      let suite = suite
      Scratch.write(bytes, to: "suite/trials.jsonl")
      let log: TrialLog
      do {
        log = try TrialLog.open(suite)
      } catch {
        return lawOfWords("\(error)", most: 3 * mostLegible + suite.count)
      }
      // One of them for some: a page takes a hundred times what its log does.
      let drawn = Int(bytes.reduce(0, &+)) % 32
      guard ReportFormat.allCases.indices.contains(drawn) else { return }
      let format = ReportFormat.allCases[drawn]
      do {
        law(!(try format.render(SuiteResult(log))).isEmpty, "a report of nothing")
      } catch {
        law(false, "it is read, and cannot be reported: \(error)")
      }
    },
  ]

  /// The simulated suite's plan, of its first rows, and its machine.
  private static let suite: String = {
    let folder = Scratch.path("suite")
    let source = URL(filePath: #filePath).appending(
      path: "../../../../../EchoSuiteTests/Fixtures/simulated"
    ).standardized
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let plan = try Data(contentsOf: source.appending(path: "plan.json"))
      var members = try JSONSerialization.jsonObject(with: plan) as? [String: Any] ?? [:]
      members["scenarios"] = (members["scenarios"] as? [Any])?.prefix(3).map { $0 }
      members["anatomy"] = nil
      Scratch.write(
        Array(try JSONSerialization.data(withJSONObject: members)), to: "suite/plan.json")
      let machine = try Data(contentsOf: source.appending(path: "machine.json"))
      Scratch.write(Array(machine), to: "suite/machine.json")
    } catch {
      complain("no suite can be made of \(source.path): \(error)")
      exit(2)
    }
    return folder
  }()
}
