internal import CLinux
internal import Glibc

/// A program that runs in this one's place on the terminal: same directory, environment and standard streams.
@safe package struct ForegroundProgram: ~Copyable {
    package enum End: Hashable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        /// As a shell has it.
        package var status: Int32 {
            switch self {
            case .exited(let status): status
            case .killed(let signal): 128 + signal
            }
        }

        package var description: String {
            switch self {
            case .exited(let status): return "exited with status \(status)"
            case .killed(let number):
                guard let name = unsafe clinux_signal_name(number) else { return "was killed by signal \(number)" }
                return "was killed by \(unsafe String(cString: name))"
            }
        }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        /// 127: there is no such program; 126: it cannot be run.
        package let status: Int32
    }

    package let pid: Int32

    /// - Parameter words: the program, looked for in PATH unless it has a slash, and its arguments.
    package init(_ words: [String]) throws(Failure) {
        let name = words.first ?? ""
        guard let path = Self.path(of: name) else {
            throw Failure(description: "there is no program '\(name)'", status: 127)
        }
        let mappings = (0...2).map { clinux_spawn_mapping(parent: $0, child: $0) }
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var child: pid_t = 0
        let options = unsafe clinux_spawn_options(
            own_group: false, directory: nil, new_session: false, keep_mask: false)
        let reason = unsafe clinux_spawn(&child, path, arguments, environ, mappings, mappings.count, options)
        unsafe arguments.forEach { unsafe free($0) }
        guard reason == 0 else {
            throw Failure(
                description: "cannot start \(path): \(Self.words(reason))", status: reason == ENOENT ? 127 : 126)
        }
        pid = child
    }

    /// How it ended; nil while it runs. Once it has ended it is asked no more.
    package func reaped() -> End? {
        var code: Int32 = 0
        var wasSignaled = false
        var dumpedCore = false
        guard unsafe clinux_reap(pid, &code, &wasSignaled, &dumpedCore) != 0 else { return nil }
        return wasSignaled ? .killed(signal: code) : .exited(code)
    }

    package func signal(_ number: Int32) {
        kill(pid, number)
    }

    private static func path(of name: String) -> String? {
        guard !name.utf8.contains(UInt8(ascii: "/")) else { return name }
        let variable = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        return variable.split(separator: ":").map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    private static func words(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe clinux_describe_error(number, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Another process, watched without being its parent.
package struct WatchedProcess: ~Copyable {
    /// Readable when it has ended.
    package let descriptor: Int32

    /// Nil where there is no such process.
    package init?(_ pid: Int32) {
        descriptor = clinux_pidfd_open(pid)
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        close(descriptor)
    }
}
