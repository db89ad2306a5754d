import Testing

/// A small file that was given to ldirectord 4.12 with a real kernel table; what it did is known.
struct LdirectordCase: Sendable, CustomTestStringConvertible {
    enum Reference: Sendable {
        case runs, refuses
    }

    var name: String
    var ldirectord: Reference
    var file: String
    /// What Director makes of the file; nil when it refuses it too.
    var table: [String]?
    /// Every problem it names.
    var says: [String]

    init(_ name: String, ldirectord: Reference, _ file: String, table: [String]?, says: [String]) {
        self.name = name
        self.ldirectord = ldirectord
        self.file = file
        self.table = table
        self.says = says
    }

    var testDescription: String { name }

    static let all = lines + keys + values + servers
}

struct LdirectordCaseTests {
    @Test(arguments: LdirectordCase.all)
    func aFileMeansWhatLdirectordMakesOfItOrTheDifferenceIsSaid(of this: LdirectordCase) {
        let result = parse(this.file)
        #expect(result.configuration.map(rendered) == this.table)
        #expect(rendered(result.diagnostics) == this.says)
    }

    @Test func everyKnownCaseIsThere() {
        #expect(LdirectordCase.all.count == 103)
    }

    /// Where the two disagree about a whole file, a line says so.
    @Test(arguments: LdirectordCase.all)
    func aDisagreementIsNeverSilent(of this: LdirectordCase) {
        let refused = this.table == nil
        if refused != (this.ldirectord == .refuses) { #expect(!this.says.isEmpty) }
    }
}
