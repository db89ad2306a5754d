internal import MachineFacts

/// A directord that the service manager started. Scripts that call `ldirectord` mean it where its file has the name
/// that they give; an instance beside it, on the same kernel, would take away what it puts there.
package struct ServiceInstance: Hashable, Sendable {
    package let pid: Int32
    /// An absolute path.
    package let configuration: String
    /// The unit of systemd's that it runs in; nil where another has started it.
    package var unit: String? { InstanceFiles.text("/proc/\(pid)/cgroup").flatMap(Self.unit) }

    private static let runtimeDirectory = "/run/director"

    /// Nil where none runs on a file of this name.
    init?(named instance: String) {
        let supervisor = ProcessTable(runtimeDirectory: Self.runtimeDirectory).processes.first {
            $0.name == "directord"
        }
        guard let pid = supervisor?.pid, let words = InstanceFiles.text("/proc/\(pid)/cmdline"),
            let configuration = Self.configuration(of: words.split(separator: "\0").map(String.init))
        else { return nil }
        let name = instance == "ldirectord" ? "ldirectord.cf" : instance
        guard configuration.split(separator: "/").last.map(String.init) == name else { return nil }
        self.pid = pid
        self.configuration = configuration
    }

    /// Becomes systemctl, since what systemd runs has its folders from systemd; comes back only when that failed.
    package static func restart(unit: String) -> DirectorProcess.Failure {
        DirectorProcess.become("/usr/bin/systemctl", ["systemctl", "restart", unit])
    }

    /// The unit that /proc/PID/cgroup (cgroups(7)) names.
    package static func unit(of groups: String) -> String? {
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            // systemd's own hierarchy is the unified one, or the one of its name.
            guard parts.count == 3, parts[1].isEmpty || parts[1] == "name=systemd" else { continue }
            let name = parts[2].split(separator: "/").last.map(String.init) ?? ""
            if name.hasSuffix(".service"), name.contains("director") { return name }
        }
        return nil
    }

    /// The file that a directord with this command line reads; nil for another program, and for one that `ldirectord`
    /// started, which has a pid file.
    package static func configuration(of commandLine: [String]) -> String? {
        guard commandLine.first?.split(separator: "/").last == "directord", !commandLine.contains("--instance") else {
            return nil
        }
        var configuration = "/etc/director/ldirectord.cf"
        for (index, word) in commandLine.enumerated() {
            if word == "--config", index + 1 < commandLine.count { configuration = commandLine[index + 1] }
            if word.hasPrefix("--config=") { configuration = String(word.dropFirst("--config=".count)) }
        }
        return configuration.hasPrefix("/") ? configuration : nil
    }
}
