internal import NetworkTypes

extension CheckSpec {
    private enum Tag {
        static let connect: UInt8 = 0
        static let http: UInt8 = 1
        static let ping: UInt8 = 2
    }

    func write(to writer: inout ByteWriter) throws(WireProblem) {
        writer.write(target.family.rawValue)
        writer.write(raw: target.address.bytes)
        writer.write(target.port)
        writer.write(interval)
        writer.write(timeout)
        switch kind {
        case .connect:
            writer.write(Tag.connect)
        case .http(let check):
            writer.write(Tag.http)
            try check.write(to: &writer)
        case .ping(let attempts):
            writer.write(Tag.ping)
            writer.write(UInt32(clamping: attempts))
        }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        let target = try Self.endpoint(from: &reader)
        let interval = try reader.duration("interval")
        let timeout = try reader.duration("timeout")
        let kind: Kind
        switch try reader.integer(UInt8.self) {
        case Tag.connect: kind = .connect
        case Tag.http: kind = .http(try HTTPCheck(from: &reader))
        case Tag.ping: kind = .ping(attempts: Int(try reader.integer(UInt32.self)))
        default: throw .badField("check kind")
        }
        self.init(target, kind, interval: interval, timeout: timeout)
    }

    private static func endpoint(from reader: inout ByteReader) throws(WireProblem) -> Endpoint {
        guard let family = IPAddress.Family(rawValue: try reader.integer()),
            let address = IPAddress(bytes: try reader.raw(family.bits / 8))
        else { throw .badField("address family") }
        return Endpoint(address, try reader.integer())
    }
}

extension HTTPCheck {
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let tls = Flags(rawValue: 1)
        static let head = Flags(rawValue: 2)
        static let virtualHost = Flags(rawValue: 4)
        static let receive = Flags(rawValue: 8)
        static let all: Flags = [.tls, .head, .virtualHost, .receive]
    }

    func write(to writer: inout ByteWriter) throws(WireProblem) {
        var flags: Flags = []
        if tls { flags.insert(.tls) }
        if method == .head { flags.insert(.head) }
        if virtualHost != nil { flags.insert(.virtualHost) }
        if receive != nil { flags.insert(.receive) }
        writer.write(flags.rawValue)
        try writer.write(request)
        if let virtualHost { try writer.write(virtualHost) }
        if let receive { try writer.write(receive) }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        let flags = Flags(rawValue: try reader.integer())
        guard flags.isSubset(of: .all) else { throw .badField("http flags") }
        self.init(
            tls: flags.contains(.tls), method: flags.contains(.head) ? .head : .get,
            request: try reader.string("request"),
            virtualHost: flags.contains(.virtualHost) ? try reader.string("virtual host") : nil,
            receive: flags.contains(.receive) ? try reader.string("receive pattern") : nil)
    }
}
