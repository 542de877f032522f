import Testing

/// The validator itself: one that accepts everything would let everything pass.
struct SchemaTests {
  @Test(arguments: [
    (#"{"type": "string"}"#, #""a""#, "1"),
    (#"{"type": "integer"}"#, "1", "1.5"),
    (#"{"type": "number"}"#, "1.5", "true"),
    (#"{"type": "boolean"}"#, "false", "0"),
    (#"{"type": ["integer", "null"]}"#, "null", #""1""#),
    (#"{"const": "a"}"#, #""a""#, #""b""#),
    (#"{"enum": ["a", 1]}"#, "1", #""b""#),
    (#"{"minimum": 1, "maximum": 2}"#, "2", "3"),
    (#"{"minimum": 1}"#, "1", "0"),
    (#"{"minItems": 1, "maxItems": 2}"#, "[1]", "[]"),
    (#"{"minItems": 1, "maxItems": 2}"#, "[1, 2]", "[1, 2, 3]"),
    (#"{"items": {"type": "integer"}}"#, "[1, 2]", #"[1, "2"]"#),
    (#"{"required": ["a"]}"#, #"{"a": null}"#, "{}"),
    (#"{"properties": {"a": {"type": "null"}}}"#, #"{"a": null, "b": 1}"#, #"{"a": 1}"#),
    (#"{"properties": {"a": {}}, "additionalProperties": false}"#, #"{"a": 1}"#, #"{"b": 1}"#),
    (#"{"additionalProperties": {"type": "integer"}}"#, #"{"a": 1}"#, #"{"a": "1"}"#),
    (#"{"anyOf": [{"type": "null"}, {"type": "integer"}]}"#, "1", "1.5"),
    (#"{"oneOf": [{"type": "null"}, {"type": "integer"}]}"#, "1", "1.5"),
    (#"{"oneOf": [{"minimum": 1}, {"maximum": 3}]}"#, "4", "2"),
    (##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}"##, "null", "1"),
    (
      #"{"$ref": "echobench-server-1.schema.json#/$defs/cpu"}"#, #"{"user_ns": 1, "system_ns": 2}"#,
      "{}"
    ),
  ])
  func `a rule holds what fits it and refuses what does not`(
    schema: String, fitting: String, wrong: String
  ) throws {
    let schema = Schema(try JSONValue(parsing: schema))
    #expect(schema.complaints(about: try JSONValue(parsing: fitting)) == [])
    let wrong = try JSONValue(parsing: wrong)
    #expect(!schema.complaints(about: wrong).isEmpty)
  }

  @Test(arguments: [
    #"{"pattern": "a"}"#, ##"{"$ref": "#/$defs/none"}"##, #"{"$ref": "none.json"}"#,
  ])
  func `a rule that cannot be followed is a complaint`(schema: String) throws {
    let schema = Schema(try JSONValue(parsing: schema))
    #expect(schema.complaints(about: .string("a")).count == 1)
  }

  @Test func `a complaint names the place`() throws {
    let schema = Schema(
      try JSONValue(parsing: #"{"properties": {"a": {"items": {"type": "null"}}}}"#))
    let complaints = schema.complaints(about: try JSONValue(parsing: #"{"a": [null, 1]}"#))
    #expect(complaints == ["$.a[1] is number, not null"])
  }

  @Test(arguments: [
    (#"{"a": {"b": 1, "c": "b: {\\""}, "b": [{"b": 1}, {"b": 2}]}"#, []),
    (#"{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}"#, ["c", "a"]),
  ])
  func `members that are there twice are found`(text: String, twice: [String]) {
    #expect(membersThereTwice(in: text) == twice)
  }

  @Test(arguments: try Schema.files)
  func `a schema has each member once`(file: String) throws {
    #expect(membersThereTwice(in: try Schema.text(of: file)) == [])
  }

  @Test func `there is a schema for each document`() throws {
    let documents = [
      "agent-1", "anatomy-1", "backends-1", "client-1", "comparison-1", "doctor-1",
      "foreign-client-1",
      "machine-1", "merge-1", "observe-1",
      "plan-2", "rate-1", "report-2", "resumption-1", "server-1", "soak-1",
      "trial-1",
    ]
    #expect(try Schema.files == documents.map { "echobench-\($0).schema.json" })
  }
}
