internal import NetworkTypes

/// Director's own keys about how a real server is watched beside its checks; they stand globally and in sections, nil
/// where nothing is written.
struct WatchSettings {
    var sentinel: Placed<Bool>?
    /// 0 for none, where a global one does not hold.
    var agentPort: Placed<UInt16>?
    var agentInterval: Placed<Duration>?
    var agentSend: Placed<String>?
    var path: Placed<DataPath>?

    enum DataPath {
        case no
        /// To the virtual service's own address and port.
        case yes
        case to(Endpoint)
    }
}

extension FileReader {
    mutating func read(
        watch directive: Directive, _ scanner: inout Scanner, into watch: WritableKeyPath<FileReader, WatchSettings>
    ) {
        let place = scanner.place
        switch directive {
        case .sentinel:
            if let value = yesNo(directive, &scanner) { self[keyPath: watch].sentinel = Placed(value, place) }
        case .agentCheck: readAgentPort(&scanner, into: watch)
        case .agentInterval:
            if let value = duration(directive, &scanner) {
                self[keyPath: watch].agentInterval = Placed(value, place)
            }
        case .agentSend:
            guard let value = text(directive, &scanner, .required, mayBeEmpty: true) else { return }
            self[keyPath: watch].agentSend = Placed(unescaped(value), place)
        case .datapath: readDataPath(&scanner, into: watch)
        default: break
        }
    }

    private mutating func readAgentPort(
        _ scanner: inout Scanner, into watch: WritableKeyPath<FileReader, WatchSettings>
    ) {
        let place = scanner.place
        if scanner.text(scanner.rest) == "no" {
            self[keyPath: watch].agentPort = Placed(0, place)
        } else if let port = number(.agentCheck, &scanner, 1...65535) {
            self[keyPath: watch].agentPort = Placed(UInt16(port), place)
        }
    }

    /// `\n`, `\r`, `\t` and `\\` stand for what a line cannot hold.
    private mutating func unescaped(_ written: Placed<String>) -> String {
        var text: [UInt8] = []
        var isEscaped = false
        for byte in written.value.utf8 {
            guard isEscaped else {
                isEscaped = byte == UInt8(ascii: "\\")
                if !isEscaped { text.append(byte) }
                continue
            }
            isEscaped = false
            switch byte {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "\\"): text.append(byte)
            default:
                problems.error(written.place, "agent-send knows \\n, \\r, \\t and \\\\ behind a backslash")
                return ""
            }
        }
        if isEscaped { problems.error(written.place, "agent-send ends in a single backslash: write \\\\") }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func readDataPath(
        _ scanner: inout Scanner, into watch: WritableKeyPath<FileReader, WatchSettings>
    ) {
        let place = scanner.place
        let range = scanner.rest
        let written = range.count <= 64 ? scanner.text(range) : scanner.shown(range)
        switch written {
        case "yes": self[keyPath: watch].path = Placed(.yes, place)
        case "no": self[keyPath: watch].path = Placed(.no, place)
        default:
            if let endpoint = Endpoint(written), endpoint.port != 0 {
                self[keyPath: watch].path = Placed(.to(endpoint), place)
            } else if let address = IPAddress(written) {
                self[keyPath: watch].path = Placed(.to(Endpoint(address, 0)), place)
            } else {
                problems.error(
                    place,
                    "datapath is yes, no, or the virtual address as ADDRESS or ADDRESS:PORT, not '\(written.utf8.shown)'"
                )
            }
        }
    }
}
