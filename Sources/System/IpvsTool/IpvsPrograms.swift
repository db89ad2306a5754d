internal import Glibc
internal import KernelNetlink
internal import VirtualServers

/// ipvsadm, ipvsadm-save and ipvsadm-restore as programs: each takes the words behind its name and returns the exit
/// status.
package enum IpvsPrograms {
    /// - Parameter program: the name as it was typed, which messages repeat.
    package static func ipvsadm(program: @escaping () -> String, arguments: [String]) -> Int32 {
        run(program: program) { (session) throws(IPVSError) in try session.run(arguments) }
    }

    /// `-n` for numbers; other options get help, and words are ignored as they always were.
    package static func save(name: String, arguments: [String]) -> Int32 {
        for word in arguments where word.hasPrefix("-") && word != "-n" {
            let streams = StandardStreams()
            streams.complain("\(name): Script to save the IPVS table to stdout.")
            streams.complain("   With the -n option, prints out the table in numeric format.")
            return 1
        }
        return run(program: { "ipvsadm" }) { (session) throws(IPVSError) in
            try session.run(["-S"] + (arguments.contains("-n") ? ["-n"] : []))
        }
    }

    /// Empties the table and reads lines from standard input, without those that begin with `#`.
    package static func restore() -> Int32 {
        run(program: { "ipvsadm" }) { (session) throws(IPVSError) in
            try session.replace(with: InputFile.all(of: STDIN_FILENO))
        }
    }

    /// IPVS is reached before a word is looked at, so without it even the help is refused, as scripts expect that
    /// take the status for an answer to "is it there?".
    private static func run(program: @escaping () -> String, _ body: (inout IpvsSession) throws(IPVSError) -> Int32)
        -> Int32
    {
        do throws(IPVSError) {
            var session = try IpvsSession(program: program)
            defer { session.streams.flush() }
            return try body(&session)
        } catch {
            let streams = StandardStreams()
            streams.complain("Can't initialize ipvs: \(IpvsSession.text(error, .other))")
            streams.complain("Are you sure that IP Virtual Server is built in the kernel or as module?")
            return 2
        }
    }
}
