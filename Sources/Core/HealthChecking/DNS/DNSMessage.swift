package import NetworkTypes

/// A message to or from a name server (RFC 1035, section 4), as far as a check needs it.
package struct DNSMessage: Equatable, Sendable {
    /// What an answer says, as `receive` sees it.
    package enum Record: Equatable, Sendable {
        case address(IPAddress)
        case pointer(DNSName)
        /// Any other type, such as the CNAME before the A.
        case other(type: UInt16)
    }

    package var id: UInt16
    package var isResponse: Bool
    package var isTruncated: Bool
    package var code: UInt8
    package var question: DNSQuestion?
    package var answers: [Record]

    /// A query with recursion desired, as a stub resolver sends it.
    package static func query(_ question: DNSQuestion, id: UInt16) -> [UInt8] {
        var message: [UInt8] = [
            UInt8(id >> 8), UInt8(id & 0xff),
            0x01, 0x00,  // recursion desired
            0, 1,  // questions
            0, 0, 0, 0, 0, 0,  // answers, authorities, additional records
        ]
        question.name.write(to: &message)
        message += [UInt8(question.type.rawValue >> 8), UInt8(question.type.rawValue & 0xff), 0, 1]
        return message
    }

    /// Nil when the bytes are no message, or one whose answers are cut off without a word about it.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count >= 12 else { return nil }
        func number(_ place: Int) -> Int { Int(bytes[place]) << 8 | Int(bytes[place + 1]) }
        id = UInt16(number(0))
        isResponse = bytes[2] & 0x80 != 0
        isTruncated = bytes[2] & 0x02 != 0
        code = bytes[3] & 0x0f
        answers = []
        var place = 12
        // The one question is repeated; some servers leave it out of a refusal.
        guard number(4) <= 1 else { return nil }
        if number(4) == 1 {
            guard let name = DNSName.read(bytes, at: &place), place + 4 <= bytes.count else { return nil }
            let type = DNSQuestion.RecordType(rawValue: UInt16(number(place)))
            if let type, number(place + 2) == 1 { question = DNSQuestion(name, type) }
            place += 4
        }
        for _ in 0..<number(6) {
            guard let record = Self.record(bytes, at: &place) else {
                if isTruncated { return }
                return nil
            }
            answers.append(record)
        }
    }

    private static func record(_ bytes: [UInt8], at place: inout Int) -> Record? {
        guard DNSName.read(bytes, at: &place) != nil, place + 10 <= bytes.count else { return nil }
        let type = UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
        let isInternet = bytes[place + 2] == 0 && bytes[place + 3] == 1
        let length = Int(bytes[place + 8]) << 8 | Int(bytes[place + 9])
        var start = place + 10
        let end = start + length
        guard end <= bytes.count else { return nil }
        place = end
        switch DNSQuestion.RecordType(rawValue: type) {
        case .a where isInternet && length == 4, .aaaa where isInternet && length == 16:
            return IPAddress(bytes: bytes[start..<end]).map { .address($0) }
        case .ptr where isInternet:
            guard let name = DNSName.read(bytes, at: &start), start == end else { return nil }
            return .pointer(name)
        case .a, .aaaa: return nil
        case .ptr, nil: return .other(type: type)
        }
    }

    /// What the code of an answer says.
    package var refusal: String? {
        switch code {
        case 0: nil
        case 1: "FORMERR (the server does not understand the query)"
        case 2: "SERVFAIL (the server failed)"
        case 3: "NXDOMAIN (there is no such name)"
        case 4: "NOTIMP (the server does not answer such queries)"
        case 5: "REFUSED (the server refuses to answer)"
        default: "code \(code)"
        }
    }
}
