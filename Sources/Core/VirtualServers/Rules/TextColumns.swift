/// Text under construction, in columns padded with blanks as C's `printf` pads them.
struct TextColumns {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ text: String, left width: Int) {
        append(text)
        pad(width - text.utf8.count)
    }

    mutating func append(_ text: String, right width: Int) {
        pad(width - text.utf8.count)
        append(text)
    }

    mutating func append(_ number: some FixedWidthInteger, left width: Int) {
        append(String(number), left: width)
    }

    mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func pad(_ count: Int) {
        for _ in 0..<max(count, 0) { bytes.append(UInt8(ascii: " ")) }
    }
}

extension String {
    /// At most the first `count` bytes.
    func cut(to count: Int) -> String {
        utf8.count <= count ? self : String(decoding: utf8.prefix(count), as: UTF8.self)
    }
}
