import Foundation
import Testing

@testable import EchoSuite

struct StudentTTests {
  @Test(arguments: [
    (0.95, 5, 2.5706), (0.95, 7, 2.3646), (0.95, 13, 2.1604), (0.95, 34, 2.0322),
    (0.95, 60, 2.0003), (0.999, 7, 5.4079), (0.999, 13, 4.2208), (0.999, 15, 4.0728),
    (0.999, 34, 3.6007), (0.999, 60, 3.4602),
  ])
  func `quantiles are those of the printed tables`(confidence: Double, degrees: Int, t: Double) {
    #expect(abs(StudentT(degrees: Double(degrees)).quantile(confidence: confidence) - t) < 5.1e-5)
  }

  /// Degrees, confidence, quantile, from mpmath with 40 digits.
  static let quantiles: [(Double, Double, Double)] = [
    (0.5, 0.5, 1.553773974030037), (0.5, 0.95, 164.5576734804885), (0.5, 0.999, 411396.4625261714),
    (1.0, 0.5, 1.0), (1.0, 0.95, 12.7062047361747), (1.0, 0.999, 636.6192487687196),
    (2.7, 0.5, 0.7759862837452695), (2.7, 0.95, 3.392148383173752), (2.7, 0.999, 15.63577286317387),
    (5.0, 0.5, 0.7266868438004227), (5.0, 0.95, 2.570581835636316), (5.0, 0.999, 6.86882662588111),
    (7.5, 0.5, 0.7085995804442595), (7.5, 0.95, 2.333039626864975), (7.5, 0.999, 5.207725655800546),
    (13.0, 0.5, 0.6938293042354408), (13.0, 0.95, 2.160368656462793),
    (13.0, 0.999, 4.220831727707121),
    (34.0, 0.5, 0.6817741029155782), (34.0, 0.95, 2.032244509317719),
    (34.0, 0.999, 3.600715797386408),
    (60.0, 0.5, 0.6786007206481358), (60.0, 0.95, 2.000297822014261),
    (60.0, 0.999, 3.460200469196356),
    (333.25, 0.5, 0.6752266546452773), (333.25, 0.95, 1.967108062261618),
    (333.25, 0.999, 3.319959980519092),
    (10_000, 0.5, 0.6745142844835924), (10_000, 0.95, 1.960201239890626),
    (10_000, 0.999, 3.291499965941605),
    (1_000_000, 0.5, 0.6744899955310874), (1_000_000, 0.95, 1.959966356814107),
    (1_000_000, 0.999, 3.290536461248691),
  ]

  @Test(arguments: quantiles)
  func `quantiles agree with another implementation`(
    degrees: Double, confidence: Double, t: Double
  ) {
    let quantile = StudentT(degrees: degrees).quantile(confidence: confidence)
    #expect(abs(quantile / t - 1) < (degrees > 10_000 ? 1e-8 : 1e-11))
  }

  /// One degree is Cauchy's distribution: tan(π/2 · confidence). Two: t² = 2c² ÷ (1 − c²).
  @Test(arguments: [0.001, 0.1, 0.5, 0.9, 0.95, 0.999, 0.999_999])
  func `one and two degrees have closed forms`(confidence: Double) {
    let squared = confidence * confidence
    let two = (2 * squared / (1 - squared)).squareRoot()
    #expect(abs(StudentT(degrees: 2).quantile(confidence: confidence) / two - 1) < 1e-11)
    let one = tan(.pi / 2 * confidence)
    #expect(abs(StudentT(degrees: 1).quantile(confidence: confidence) / one - 1) < 1e-11)
  }

  @Test func `a quantile is where its tails are`() {
    for degrees in [0.5, 1, 2.5, 7, 13, 47.3, 300, 5000] {
      for confidence in [0.01, 0.3, 0.8, 0.95, 0.999, 1 - 1e-9] {
        let distribution = StudentT(degrees: degrees)
        let tails = distribution.tails(beyond: distribution.quantile(confidence: confidence))
        #expect(abs(tails / (1 - confidence) - 1) < 1e-9, "\(degrees), \(confidence)")
      }
    }
  }

  @Test func `more degrees and less confidence have smaller quantiles`() {
    let degrees = [0.5, 1, 1.5, 2, 5, 12, 13, 60, 1000]
    let byDegrees = degrees.map { StudentT(degrees: $0).quantile(confidence: 0.95) }
    #expect(zip(byDegrees, byDegrees.dropFirst()).allSatisfy { $0 > $1 })
    let byConfidence = [0.001, 0.5, 0.9, 0.95, 0.999].map {
      StudentT(degrees: 13).quantile(confidence: $0)
    }
    #expect(zip(byConfidence, byConfidence.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func `everything is beyond 0`() {
    #expect(StudentT(degrees: 5).tails(beyond: 0) == 1)
    #expect(abs(StudentT(degrees: 1).tails(beyond: 1) - 0.5) < 1e-14)
  }
}
