/// What this is.
package enum Release {
    /// Semantic version; the programs of one release belong together.
    package static let version = "0.1.0"
}
