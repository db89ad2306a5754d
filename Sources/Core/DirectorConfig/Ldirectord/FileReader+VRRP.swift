/// `vrrp = NAME` sections: their lines are checked for their form only.
extension FileReader {
    mutating func readVRRP(head scanner: inout Scanner, at place: Place) {
        cutSectionComment(&scanner)
        let name = scanner.takeWord()
        guard !name.isEmpty else {
            problems.error(scanner.place, "a vrrp section needs a name: vrrp = web")
            return
        }
        warnIgnored(&scanner)
        problems.warning(
            place, "the vrrp section '\(scanner.shown(name))' is not acted on yet: this director runs alone")
    }

    mutating func readVRRP(_ name: String, at place: Place, _ scanner: inout Scanner) {
        guard Directive.vrrpNames.contains(name) else {
            let near = Suggestion.nearest(to: name, among: Directive.vrrpNames).map { ", did you mean '\($0)'?" } ?? ""
            problems.error(place, "unknown key '\(name.utf8.shown)' in a vrrp section\(near)")
            return
        }
        scanner.skipBlanks()
        guard scanner.skip(UInt8(ascii: "=")) else {
            problems.error(scanner.place, "'=' is missing after \(name): write \(name) = VALUE")
            return
        }
        cutSectionComment(&scanner)
        scanner.skipBlanks()
        if scanner.isAtEnd { problems.error(scanner.place, "\(name) is empty") }
    }
}
