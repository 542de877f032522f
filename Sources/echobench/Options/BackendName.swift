internal import ArgumentParser
internal import EchoIO

/// A backend of the registry, by its name: the one place where the registry meets the command
/// line. Help, completion and the complaint about a wrong name come from it.
struct BackendName: ExpressibleByArgument, Sendable {
  let backend: any Backend.Type

  init?(argument: String) {
    guard let backend = Backends.named(argument) else { return nil }
    self.backend = backend
  }

  private init(_ backend: any Backend.Type) {
    self.backend = backend
  }

  static let standard = BackendName(Backends.standard)

  var defaultValueDescription: String { backend.name }
  static var allValueStrings: [String] { Backends.all.map { $0.name } }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
