/// LDAP version 3 (RFC 4511): a simple bind, then a search of one entry by its name. Up is a server that lets us in and
/// has exactly that entry.
package struct LDAPExchange: Exchange {
    private enum Tag {
        static let bindRequest: UInt8 = 0x60
        static let bindResponse: UInt8 = 0x61
        static let unbindRequest: UInt8 = 0x42
        static let searchRequest: UInt8 = 0x63
        static let searchEntry: UInt8 = 0x64
        static let searchDone: UInt8 = 0x65
        static let searchReference: UInt8 = 0x73
        static let extendedResponse: UInt8 = 0x78
        static let intermediate: UInt8 = 0x79
        static let simplePassword: UInt8 = 0x80
        static let presentFilter: UInt8 = 0x87
    }

    private let name: String
    private let login: String
    private let password: String
    private let pattern: PatternSearch?
    private var isBound = false
    private var entries: [[UInt8]] = []
    private var pending: [UInt8] = []
    private var total = 0

    /// - Parameters:
    ///   - name: of the entry; the empty name is the server's own entry, which every server has.
    ///   - login: with a password the name to bind as; the bind is anonymous unless both are there.
    ///   - pattern: what the entry's name as the server writes it has to match.
    package init(name: String, login: String?, password: String?, pattern: PatternSearch?) {
        self.name = name
        self.pattern = pattern
        let isAnonymous = login == nil || password == nil
        self.login = isAnonymous ? "" : login ?? ""
        self.password = isAnonymous ? "" : password ?? ""
    }

    package var awaited: String { isBound ? "answer to the search" : "answer to the bind" }

    package mutating func open() -> ExchangeStep {
        .send(
            Self.message(
                1,
                BER.element(
                    Tag.bindRequest,
                    BER.element(BER.Tag.integer, small: 3) + BER.element(BER.Tag.octets, login)
                        + BER.element(Tag.simplePassword, password))))
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        total += bytes.count
        guard total <= 2 * BER.lengthLimit else { return .failed("the \(awaited) is too long") }
        pending += bytes
        while !pending.isEmpty {
            var rest = pending[...]
            let message = pending
            do throws(BER.Problem) {
                // The first byte tells already whether this is LDAP.
                guard pending[0] == BER.Tag.sequence else { throw .malformed }
                let element = try BER.next(&rest)
                pending = Array(rest)
                let step = try take(element.content)
                if step != .more { return step }
            } catch .truncated {
                return .more
            } catch {
                return .failed("\(message.seen) is no LDAP \(awaited)")
            }
        }
        return .more
    }

    private mutating func take(_ message: ArraySlice<UInt8>) throws(BER.Problem) -> ExchangeStep {
        let (number, operation) = try Self.whole { () throws(BER.Problem) in
            var rest = message
            return (BER.number(try BER.next(&rest)), try BER.next(&rest))
        }
        switch (number, operation.tag) {
        case (1, Tag.bindResponse) where !isBound:
            let result = try Self.result(operation)
            guard result.code == 0 else { return .failed("bind refused: \(result.words)") }
            isBound = true
            return .send(search)
        case (2, Tag.searchEntry) where isBound:
            let name = try Self.whole { () throws(BER.Problem) in
                var rest = operation.content
                return try BER.next(&rest)
            }
            entries.append(Array(name.content))
            return .more
        case (2, Tag.searchReference) where isBound, (2, Tag.intermediate) where isBound:
            return .more
        case (2, Tag.searchDone) where isBound:
            return verdict(try Self.result(operation))
        case (0, Tag.extendedResponse):
            return .failed("the server ends the connection: \(try Self.result(operation).words)")
        default: throw .malformed
        }
    }

    private func verdict(_ result: Result) -> ExchangeStep {
        guard result.code == 0 else { return .failed("search of \(Array(name.utf8).seen) refused: \(result.words)") }
        guard entries.count == 1, let entry = entries.first else {
            return .failed("\(entries.count) entries for \(Array(name.utf8).seen)")
        }
        let unbind = Self.message(3, BER.element(Tag.unbindRequest, []))
        let refusal = pattern?.refusal(of: entry, "the name of the entry, \(entry.seen)", farewell: unbind)
        return refusal ?? .passed("entry found", farewell: unbind)
    }

    /// The entry of this name alone, without its attributes (`1.1`, RFC 4511, section 4.5.1.8).
    private var search: [UInt8] {
        var request = BER.element(BER.Tag.octets, name)
        // Scope baseObject, aliases never followed, two entries at most, no limit of time, types and values.
        request += BER.element(BER.Tag.enumerated, small: 0) + BER.element(BER.Tag.enumerated, small: 0)
        request += BER.element(BER.Tag.integer, small: 2) + BER.element(BER.Tag.integer, small: 0)
        request += BER.element(BER.Tag.boolean, [0]) + BER.element(Tag.presentFilter, "objectClass")
        request += BER.element(BER.Tag.sequence, BER.element(BER.Tag.octets, "1.1"))
        return Self.message(2, BER.element(Tag.searchRequest, request))
    }

    private static func message(_ number: UInt8, _ operation: [UInt8]) -> [UInt8] {
        BER.element(BER.Tag.sequence, BER.element(BER.Tag.integer, small: number) + operation)
    }

    // MARK: LDAPResult

    private struct Result {
        var code: Int
        var words: String
    }

    private static func result(_ operation: BER.Element) throws(BER.Problem) -> Result {
        let (code, diagnostic) = try whole { () throws(BER.Problem) in
            var rest = operation.content
            let code = try BER.next(&rest)
            _ = try BER.next(&rest)
            return (code, try BER.next(&rest))
        }
        guard code.tag == BER.Tag.enumerated, let number = BER.number(code) else { throw .malformed }
        let name = names[number] ?? "result \(number)"
        return Result(code: number, words: diagnostic.content.isEmpty ? name : "\(name) \(diagnostic.content.seen)")
    }

    /// Within a message that is whole, an element that is cut short is malformed.
    private static func whole<Value>(_ body: () throws(BER.Problem) -> Value) throws(BER.Problem) -> Value {
        do throws(BER.Problem) {
            return try body()
        } catch {
            throw .malformed
        }
    }

    /// RFC 4511, appendix A, as far as a bind and a search meet them.
    private static let names = [
        1: "operationsError", 2: "protocolError", 3: "timeLimitExceeded", 7: "authMethodNotSupported",
        8: "strongerAuthRequired", 10: "referral", 13: "confidentialityRequired", 32: "noSuchObject",
        34: "invalidDNSyntax", 48: "inappropriateAuthentication", 49: "invalidCredentials",
        50: "insufficientAccessRights", 51: "busy", 52: "unavailable", 53: "unwillingToPerform", 80: "other",
    ]
}
