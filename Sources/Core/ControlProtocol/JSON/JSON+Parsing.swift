/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// From 0, in bytes.
    package var offset: Int
    package var reason: String

    package var description: String { "not JSON at byte \(offset): \(reason)" }
}

extension JSON {
    /// Parses one JSON text (RFC 8259). Nesting deeper than 64 levels is refused, since the text may come from anybody.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes: bytes)
        parser.skipBlanks()
        self = try parser.value(depth: 0)
        parser.skipBlanks()
        if parser.position < bytes.count { throw parser.failure("text after the end") }
    }
}

private struct JSONParser {
    static let maximumDepth = 64
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    func failure(_ reason: String) -> JSONError { JSONError(offset: position, reason: reason) }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) throws(JSONError) {
        guard next == UInt8(ascii: character) else { throw failure("'\(character)' expected") }
        position += 1
    }

    mutating func value(depth: Int) throws(JSONError) -> JSON {
        guard depth < Self.maximumDepth else { throw failure("nested too deeply") }
        switch next {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw failure("the text ends early")
        case let byte? where byte == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
            return try number()
        default: throw failure("a value expected")
        }
    }

    private mutating func word(_ text: String, _ value: JSON) throws(JSONError) -> JSON {
        guard bytes[position...].starts(with: text.utf8) else { throw failure("'\(text)' expected") }
        position += text.utf8.count
        return value
    }

    private mutating func elements(depth: Int) throws(JSONError) -> [JSON] {
        var elements: [JSON] = []
        try list("[", "]") { (parser) throws(JSONError) in
            elements.append(try parser.value(depth: depth + 1))
        }
        return elements
    }

    private mutating func members(depth: Int) throws(JSONError) -> [JSON.Member] {
        var members: [JSON.Member] = []
        try list("{", "}") { (parser) throws(JSONError) in
            let key = try parser.string()
            parser.skipBlanks()
            try parser.take(":")
            parser.skipBlanks()
            members.append(JSON.Member(key, try parser.value(depth: depth + 1)))
        }
        return members
    }

    private mutating func list(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ element: (inout JSONParser) throws(JSONError) -> Void
    ) throws(JSONError) {
        try take(open)
        skipBlanks()
        if next == UInt8(ascii: close) {
            position += 1
            return
        }
        while true {
            try element(&self)
            skipBlanks()
            if next == UInt8(ascii: close) {
                position += 1
                return
            }
            try take(",")
            skipBlanks()
        }
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = position
        var whole = true
        scan: while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): whole = false
            default: break scan
            }
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if whole, let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw JSONError(offset: start, reason: "not a number") }
        return .number(value)
    }

    private mutating func string() throws(JSONError) -> String {
        try take("\"")
        var text: [UInt8] = []
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw failure("not UTF-8") }
                return string
            case UInt8(ascii: "\\"): text += try escaped().utf8
            case 0..<0x20: throw failure("a control character in a string")
            default: text.append(byte)
            }
        }
        throw failure("a string without end")
    }

    /// What follows a backslash (RFC 8259 section 7).
    private mutating func escaped() throws(JSONError) -> String {
        guard let byte = next else { throw failure("a string without end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure("an unknown escape")
        }
        let first = try hexadecimal()
        guard first >= 0xD800, first < 0xE000 else { return Unicode.Scalar(first).map(String.init) ?? "\u{FFFD}" }
        guard first < 0xDC00, next == UInt8(ascii: "\\") else { throw failure("half a surrogate pair") }
        position += 1
        try take("u")
        let second = try hexadecimal()
        guard second >= 0xDC00, second < 0xE000,
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw failure("half a surrogate pair") }
        return String(scalar)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits expected")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
