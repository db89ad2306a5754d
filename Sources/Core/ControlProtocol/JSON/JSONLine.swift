/// An object as one line, written piece by piece: the values of a large document would take many times the memory of
/// their text.
struct JSONLine {
    private var bytes = [UInt8(ascii: "{")]

    mutating func put(_ members: [JSON.Member]) {
        for member in members { put(member.key, text: member.value.line) }
    }

    /// - Parameter text: a value as it is written.
    mutating func put(_ key: String, text: [UInt8]) {
        begin(key)
        bytes += text
    }

    /// An array, one element after the other.
    mutating func put<Element>(_ key: String, each elements: [Element], _ write: (Element) -> [UInt8]) {
        begin(key)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += write(element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// All of it. Nothing can be put after that.
    consuming func ended() -> [UInt8] {
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func begin(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes += JSON.string(key).line
        bytes.append(UInt8(ascii: ":"))
    }
}
