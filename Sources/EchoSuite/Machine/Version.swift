/// This program's version, as `--version` prints it and results record it.
public enum Version {
  public static let number = "0.1.0"
}
