/// The first packet of a MySQL or MariaDB server: protocol version 10 of its client/server protocol.
struct MySQLHandshake: Equatable {
    /// What the plugins combine with the password: 20 bytes.
    var nonce: [UInt8]
    /// How the server means to authenticate, unless it says otherwise for the user.
    var plugin: String
    var hasTLS: Bool

    /// Nil when the packet is none.
    init?(_ body: [UInt8]) {
        do throws(BodyReader.Truncated) {
            var reader = BodyReader(body)
            guard try reader.byte() == 10 else { return nil }
            _ = try reader.text()  // version of the server
            _ = try reader.take(4)  // connection
            nonce = Array(try reader.take(8))
            _ = try reader.byte()
            var capabilities = try reader.littleEndian(2)
            _ = try reader.take(3)  // character set, status
            capabilities |= try reader.littleEndian(2) << 16
            hasTLS = capabilities & MySQLClient.secureTransport != 0
            let length = Int(try reader.byte())
            _ = try reader.take(10)
            nonce += try reader.take(max(13, length - 8)).dropLast()
            guard capabilities & MySQLClient.pluginAuthentication != 0 else {
                plugin = MySQLAuthentication.native
                return
            }
            // Early servers forgot the zero behind the name.
            plugin = String(decoding: reader.rest.prefix { $0 != 0 }, as: UTF8.self)
        } catch {
            return nil
        }
        guard nonce.count == 20 else { return nil }
    }
}

/// What the client sends.
enum MySQLClient {
    static let pluginAuthentication = 0x0008_0000
    static let secureTransport = 0x800

    private static let longPassword = 0x1
    private static let withDatabase = 0x8
    private static let protocol41 = 0x200
    private static let transactions = 0x2000
    private static let secureConnection = 0x8000
    private static let multipleResults = 0x2_0000
    private static let largestPacket = 1 << 24
    /// utf8mb4_general_ci.
    private static let characterSet: UInt8 = 45

    /// The beginning of the login; alone, it is the wish for TLS.
    static func opening(database: String?, overTLS: Bool) -> [UInt8] {
        var capabilities =
            longPassword | protocol41 | transactions | secureConnection | multipleResults | pluginAuthentication
        if database != nil { capabilities |= withDatabase }
        if overTLS { capabilities |= secureTransport }
        return littleEndian(capabilities, 4) + littleEndian(largestPacket, 4) + [characterSet]
            + [UInt8](repeating: 0, count: 23)
    }

    static func login(
        user: String, answer: [UInt8], database: String?, plugin: String, overTLS: Bool = false
    ) -> [UInt8] {
        var body = opening(database: database, overTLS: overTLS)
        body += Array(user.utf8) + [0, UInt8(answer.count)] + answer
        if let database { body += Array(database.utf8) + [0] }
        return body + Array(plugin.utf8) + [0]
    }

    static func query(_ statement: String) -> [UInt8] { [0x03] + Array(statement.utf8) }

    static let quit: [UInt8] = [0x01]

    /// A body with its header: three bytes of length, the number of the packet.
    static func packet(_ body: [UInt8], sequence: UInt8) -> [UInt8] {
        littleEndian(body.count, 3) + [sequence] + body
    }

    private static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// Three bytes of length and a sequence number.
enum MySQLHeader: MessageHeader {
    static let size = 4

    static func read(_ bytes: ArraySlice<UInt8>) -> (tag: UInt8, length: Int)? {
        let header = Array(bytes)
        return (header[3], Int(header[0]) | Int(header[1]) << 8 | Int(header[2]) << 16)
    }
}
