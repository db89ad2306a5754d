/// Takes the fields of one frame; every read checks that the bytes are there.
struct ByteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func raw(_ count: Int) throws(WireProblem) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(WireProblem) -> Value {
        var value: Value = 0
        for byte in try raw(Value.bitWidth / 8) { value = value << 8 | Value(truncatingIfNeeded: byte) }
        return value
    }

    mutating func string(_ field: String) throws(WireProblem) -> String {
        let length = Int(try integer(UInt16.self))
        guard let text = String(validating: try raw(length), as: UTF8.self) else { throw .badField(field) }
        return text
    }

    mutating func duration(_ field: String) throws(WireProblem) -> Duration {
        guard let nanoseconds = Int64(exactly: try integer(UInt64.self)) else { throw .badField(field) }
        return .nanoseconds(nanoseconds)
    }

    /// Nothing may follow the last field: what is left over would be a message of another version.
    func end() throws(WireProblem) {
        guard rest.isEmpty else { throw .trailing(rest.count) }
    }
}
