import NameQuestions
import NetworkTypes

/// What a process keeps of the configuration in force for the one that takes over when it dies: by then the file may
/// say something else, and name servers nothing. A line for each host name with its addresses and for each service with
/// its port, an empty line, and the file as it was.
extension ConfigurationFile {
    private static let title = "director: a configuration in force, 1"

    package var copy: [UInt8] {
        get throws(FileProblem) { Array(copyHead.utf8) + (try bytes) }
    }

    private var copyHead: String {
        var lines = [Self.title]
        for (host, addresses) in names.hosts.sorted(by: { $0.key < $1.key }) {
            let family = host.family == .ipv4 ? "4" : "6"
            lines.append(([family, host.name] + addresses.map(\.description)).joined(separator: " "))
        }
        for (question, port) in names.services.sorted(by: { $0.key.line < $1.key.line }) {
            lines.append("\(question.line) \(port ?? 0)")
        }
        return lines.joined(separator: "\n") + "\n\n"
    }

    /// Whether both say the same, with the same addresses and ports.
    package func isSame(as other: ConfigurationFile) -> Bool {
        digest == other.digest && names.hosts == other.names.hosts && names.services == other.names.services
    }

    /// The configuration as it was in force; nil for what is no copy, or none that can still be used. No name server is
    /// asked for what stands in it, and files of keys are for who uses them.
    /// - Parameter path: of the file that it was made from, for messages.
    package init?(copy: [UInt8], path: String, lookup: NameLookup = NameLookup(within: patience)) {
        var hosts: [HostName: [IPAddress]] = [:]
        var ports: [NameQuestion: UInt16?] = [:]
        var rest = copy[...]
        var isFirst = true
        while true {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            if line.isEmpty { break }
            guard !isFirst else {
                guard line == Self.title else { return nil }
                isFirst = false
                continue
            }
            let words = line.split(separator: " ").map(String.init)
            if words.count == 4, words[0] == "service", let port = UInt16(words[3]) {
                ports[.service(words[2], transport: words[1])] = .some(port > 0 ? port : nil)
                continue
            }
            let addresses = words.dropFirst(2).compactMap { IPAddress($0) }
            guard words.count >= 2, ["4", "6"].contains(words[0]), addresses.count == words.count - 2 else {
                return nil
            }
            hosts[HostName(name: words[1], family: words[0] == "4" ? .ipv4 : .ipv6)] = addresses
        }
        guard !isFirst else { return nil }
        let bytes = Array(rest)
        self = Self.withNames(.memory, lookup, before: hosts, ports: ports) { names in
            (ConfigurationFile(path: path, bytes: bytes, identity: .unknown, names: names, checksKeys: false), names)
        }
        guard parsed.configuration != nil else { return nil }
    }
}

extension ConfigurationFile.Identity {
    /// Of what is no file on the disk.
    static let unknown = Self(device: 0, inode: 0, size: 0, modified: 0, modifiedNanoseconds: 0)
}
