extension DialogueCheck {
    /// The texts that a check has or has not, in the order of their bits and on the wire.
    private static let texts: [(WritableKeyPath<DialogueCheck, String?> & Sendable, String)] = [
        (\.request, "request"), (\.receive, "receive pattern"), (\.login, "login"), (\.password, "password"),
        (\.database, "database"), (\.secret, "secret"), (\.virtualHost, "virtual host"),
    ]

    func write(to writer: inout ByteWriter) throws(WireProblem) {
        try writer.write(service.rawValue)
        writer.write(transport.rawValue)
        try verification.write(to: &writer)
        var present: UInt8 = 0
        for (bit, text) in Self.texts.enumerated() where self[keyPath: text.0] != nil { present |= 1 << UInt8(bit) }
        writer.write(present)
        for (text, _) in Self.texts { if let value = self[keyPath: text] { try writer.write(value) } }
    }

    init(from reader: inout ByteReader) throws(WireProblem) {
        guard let service = ApplicationService(rawValue: try reader.string("service")) else {
            throw .badField("service")
        }
        guard let transport = Transport(rawValue: try reader.integer()) else { throw .badField("transport") }
        self.init(service, transport: transport, verification: try TLSVerification(from: &reader))
        let present: UInt8 = try reader.integer()
        guard present >> UInt8(Self.texts.count) == 0 else { throw .badField("dialogue texts") }
        for (bit, text) in Self.texts.enumerated() where present & 1 << UInt8(bit) != 0 {
            self[keyPath: text.0] = try reader.string(text.1)
        }
    }
}
