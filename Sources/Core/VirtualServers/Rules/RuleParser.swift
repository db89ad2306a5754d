import NetworkTypes

/// Reads the words of one line, from the command line or from a restore file, into a request.
///
/// Words are taken from left to right and a value is judged where it stands, with what is known so far: a bad value is
/// reported before a missing option, and `-r` ahead of `-t` cannot inherit the service's port. Then follow, in this
/// order, surplus words, scheduler flags, the rules of which option goes with which command, and what must agree.
package struct RuleParser {
    /// The name the program was called by, for the hint at its help. Made when it is needed: a program that changes one
    /// entry and ends is as fast as the memory it does not touch.
    private let program: () -> String
    let resolver: RuleResolver

    package init(program: @autoclosure @escaping () -> String, resolver: RuleResolver) {
        self.program = program
        self.resolver = resolver
    }

    package func parse(_ words: [String]) throws(RuleError) -> RuleRequest {
        var scanner = OptionScanner(words)
        let (command, value) = try firstCommand(&scanner)
        if command == .help { return .help }
        if command == .version { return .version }
        var line = RuleLine(command, resolver: resolver)
        if let value { try line.setDaemonRole(value) }
        while let option = try scanner.next() {
            try line.take(option, as: scanner.currentWord)
        }
        var bare = scanner.bareWords[...]
        if command == .set { try line.setTimeouts(&bare) }
        if let surplus = bare.first { throw .usage("unexpected argument \(surplus)") }
        return try line.request()
    }

    /// Whatever is wrong before the command is known is answered with the same hint.
    private func firstCommand(_ scanner: inout OptionScanner) throws(RuleError) -> (RuleCommand, String?) {
        let first: OptionScanner.Option?
        do { first = try scanner.next() } catch { throw .noCommand(program: program()) }
        guard let first, case .command(let command) = first.option else { throw .noCommand(program: program()) }
        return (command, first.value)
    }
}
