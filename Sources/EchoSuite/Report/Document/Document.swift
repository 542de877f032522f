/// What a report says, without markup. A format renders it.
struct Document: Equatable, Sendable {
  enum Block: Equatable, Sendable {
    /// Level 1 is the document's own title, 2 a section's.
    case heading(String, level: Int)
    case paragraph(Text)
    /// Items without an order.
    case list([Text])
    case table(Table)
    case figure(Figure)
    /// What is shown to who asks for it, by a line of words.
    indirect case details(String, [Block])
  }

  /// From top to bottom.
  let blocks: [Block]
}
