internal import EchoIO

/// The columns that several tables have.
extension Column<Summary> {
  static var engine: Self { Column("Engine", .left, value: \.scenario.load.engine.rawValue) }
  static var module: Self { Column("Module", .left, value: \.scenario.server.name) }
  static var client: Self {
    Column("Client", .left, value: { $0.scenario.clientName })
  }
  static var bufferSize: Self {
    Column("Server buffer size", value: { $0.scenario.server.bufferBytes.map { ByteCount($0) } })
  }
  static var messageSize: Self { Column("Message size", value: \.scenario.load.size) }
  /// The axes of the load in which these rows of one engine differ, but for those that every table
  /// shows.
  static func axes(of rows: [Summary]) -> [Self] {
    axes(inWhich: rows.map(\.scenario.load), of: \.scenario.load)
  }
  /// What the blog's post says of such a server.
  static var published: Self {
    Column("Blog, Messages/s", value: { PublishedFigures.all.figure(for: $0.scenario) })
  }
}

extension Column {
  /// The axes in which loads of one engine differ, but for those that every table shows, of the load
  /// of each row.
  static func axes(
    inWhich loads: [Load], of load: @escaping @Sendable (Row) -> Load
  ) -> [Column<Row>] {
    LoadAxis.all.filter { axis in
      ![LoadAxis.size.name, LoadAxis.engine.name].contains(axis.name)
        && Engine.allCases.contains { engine in
          Set(loads.filter { $0.engine == engine }.map(axis.argument)).count > 1
        }
    }.map { axis in
      let title = axis.name.replacing("-", with: " ")
      return Column(
        title.prefix(1).uppercased() + title.dropFirst(), value: load, format: axis.argument)
    }
  }
}

extension Summary {
  /// What stands in the place of a figure that there is not.
  var statusText: String { status == .invalid ? "INVALID" : status.rawValue }
}
