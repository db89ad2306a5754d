import Testing

/// A file with mistakes, and every line that is said of it.
struct MalformedCase: Sendable, CustomTestStringConvertible {
    var name: String
    var file: String
    var says: [String]

    init(_ name: String, _ file: String, says: [String]) {
        self.name = name
        self.file = file
        self.says = says
    }

    var testDescription: String { name }

    static let all = lines + heads + servers + values + checks
}

struct MalformedCaseTests {
    @Test(arguments: MalformedCase.all)
    func aMistakeIsRefusedWithItsPlaceItsReasonAndWhatIsRight(of this: MalformedCase) {
        let result = parse(this.file)
        #expect(result.configuration == nil)
        #expect(rendered(result.diagnostics) == this.says)
    }

    @Test func aDiagnosticIsOneLineNamingTheFile() {
        let result = parse("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 nat\n")
        #expect(
            result.diagnostics.map(\.description) == [
                "x.cf:2:21: error: the forwarding method is gate, masq or ipip, not 'nat': for NAT write masq"
            ])
    }
}
