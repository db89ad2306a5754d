internal import Glibc

/// The environment of programs that are run, and where this system's own programs are.
package enum ProgramEnvironment {
    package static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// This process's, as it is.
    package static let everything: [String] = {
        var variables: [String] = []
        var next = unsafe environ
        while let variable = unsafe next.pointee {
            unsafe variables.append(String(cString: variable))
            unsafe next = next.advanced(by: 1)
        }
        return variables
    }()

    /// This process's, without what a service manager meant for it alone, and with a PATH in any case.
    package static let variables: [String] = {
        let own = ["NOTIFY_SOCKET=", "WATCHDOG_", "LISTEN_", "INVOCATION_ID=", "JOURNAL_STREAM="]
        var variables = everything.filter { variable in !own.contains { variable.hasPrefix($0) } }
        if !variables.contains(where: { $0.hasPrefix("PATH=") }) { variables.append("PATH=\(standardPath)") }
        return variables
    }()

    /// The folder that this program lies in.
    package static let ownFolder: String = {
        var path = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink("/proc/self/exe", &path, path.count - 1)
        return folder(of: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) })
    }()

    /// What stands before the last slash.
    static func folder(of path: [UInt8]) -> String {
        String(decoding: path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)], as: UTF8.self)
    }

    /// A program of ours: beside this one, else where programs are installed.
    package static func ownProgram(_ name: String) -> String {
        var siblings: [String] = []
        if ownFolder.hasSuffix("/sbin") { siblings = [String(ownFolder.dropLast(4)) + "bin"] }
        if ownFolder.hasSuffix("/bin") { siblings = [String(ownFolder.dropLast(3)) + "sbin"] }
        let folders = [ownFolder] + siblings + ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"]
        return folders.map { "\($0)/\(name)" }.first(where: isExecutable) ?? "\(ownFolder)/\(name)"
    }

    /// A plain file that may be run.
    package static func isExecutable(_ path: String) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        return unsafe access(path, X_OK) == 0
    }

    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
