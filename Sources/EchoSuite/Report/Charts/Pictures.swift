/// The pictures of a suite by the questions that they answer, in the order in which a page has them.
struct Pictures: Equatable, Sendable {
  let sections: [PictureSection]

  init(_ result: SuiteResult) {
    sections = Self.questions.compactMap { $0(result) }
  }

  /// Each a type of its own in a file of its own, which gives nothing where a suite has nothing to show.
  private static let questions: [@Sendable (SuiteResult) -> PictureSection?] = [
    { RatioPictures($0).section }, { CostPictures($0).section }, { LatencyPictures($0).section },
    { OpenLoopPictures($0).section }, { GrowthPictures($0).section },
    { BufferPictures($0).section }, { CallsPictures($0).section },
    { UnverifiedPictures($0).section }, { IntervalPictures($0).section },
    { TrustPictures($0).section },
  ]
}

/// A question, and the pictures that answer it: several stand side by side.
struct PictureSection: Equatable, Sendable {
  /// Of its element in a page; its figures' names begin with it.
  let id: String
  /// The question.
  let heading: String
  let introduction: Text?
  /// One for each situation, or for each part of the answer. What they are called stands in their
  /// drawings, and a caption that would be the same for all in `after`: theirs is empty then.
  let figures: [Figure]
  /// What stands below the figures: how they are read, the same as a table.
  let after: [Document.Block]

  init(
    id: String, heading: String, introduction: Text? = nil, figures: [Figure],
    after: [Document.Block] = []
  ) {
    self.id = id
    self.heading = heading
    self.introduction = introduction
    self.figures = figures
    self.after = after
  }
}
