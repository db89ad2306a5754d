extension HTTPCheck {
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let tls = Flags(rawValue: 1)
        static let head = Flags(rawValue: 2)
        static let virtualHost = Flags(rawValue: 4)
        static let receive = Flags(rawValue: 8)
        static let proxy = Flags(rawValue: 16)
        static let statuses = Flags(rawValue: 32)
        static let verification = Flags(rawValue: 64)
        static let all: Flags = [.tls, .head, .virtualHost, .receive, .proxy, .statuses, .verification]
    }

    func write(to writer: inout ByteWriter) throws(WireProblem) {
        var flags: Flags = []
        if tls { flags.insert(.tls) }
        if method == .head { flags.insert(.head) }
        if virtualHost != nil { flags.insert(.virtualHost) }
        if receive != nil { flags.insert(.receive) }
        if isProxy { flags.insert(.proxy) }
        if expectedStatus != .success { flags.insert(.statuses) }
        if verification != .off { flags.insert(.verification) }
        writer.write(flags.rawValue)
        try writer.write(request)
        if let virtualHost { try writer.write(virtualHost) }
        if let receive { try writer.write(receive) }
        if flags.contains(.statuses) { expectedStatus.write(to: &writer) }
        if flags.contains(.verification) { try verification.write(to: &writer) }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        let flags = Flags(rawValue: try reader.integer())
        guard flags.isSubset(of: .all) else { throw .badField("http flags") }
        self.init(
            tls: flags.contains(.tls), method: flags.contains(.head) ? .head : .get,
            request: try reader.string("request"),
            virtualHost: flags.contains(.virtualHost) ? try reader.string("virtual host") : nil,
            receive: flags.contains(.receive) ? try reader.string("receive pattern") : nil,
            expectedStatus: flags.contains(.statuses) ? try StatusSet(from: &reader) : .success,
            isProxy: flags.contains(.proxy),
            verification: flags.contains(.verification) ? try TLSVerification(from: &reader) : .off)
    }
}

extension StatusSet {
    func write(to writer: inout ByteWriter) {
        writer.write(UInt8(clamping: ranges.count))
        for range in ranges.prefix(Int(UInt8.max)) {
            writer.write(range.lowerBound)
            writer.write(range.upperBound)
        }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        var ranges: [ClosedRange<UInt16>] = []
        for _ in 0..<(try reader.integer(UInt8.self)) {
            let (first, last): (UInt16, UInt16) = (try reader.integer(), try reader.integer())
            guard first <= last else { throw .badField("expected status") }
            ranges.append(first...last)
        }
        self.init(ranges)
    }
}

extension TLSVerification {
    private enum Tag {
        static let off: UInt8 = 0
        static let system: UInt8 = 1
        static let authorities: UInt8 = 2
    }

    func write(to writer: inout ByteWriter) throws(WireProblem) {
        switch self {
        case .off: writer.write(Tag.off)
        case .system: writer.write(Tag.system)
        case .authorities(let file):
            writer.write(Tag.authorities)
            try writer.write(file)
        }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        switch try reader.integer(UInt8.self) {
        case Tag.off: self = .off
        case Tag.system: self = .system
        case Tag.authorities: self = .authorities(file: try reader.string("authorities"))
        default: throw .badField("verification")
        }
    }
}
