/// `readers = GROUP | everybody`, `reporters = GROUP` and `operators = GROUP`: who may use the control socket. Whether
/// the machine has the group is not asked here: the file may be checked on another one.
extension FileReader {
    mutating func read(access directive: Directive, _ scanner: inout Scanner) {
        let place = scanner.place
        guard let value = text(directive, &scanner, .allowed) else { return }
        guard Self.isGroupName(value.value) else {
            problems.error(
                place,
                "\(directive.rawValue) is the name of a group\(directive == .readers ? ", or everybody" : ""), not '\(value.value.utf8.shown)'"
            )
            return
        }
        // Who gives orders is never anybody at all; as a group of that name it would let nobody in, without a word.
        guard directive == .readers || value.value != "everybody" else {
            problems.error(place, "\(directive.rawValue) is the name of a group: everybody may only be readers")
            return
        }
        switch directive {
        case .readers: globals.access.readers = value.value == "everybody" ? .everybody : .group(value.value)
        case .reporters: globals.access.reporters = value.value
        default: globals.access.operators = value.value
        }
    }

    /// useradd(8)'s rule, and numbers.
    private static func isGroupName(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, bytes.count <= 32, first != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { byte in
            byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
        }
    }
}
