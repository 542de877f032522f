internal import Foundation

/// What a browser may load and run for a page (Content Security Policy Level 3): nothing from anywhere, and
/// of what is in the page its own style sheet and script, by their hashes. Should a name or a reason that
/// came from a server ever become markup, it still could not run or fetch anything.
struct ContentPolicy {
  let style: String
  /// Nil of a page that has none.
  let script: String?

  var text: String {
    "default-src 'none'; style-src '\(hash(style))';"
      + (script.map { " script-src '\(hash($0))';" } ?? "") + " base-uri 'none'; form-action 'none'"
  }

  private func hash(_ source: String) -> String {
    "sha256-" + Data(SHA256(source.utf8).digest).base64EncodedString()
  }
}
