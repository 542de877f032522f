internal import EchoIO

/// What several clients have measured together as one page, which needs nothing beside itself and no
/// network: the style sheet and the pictures of a suite's page, and no script.
public struct MergePage {
  private let report: MergeReport
  private let pictures: MergePictures

  public init(_ merge: Merge) {
    report = MergeReport(merge)
    pictures = MergePictures(merge)
  }

  public var text: String {
    Page.doctype
      + Markup("html", ["lang": "en"]) {
        head
        "\n"
        body
      }.text + "\n"
  }

  private var head: Markup {
    let style = PageStyle.sheet([])
    return Markup("head") {
      Markup.void("meta", ["charset": "utf-8"])
      Markup.void(
        "meta",
        [
          "http-equiv": "Content-Security-Policy",
          "content": ContentPolicy(style: style, script: nil).text,
        ])
      Markup.void(
        "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      Markup.void("meta", ["name": "color-scheme", "content": "light dark"])
      Markup("title") { "\(report.title) – echobench" }
      Markup("style", source: style)
    }
  }

  private var body: Markup {
    Markup("body") {
      Markup("header") {
        Markup("p", ["class": "brand"]) { "echobench" }
        Markup(report.opening)
      }
      Markup("main") {
        Markup("section", ["id": "clients"]) {
          Markup(report.figures)
          "\n"
        }
        pictures.sections.map(section)
        if !report.circumstances.isEmpty {
          Markup("section", ["id": "circumstances"]) {
            Markup(report.circumstances)
            "\n"
          }
        }
      }
      Markup("footer") {
        Markup("p") {
          "Made by "
          Markup("code") { "echobench merge" }
          " from the clients' reports: the same reports give the same page."
        }
      }
    }
  }

  private func section(_ section: PictureSection) -> Markup {
    Markup("section", ["id": section.id, "aria-labelledby": "\(section.id)-heading"]) {
      Markup("h2", ["id": "\(section.id)-heading"]) { section.heading }
      Markup("div", ["class": "pictures"]) { section.figures.map { Markup.figure($0) } }
      Markup("div", ["class": "legend"]) { Markup(section.after) }
      "\n"
    }
  }
}
