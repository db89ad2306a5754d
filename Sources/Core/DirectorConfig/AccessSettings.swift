/// Who may use the control socket besides root and the daemon's own user.
package struct AccessSettings: Hashable, Sendable {
    package enum Readers: Hashable, Sendable {
        case group(String)
        case everybody
    }

    /// Who may ask; nil for nobody else.
    package var readers: Readers?
    /// The group whose members may report events and heartbeats.
    package var reporters: String?
    /// The group whose members may ask, report and change.
    package var operators: String?

    package init() {}
}
