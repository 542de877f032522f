/// A picture in a document: its drawing, and in words what it shows.
struct Figure: Equatable, Sendable {
  /// Of its file without the suffix, and of its element in a page: `ratios`.
  let name: String
  /// What it shows, as a short sentence.
  let title: String
  /// What a person who cannot see it has to be told: what is ahead, and by how much.
  let description: String
  /// How it is to be read.
  let caption: Text
  let drawing: Drawing
  /// Of which situations it is: a value of each outer axis (``Situations/outer``). Empty where it is of all.
  var situation: [String] = []
}
