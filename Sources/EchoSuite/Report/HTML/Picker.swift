/// What a reader asks the table for. Without the page's script it is not there, and all rows are.
struct Picker {
  let rows: PageRows

  var markup: Markup {
    Markup("form", ["id": "picker", "hidden": "hidden", "aria-label": "Which rows to show"]) {
      rows.axes.enumerated().map { index, axis in choice(axis, index) }
      if rows.rows.contains(where: { !$0.fits }) { buffers }
      Markup("label", ["class": "field"]) {
        Markup("span") { "Server" }
        Markup.void(
          "input",
          [
            "type": "search", "name": "server", "placeholder": "name", "autocomplete": "off",
            "spellcheck": "false",
          ])
      }
      Markup("label", ["class": "check"]) {
        Markup.void("input", ["type": "checkbox", "name": "more"])
        Markup("span") { "more columns" }
      }
    }
  }

  private func choice(_ axis: PageAxis, _ index: Int) -> Markup {
    let values = axis.values.enumerated().map { place, value in
      (value: value.argument, text: value.text, place: "\(place)")
    }
    return group(
      axis.title, axis.name, values + [(value: "all", text: "all", place: "")], axis: "\(index)")
  }

  private var buffers: Markup {
    group(
      "Buffer", "buffer",
      [("fits", "smallest that fits", ""), ("all", "all", "")], axis: nil)
  }

  /// Buttons of which one is down: the first.
  private func group(
    _ title: String, _ name: String, _ choices: [(value: String, text: String, place: String)],
    axis: String?
  ) -> Markup {
    Markup("fieldset", ["data-axis": axis]) {
      Markup("legend") { title }
      Markup("div", ["class": "choices"]) {
        choices.enumerated().map { index, choice in
          Markup("label") {
            Markup.void(
              "input",
              [
                "type": "radio", "name": name, "value": choice.value,
                "data-place": choice.place.isEmpty ? nil : choice.place,
                "checked": index == 0 ? "checked" : nil,
              ])
            Markup("span") { choice.text }
          }
        }
      }
    }
  }
}
