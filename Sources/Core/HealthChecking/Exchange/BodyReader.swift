/// Takes the fields of one message of a server; a field that is not there makes the whole message garbage.
struct BodyReader {
    struct Truncated: Error {}

    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) {
        rest = Array(bytes)[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func take(_ count: Int) throws(Truncated) -> ArraySlice<UInt8> {
        guard count >= 0, rest.count >= count else { throw Truncated() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func byte() throws(Truncated) -> UInt8 {
        guard let byte = rest.popFirst() else { throw Truncated() }
        return byte
    }

    /// In network order.
    mutating func integer(_ count: Int) throws(Truncated) -> Int {
        try take(count).reduce(0) { $0 << 8 | Int($1) }
    }

    /// Lowest byte first.
    mutating func littleEndian(_ count: Int) throws(Truncated) -> Int {
        try take(count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// Up to a zero byte, which is taken too.
    mutating func text() throws(Truncated) -> [UInt8] {
        guard let end = rest.firstIndex(of: 0) else { throw Truncated() }
        defer { rest = rest[(end + 1)...] }
        return Array(rest[..<end])
    }
}
