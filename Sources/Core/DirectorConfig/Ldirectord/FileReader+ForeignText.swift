/// ldirectord reads, compares and sends bytes; a text here is UTF-8, as the programs that it goes to are told it. What
/// was written in another character set can be said in ASCII where bytes have such a spelling: in a pattern, and in
/// what is asked of an HTTP server.
extension FileReader {
    /// `Gr\xF6\xDFe` for a pattern in Latin-1: patterns are matched byte by byte.
    func foreignPattern(_ scanner: Scanner, _ range: Range<Int>) -> String {
        spelt(scanner, range) { byte, surroundings in
            let digits = Self.digits(byte)
            return switch surroundings {
            case .plain: "\\x" + digits
            // The backslash before it says that it stands for itself.
            case .escaped: "x" + digits
            case .quoted: "\\E\\x" + digits + "\\Q"
            }
        }
    }

    /// `Gr%F6%DFe`, which is what ldirectord asks for.
    func foreignRequest(_ scanner: Scanner, _ range: Range<Int>) -> String {
        spelt(scanner, range) { byte, _ in "%" + Self.digits(byte) }
    }

    private enum Surroundings {
        case plain
        /// Behind a backslash.
        case escaped
        /// Between `\Q` and `\E`, where a backslash says nothing else.
        case quoted
    }

    private func spelt(
        _ scanner: Scanner, _ range: Range<Int>, _ spelling: (UInt8, Surroundings) -> String
    ) -> String {
        var bytes: [UInt8] = []
        var surroundings = Surroundings.plain
        for index in range {
            let byte = scanner[index]
            switch byte {
            case 0x80...: bytes += Array(spelling(byte, surroundings).utf8)
            case UInt8(ascii: "\t"): bytes += Array("    ".utf8)
            default: bytes.append(byte)
            }
            switch surroundings {
            case .quoted:
                let isEnd = byte == UInt8(ascii: "E") && scanner[index - 1] == UInt8(ascii: "\\")
                if isEnd { surroundings = .plain }
            case .escaped: surroundings = byte == UInt8(ascii: "Q") ? .quoted : .plain
            case .plain: surroundings = byte == UInt8(ascii: "\\") ? .escaped : .plain
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func digits(_ byte: UInt8) -> String { String(byte, radix: 16, uppercase: true) }

    /// Only in a request of HTTP is `%F6` the byte: other servers would be sent the three letters.
    mutating func refuseForeignRequests(_ section: Section, isHTTP: Bool) {
        guard !isHTTP else { return }
        let written = [section.dialogue.foreignRequest] + section.reals.map(\.foreignRequest)
        for request in written.compactMap(\.self) {
            problems.error(request.place, "request is not UTF-8 text: '\(request.value)'")
        }
    }
}
