internal import Digests

/// A login at a RADIUS server (RFC 2865): an Access-Request with the password hidden by the shared secret, and an
/// Access-Accept whose authenticator proves that the server knows the secret too.
package struct RADIUSExchange: Exchange {
    private enum Code {
        static let accessRequest: UInt8 = 1
        static let accessAccept: UInt8 = 2
        static let accessReject: UInt8 = 3
        static let accessChallenge: UInt8 = 11
    }

    enum Attribute {
        static let userName: UInt8 = 1
        static let userPassword: UInt8 = 2
        static let nasAddress: UInt8 = 4
        static let replyMessage: UInt8 = 18
        static let messageAuthenticator: UInt8 = 80
    }

    /// What the random parts of a request are.
    package struct Nonce: Sendable {
        var identifier: UInt8
        var authenticator: [UInt8]

        /// - Parameter authenticator: 16 bytes that nobody can foresee.
        package init(identifier: UInt8, authenticator: [UInt8]) {
            self.identifier = identifier
            self.authenticator = authenticator
        }
    }

    private let secret: [UInt8]
    private let nonce: Nonce
    private let request: [UInt8]
    package private(set) var complaint: String?

    /// The longest password is 128 bytes (section 5.2), the longest name 253.
    package init(login: String, password: String, secret: String, nonce: Nonce) {
        self.secret = Array(secret.utf8)
        self.nonce = nonce
        request = Self.message(
            login: Array(login.utf8), password: Array(password.utf8), secret: Array(secret.utf8), nonce)
    }

    /// Servers are silent to a request that another secret has signed.
    package var awaited: String { "answer to the Access-Request (is the secret the server's?)" }

    package mutating func open() -> ExchangeStep { .send(request) }

    /// As ldirectord asks, and with a Message-Authenticator (RFC 3579, section 3.2) in front, which servers may demand
    /// since the attack of CVE-2024-3596.
    static func message(login: [UInt8], password: [UInt8], secret: [UInt8], _ nonce: Nonce) -> [UInt8] {
        var attributes: [UInt8] = [Attribute.messageAuthenticator, 18] + [UInt8](repeating: 0, count: 16)
        let name = login.prefix(253)
        attributes += [Attribute.userName, UInt8(name.count + 2)] + name
        let hidden = hide(Array(password.prefix(128)), secret: secret, authenticator: nonce.authenticator)
        attributes += [Attribute.userPassword, UInt8(hidden.count + 2)] + hidden
        attributes += [Attribute.nasAddress, 6, 127, 0, 0, 1]
        let length = 20 + attributes.count
        var message =
            [Code.accessRequest, nonce.identifier, UInt8(length >> 8), UInt8(length & 0xff)] + nonce.authenticator
            + attributes
        message.replaceSubrange(22..<38, with: Digest.hmacMD5(key: secret, message))
        return message
    }

    /// Section 5.2: blocks of 16 bytes, each combined with the digest of the secret and the block before.
    static func hide(_ password: [UInt8], secret: [UInt8], authenticator: [UInt8]) -> [UInt8] {
        let padding = password.isEmpty ? 16 : (16 - password.count % 16) % 16
        let plain = password + [UInt8](repeating: 0, count: padding)
        var hidden: [UInt8] = []
        var before = authenticator
        for start in stride(from: 0, to: plain.count, by: 16) {
            before = zip(plain[start..<start + 16], Digest.md5(secret + before)).map { $0 ^ $1 }
            hidden += before
        }
        return hidden
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        let datagram = Array(bytes)
        guard datagram.count >= 20, case let length = Int(datagram[2]) << 8 | Int(datagram[3]),
            (20...4096).contains(length), length <= datagram.count
        else { return discard("the answer is no RADIUS packet") }
        // What lies behind the length is padding (section 3).
        let answer = Array(datagram[..<length])
        guard answer[1] == nonce.identifier else {
            return discard("the answer has another identifier than the request")
        }
        guard isSigned(answer) else {
            return discard("the answer is not signed with this secret: is it the server's?")
        }
        switch answer[0] {
        case Code.accessAccept: return .passed("Access-Accept")
        case Code.accessReject: return .failed("Access-Reject" + Self.words(answer))
        case Code.accessChallenge: return .failed("Access-Challenge: the login needs more than a password")
        default: return discard("the answer has the unknown code \(answer[0])")
        }
    }

    private mutating func discard(_ reason: String) -> ExchangeStep {
        complaint = reason
        return .more
    }

    /// The response authenticator (section 3), and the Message-Authenticator where there is one.
    private func isSigned(_ answer: [UInt8]) -> Bool {
        let asked = Array(answer[..<4]) + nonce.authenticator + answer[20...]
        guard Digest.md5(asked + secret) == Array(answer[4..<20]) else { return false }
        guard let attributes = Self.attributes(answer) else { return false }
        for (type, range) in attributes where type == Attribute.messageAuthenticator {
            guard range.count == 16 else { return false }
            var blank = asked
            blank.replaceSubrange(range, with: [UInt8](repeating: 0, count: 16))
            guard Digest.hmacMD5(key: secret, blank) == Array(answer[range]) else { return false }
        }
        return true
    }

    /// Types and places of the attributes; nil when they do not add up to the packet.
    private static func attributes(_ packet: [UInt8]) -> [(type: UInt8, range: Range<Int>)]? {
        var attributes: [(UInt8, Range<Int>)] = []
        var place = 20
        while place < packet.count {
            guard place + 2 <= packet.count, case let length = Int(packet[place + 1]), length >= 2,
                place + length <= packet.count
            else { return nil }
            attributes.append((packet[place], place + 2..<place + length))
            place += length
        }
        return attributes
    }

    private static func words(_ packet: [UInt8]) -> String {
        let message = attributes(packet)?.first { $0.type == Attribute.replyMessage }
        return message.map { ": " + ServerText.shown(packet[$0.range]) } ?? ""
    }
}
