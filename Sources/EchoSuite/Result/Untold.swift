internal import EchoIO

extension RunComparison {
  /// A scenario that both runs have, and of whose first figure there is no ratio: what each run says
  /// of it.
  struct Untold: Sendable {
    let match: RunMatch
    /// Both measured it, and no ratio can be given.
    private let isMeasured: Bool

    /// Nil for a scenario that is compared.
    init?(_ match: RunMatch, isCompared: Bool) {
      guard !isCompared else { return nil }
      self.match = match
      isMeasured = match.base.status == .measured && match.new.status == .measured
    }

    /// It was measured, and shows a wrong or a stalling server now; one that is there to be shown
    /// wrong may be.
    var isNewlyWrong: Bool {
      guard match.base.hasFigure, match.new.scenario.server.correctedBy == nil else { return false }
      return match.new.status == .invalid
        || (match.new.status == .measured && !match.new.hasFigure)
    }

    /// It was measured, and is not now.
    var isNewlyAbsent: Bool {
      match.base.hasFigure
        && [.failed, .unavailable, .pending].contains(match.new.status)
    }

    /// `INVALID, before measured: the server returned …`.
    var reason: String {
      let (before, now) = (match.base, match.new)
      if isMeasured, now.scenario.load.verification == .off {
        return "nothing was verified, so that nobody knows what the server did"
      }
      let states =
        before.statusText == now.statusText
        ? now.statusText : "\(now.statusText), before \(before.statusText)"
      let words = isMeasured ? stalls : now.status == .measured ? before.reasons : now.reasons
      return words.isEmpty ? states : "\(states): \(words.joined(separator: "; "))"
    }

    /// Why there is no ratio of what was measured.
    private var stalls: [String] {
      [(match.new, "now"), (match.base, "before")].compactMap { summary, when -> String? in
        if summary.roundsWithoutRate > 0 {
          return "\(when) no rate held in \(summary.roundsWithoutRate) of"
            + " \(plural(summary.rounds.count, "round"))"
        }
        return summary.stalledRounds > 0
          ? "\(when) \(summary.stalledRounds) of \(plural(summary.rounds.count, "round")) stalled"
          : summary.rounds.count < 2 ? "\(when) a single round" : nil
      }
    }
  }
}

extension Summary {
  /// It was measured, and answered in most rounds.
  fileprivate var hasFigure: Bool {
    status == .measured
      && stalledRounds + roundsWithoutRate <= TrimmedMean.trimmed(of: rounds.count)
  }
}
