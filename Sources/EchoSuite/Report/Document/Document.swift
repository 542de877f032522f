/// What a report says, without markup. A format renders it.
struct Document: Equatable, Sendable {
  enum Block: Equatable, Sendable {
    /// Level 1 is the document's own title, 2 a section's.
    case heading(String, level: Int)
    case paragraph(Text)
    /// Items without an order.
    case list([Text])
    case table(Table)
  }

  /// From top to bottom.
  let blocks: [Block]
}
