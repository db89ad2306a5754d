/// What is wrong with a file of link keys.
package struct KeyFileProblem: Hashable, Sendable {
    /// A warning where the configuration is only looked at, perhaps on a machine that does not have the keys.
    package var severity: Diagnostic.Severity
    package var text: String

    package init(_ severity: Diagnostic.Severity, _ text: String) {
        self.severity = severity
        self.text = text
    }
}
