import Glibc

/// The processes of a director: the file `processes` of its runtime directory, which directord writes, has a line
/// `NAME PID RESTARTS` for each (PID is 0 while it does not run); what they use is asked of the kernel (proc(5)).
package struct ProcessTable {
    package struct Process: Sendable {
        package var name: String
        /// Nil while it does not run.
        package var pid: Int32?
        package var restarts: UInt64
        package var residentBytes: UInt64 = 0
        package var processorTime = Duration.zero
    }

    package private(set) var processes: [Process] = []

    package static func path(_ runtimeDirectory: String) -> String { runtimeDirectory + "/processes" }

    package init(runtimeDirectory: String) {
        let text = Self.read(Self.path(runtimeDirectory)) ?? ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let pid = Int32(words[1]), let restarts = UInt64(words[2]) else { continue }
            var process = Process(name: String(words[0]), pid: pid > 0 ? pid : nil, restarts: restarts)
            // One that died a moment ago has no file any more.
            if pid > 0, !process.look() { process.pid = nil }
            processes.append(process)
        }
    }

    /// Those that still run under their name: a number may be another program's by now.
    package var running: [Process] {
        processes.filter { process in
            // The kernel keeps 15 bytes of a name.
            process.pid.flatMap { Self.read("/proc/\($0)/comm") } == process.name.prefix(15) + "\n"
        }
    }

    static func read(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "re") else { return nil }
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

extension ProcessTable.Process {
    /// Takes in what the kernel says of the process; false when it is gone.
    fileprivate mutating func look() -> Bool {
        guard let pid, let text = ProcessTable.read("/proc/\(pid)/stat"), let end = text.lastIndex(of: ")") else {
            return false
        }
        // The third field follows the name's parenthesis; 14 and 15 are the times in ticks, 24 the resident pages.
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let user = Int64(fields[11]), let system = Int64(fields[12]),
            let pages = UInt64(fields[21])
        else { return false }
        let ticks = Int64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        processorTime = .milliseconds((user + system) * 1000 / ticks)
        residentBytes = pages * UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
        return true
    }
}
