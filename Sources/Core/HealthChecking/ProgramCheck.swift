/// A check that another program makes: exit status 0 is up, everything else is down.
package struct ProgramCheck: Hashable, Sendable {
    package enum Form: UInt8, Hashable, Sendable {
        /// `checktype = external`: `command` is the path of a program.
        case program = 0
        /// `checktype = external-perl`: `command` is the path of a Perl script.
        case perl = 1
    }

    package var form: Form
    /// The whole value of `checkcommand`; no shell reads it.
    package var command: String
    /// What ldirectord passes: the virtual address or mark, its port or 0, the real address, its port or 0. IPv6
    /// addresses stand in brackets.
    package var arguments: [String]

    package init(_ form: Form = .program, _ command: String, arguments: [String]) {
        self.form = form
        self.command = command
        self.arguments = arguments
    }
}
