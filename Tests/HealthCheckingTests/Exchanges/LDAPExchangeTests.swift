import Testing

@testable import HealthChecking

struct LDAPExchangeTests {
    private static let bind: [UInt8] = [
        0x30, 0x14,  // LDAPMessage, 20 bytes
        0x02, 0x01, 0x01,  // message 1
        0x60, 0x0F,  // BindRequest
        0x02, 0x01, 0x03,  // version 3
        0x04, 0x04, 0x63, 0x6E, 0x3D, 0x61,  // name "cn=a"
        0x80, 0x04, 0x73, 0x33, 0x63, 0x72,  // simple, "s3cr"
    ]
    private static let search: [UInt8] = [
        0x30, 0x2E,  // LDAPMessage, 46 bytes
        0x02, 0x01, 0x02,  // message 2
        0x63, 0x29,  // SearchRequest, 41 bytes
        0x04, 0x04, 0x64, 0x63, 0x3D, 0x78,  // baseObject "dc=x"
        0x0A, 0x01, 0x00,  // scope: baseObject
        0x0A, 0x01, 0x00,  // derefAliases: never
        0x02, 0x01, 0x02,  // sizeLimit 2
        0x02, 0x01, 0x00,  // timeLimit none
        0x01, 0x01, 0x00,  // typesOnly false
        0x87, 0x0B, 0x6F, 0x62, 0x6A, 0x65, 0x63, 0x74, 0x43, 0x6C, 0x61, 0x73, 0x73,  // (objectClass=*)
        0x30, 0x05, 0x04, 0x03, 0x31, 0x2E, 0x31,  // no attributes
    ]
    /// BindResponse: success, no matched name, no words.
    private static let bound: [UInt8] = [
        0x30, 0x0C, 0x02, 0x01, 0x01, 0x61, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00,
    ]
    /// SearchResultEntry "dc=x" without attributes, its length in two bytes as some servers write all lengths.
    private static let entry: [UInt8] = [
        0x30, 0x81, 0x0D, 0x02, 0x01, 0x02, 0x64, 0x08, 0x04, 0x04, 0x64, 0x63, 0x3D, 0x78, 0x30, 0x00,
    ]
    private static let other = entry.dropLast(3) + [0x79, 0x30, 0x00]
    private static let done: [UInt8] = [
        0x30, 0x0C, 0x02, 0x01, 0x02, 0x65, 0x07, 0x0A, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00,
    ]
    private static let unbind = "saying '0\\x05\\x02\\x01\\x03B\\x00'"

    /// A result with this code and the words "no".
    private static func result(_ message: UInt8, _ tag: UInt8, _ code: UInt8) -> [UInt8] {
        [0x30, 0x0E, 0x02, 0x01, message, tag, 0x09, 0x0A, 0x01, code, 0x04, 0x00, 0x04, 0x02, 0x6E, 0x6F]
    }

    static let conversations: [Conversation] = [
        Conversation(
            "the entry is there",
            [.clientBytes(bind), .bytes(bound), .clientBytes(search), .bytes(entry), .bytes(done)],
            "passed: entry found \(unbind)"),
        Conversation(
            "entry and end in one piece",
            [.clientBytes(bind), .bytes(bound), .clientBytes(search), .bytes(entry + done)],
            "passed: entry found \(unbind)"),
        Conversation(
            "a wrong password", [.clientBytes(bind), .bytes(result(1, 0x61, 49))],
            "bind refused: invalidCredentials 'no'"),
        Conversation(
            "an unknown result", [.clientBytes(bind), .bytes(result(1, 0x61, 120))], "bind refused: result 120 'no'"),
        Conversation(
            "no such entry", [.clientBytes(bind), .bytes(bound), .clientBytes(search), .bytes(result(2, 0x65, 32))],
            "search of 'dc=x' refused: noSuchObject 'no'"),
        Conversation(
            "success without an entry", [.clientBytes(bind), .bytes(bound), .clientBytes(search), .bytes(done)],
            "0 entries for 'dc=x'"),
        Conversation(
            "two entries",
            [.clientBytes(bind), .bytes(bound), .clientBytes(search), .bytes(entry + entry + done)],
            "2 entries for 'dc=x'"),
        Conversation(
            "another entry",
            [.clientBytes(bind), .bytes(bound), .clientBytes(search), .bytes(other + done)],
            "pattern '=x' not in the name of the entry, 'dc=y'"),
        Conversation("silence", [.clientBytes(bind)], "no answer to the bind"),
        Conversation(
            "silence after the bind", [.clientBytes(bind), .bytes(bound), .clientBytes(search)],
            "no answer to the search"),
        Conversation(
            "half an answer", [.clientBytes(bind), .bytes(Array(bound.prefix(7)))],
            "no answer to the bind"),
        Conversation(
            "closed in the middle", [.clientBytes(bind), .bytes(Array(bound.prefix(7))), .closes],
            "connection closed by the server before its answer to the bind"),
        Conversation(
            "closed at once", [.clientBytes(bind), .closes],
            "connection closed by the server before its answer to the bind"),
        Conversation(
            "a search's end before the bind's", [.clientBytes(bind), .bytes(done)],
            "\(done.seen) is no LDAP answer to the bind"),
        Conversation(
            "thrown out", [.clientBytes(bind), .bytes(result(0, 0x78, 52))],
            "the server ends the connection: unavailable 'no'"),
        Conversation("another protocol", [.clientBytes(bind), .bytes([0x48])], "'H' is no LDAP answer to the bind"),
        Conversation(
            "an endless length", [.clientBytes(bind), .bytes([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF])],
            "'0\\x84\\x7f\\xff\\xff\\xff' is no LDAP answer to the bind"),
    ]

    @Test(arguments: conversations, [false, true])
    func aServerLetsUsInAndHasTheEntry(conversation: Conversation, bytewise: Bool) {
        let exchange = LDAPExchange(name: "dc=x", login: "cn=a", password: "s3cr", pattern: containing("=x"))
        #expect(conversation.led(by: exchange, bytewise: bytewise) == conversation.outcome)
    }

    @Test(arguments: [(nil, nil), ("cn=a", nil), (nil, "x")] as [(String?, String?)])
    func aBindWithoutBothIsAnonymous(login: String?, password: String?) {
        var exchange = LDAPExchange(name: "", login: login, password: password, pattern: nil)
        let anonymous: [UInt8] = [0x30, 0x0C, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0]
        #expect(exchange.open() == .send(anonymous))
    }

    @Test func aLongNameHasALongLength() throws {
        let long = String(repeating: "x", count: 300)
        #expect(Array(BER.element(BER.Tag.octets, long).prefix(5)) == [0x04, 0x82, 0x01, 0x2C, 0x78])
        var bytes = BER.element(BER.Tag.octets, long)[...]
        #expect(try BER.next(&bytes).content.count == 300)
        #expect(bytes.isEmpty)
    }

    /// Whatever arrives, there is an answer to it, and it is never that the server is up.
    @Test func corruptedAnswersNeverPass() {
        for index in Self.bound.indices {
            for value in UInt8.min...UInt8.max where value != Self.bound[index] {
                var exchange = LDAPExchange(name: "dc=x", login: nil, password: nil, pattern: nil)
                var bytes = Self.bound
                bytes[index] = value
                _ = exchange.open()
                if case .passed = exchange.receive(bytes[...]) { Issue.record("passed with \(bytes)") }
                if case .passed = exchange.receive(bytes[...]) { Issue.record("passed with \(bytes) twice") }
            }
        }
    }

    @Test func numbersAreReadWithTheirSign() throws {
        func number(_ content: [UInt8]) -> Int? { BER.number(BER.Element(tag: 2, content: content[...])) }
        #expect(number([0x7F]) == 127)
        #expect(number([0xFF]) == -1)
        #expect(number([0x00, 0x80]) == 128)
        #expect(number([]) == nil)
        #expect(number([1, 2, 3, 4, 5]) == nil)
    }
}
