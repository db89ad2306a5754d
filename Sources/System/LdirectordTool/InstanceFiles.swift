internal import Glibc

/// The files of one instance: its configuration, its pid file, its runtime directory.
package struct InstanceFiles: Hashable, Sendable {
    /// An absolute path: the daemon's working directory is another one.
    package let configuration: String
    package let instance: String

    /// Nil when there is no such file.
    package init?(_ invocation: LdirectordInvocation) {
        if let service = ServiceInstance(named: invocation.instance), Self.isPlainFile(service.configuration) {
            self.init(configuration: service.configuration, instance: invocation.instance)
            return
        }
        let file = invocation.file
        let places = ["/etc/ha.d/\(file)", "/etc/ha.d/conf/\(file)", file, "/etc/director/\(file)"]
        guard let found = places.first(where: Self.isPlainFile) else { return nil }
        self.init(configuration: Self.absolute(found), instance: invocation.instance)
    }

    /// Those of an instance that runs although its file has been taken away; nil when it does not run either.
    package init?(runningWithoutFile invocation: LdirectordInvocation) {
        self.init(configuration: Self.absolute(invocation.file), instance: invocation.instance)
        guard runningPid() != nil else { return nil }
    }

    private init(configuration: String, instance: String) {
        self.configuration = configuration
        self.instance = instance
    }

    package var pidFile: String { "/var/run/ldirectord.\(instance).pid" }

    /// `ldirectord start` has that of directord itself, so that `director status` finds it.
    package var runtimeDirectory: String {
        instance == "ldirectord" ? "/run/director" : "/run/director-\(instance)"
    }

    /// Operators' orders, which outlast the machine's restart.
    package var stateDirectory: String { "/var/lib" + runtimeDirectory.dropFirst("/run".count) }

    /// What the pid file says: nil without one (an empty one is none), 0 when it holds no number of a process.
    package func writtenPid() -> Int32? {
        guard let text = Self.text(pidFile), !text.isEmpty else { return nil }
        return text.split(whereSeparator: { $0.isWhitespace }).first.flatMap { Int32($0) } ?? 0
    }

    /// The running instance's process, the service manager's, too; nil when there is none.
    package func runningPid() -> Int32? {
        if let pid = writtenPid(), pid > 1, Self.isLdirectord(pid) { return pid }
        return service?.pid
    }

    /// The one that a service manager runs.
    package var service: ServiceInstance? { ServiceInstance(named: instance) }

    /// ldirectord's own test: its name is somewhere in the command line.
    static func isLdirectord(_ pid: Int32) -> Bool {
        text("/proc/\(pid)/cmdline")?.contains("directord") == true
    }

    static func isPlainFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var buffer = [CChar](repeating: 0, count: 4096)
        guard unsafe getcwd(&buffer, buffer.count) != nil else { return path }
        let folder = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return "\(folder == "/" ? "" : folder)/\(path)"
    }

    static func text(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
