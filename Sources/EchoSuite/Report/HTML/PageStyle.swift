/// The style sheet of a page: colours from the paints of pictures, so that both are always the same, and the
/// rules of `page.css`.
enum PageStyle {
  static func sheet(_ axes: [PageAxis]) -> String { common + columns(axes) }

  private static let common =
    variables(":root", { $0.light }, { $0.lightText })
    + "@media screen and (prefers-color-scheme: dark) {\n"
    + variables(":root", { $0.dark }, { $0.darkText }) + "}\n" + Palette.type + shapes
    + String(decoding: PackageResources.page_css, as: UTF8.self)

  /// What depends on how many columns the table has, whose cells have no classes: with many rows those
  /// would be a good part of the page.
  private static func columns(_ axes: [PageAxis]) -> String {
    let others = ".rows:not(.wide) tr > :nth-child(n+\(PageTable.mainCount + axes.count + 1))"
    let labels = axes.enumerated().map { index, axis in
      "  .rows:not(.wide) td:nth-child(\(index + 3))::before { content: \"\(axis.title): \"; }\n"
    }
    return ".js \(others) { display: none; }\n@media print { \(others) { display: none; } }\n"
      + "@media screen and (max-width: 760px) {\n\(labels.joined())}\n"
  }

  /// `--more` is filled or drawn with, `--more-text` is of words.
  private static func variables(
    _ selector: String, _ colour: (Paint.Colours) -> String, _ text: (Paint.Colours) -> String
  ) -> String {
    let lines = Paint.allCases.map { paint in
      "--\(paint.rawValue): \(colour(paint.colours));"
        + " --\(paint.rawValue)-text: \(text(paint.colours));\n"
    }
    return "\(selector) {\n\(lines.joined())}\n"
  }

  /// Those of ``Palette``, with variables, which a page may have.
  private static let shapes =
    ".hollow { fill: var(--card); }\n"
    + Paint.allCases.map { paint in
      let name = paint.rawValue
      return ".f.\(name) { fill: var(--\(name)); } .o.\(name) { stroke: var(--\(name)); }"
        + " .t.\(name) { fill: var(--\(name)-text); }\n"
    }.joined()
}
