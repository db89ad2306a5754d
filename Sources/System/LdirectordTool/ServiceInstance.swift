internal import MachineFacts

/// A directord that the service manager started. Scripts that call `ldirectord` mean it where its file has the name
/// that they give; an instance beside it, on the same kernel, would take away what it puts there.
package struct ServiceInstance: Hashable, Sendable {
    package let pid: Int32
    /// An absolute path.
    package let configuration: String

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
