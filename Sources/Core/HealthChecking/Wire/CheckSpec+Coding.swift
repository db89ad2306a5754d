internal import NetworkTypes

extension CheckSpec {
    private enum Tag {
        static let connect: UInt8 = 0
        static let http: UInt8 = 1
        static let ping: UInt8 = 2
        static let dialogue: UInt8 = 3
        static let program: UInt8 = 4
        static let agent: UInt8 = 5
    }

    func write(to writer: inout ByteWriter) throws(WireProblem) {
        writer.write(target.family.rawValue)
        writer.write(raw: target.address.bytes)
        writer.write(target.port)
        writer.write(interval)
        writer.write(timeout)
        writer.write(UInt32(clamping: connects?.count ?? 0))
        if let connects { writer.write(connects.timeout) }
        switch kind {
        case .connect:
            writer.write(Tag.connect)
        case .http(let check):
            writer.write(Tag.http)
            try check.write(to: &writer)
        case .ping(let attempts):
            writer.write(Tag.ping)
            writer.write(UInt32(clamping: attempts))
        case .dialogue(let check):
            writer.write(Tag.dialogue)
            try check.write(to: &writer)
        case .program(let check):
            writer.write(Tag.program)
            try check.write(to: &writer)
        case .agent(let check):
            writer.write(Tag.agent)
            try writer.write(check.send ?? "")
        case .path: throw .badField("check kind")
        }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        let target = try Self.endpoint(from: &reader)
        let interval = try reader.duration("interval")
        let timeout = try reader.duration("timeout")
        let count: UInt32 = try reader.integer()
        let connects = count == 0 ? nil : Connects(Int(count), timeout: try reader.duration("connect timeout"))
        let kind: Kind
        switch try reader.integer(UInt8.self) {
        case Tag.connect: kind = .connect
        case Tag.http: kind = .http(try HTTPCheck(from: &reader))
        case Tag.ping: kind = .ping(attempts: Int(try reader.integer(UInt32.self)))
        case Tag.dialogue: kind = .dialogue(try DialogueCheck(from: &reader))
        case Tag.program: kind = .program(try ProgramCheck(from: &reader))
        case Tag.agent:
            let text = try reader.string("agent's question")
            kind = .agent(AgentCheck(send: text.isEmpty ? nil : text))
        default: throw .badField("check kind")
        }
        self.init(target, kind, interval: interval, timeout: timeout, connects: connects)
    }

    private static func endpoint(from reader: inout ByteReader) throws(WireProblem) -> Endpoint {
        guard let family = IPAddress.Family(rawValue: try reader.integer()),
            let address = IPAddress(bytes: try reader.raw(family.bits / 8))
        else { throw .badField("address family") }
        return Endpoint(address, try reader.integer())
    }
}

extension ProgramCheck {
    func write(to writer: inout ByteWriter) throws(WireProblem) {
        writer.write(form.rawValue)
        try writer.write(command)
        writer.write(UInt8(clamping: arguments.count))
        for argument in arguments.prefix(Int(UInt8.max)) { try writer.write(argument) }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        guard let form = Form(rawValue: try reader.integer()) else { throw .badField("form of program") }
        let command = try reader.string("command")
        var arguments: [String] = []
        for _ in 0..<(try reader.integer(UInt8.self)) { arguments.append(try reader.string("argument")) }
        self.init(form, command, arguments: arguments)
    }
}
