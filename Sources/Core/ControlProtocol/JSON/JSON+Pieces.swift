extension JSON {
    /// An object as one line, one of whose values is an array that is written element by element: the values of a large
    /// array would take many times the memory of their text.
    static func line<Element>(
        _ members: [Member], _ key: String, _ elements: [Element], _ write: (Element) -> [UInt8],
        then rest: [Member] = []
    ) -> [UInt8] {
        var bytes = [UInt8(ascii: "{")]
        for member in members {
            bytes += JSON.string(member.key).line + [UInt8(ascii: ":")] + member.value.line + comma
        }
        bytes += JSON.string(key).line + Array(":[".utf8)
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes += comma }
            bytes += write(element)
        }
        bytes.append(UInt8(ascii: "]"))
        for member in rest { bytes += comma + JSON.string(member.key).line + [UInt8(ascii: ":")] + member.value.line }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private static let comma = [UInt8(ascii: ",")]
}
