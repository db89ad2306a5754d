import DirectorConfig
import Testing

/// Director's own keys: what counts where, and what is said of them.
struct OwnKeyTests {
    private func virtual(_ global: String, _ section: String) throws -> VirtualConfiguration {
        let lines = section.split(separator: ";").map { "\t\($0)\n" }.joined()
        let result = parse(global + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n" + lines)
        return try #require(result.configuration, "\(rendered(result.diagnostics))").virtuals[0]
    }

    /// `fall` goes before `failurecount`, a section before what stands globally.
    @Test(arguments: [
        ("", "", 1), ("failurecount=3\n", "", 3), ("fall=3\n", "", 3), ("fall=3\nfailurecount=4\n", "", 3),
        ("failurecount=4\nfall=3\n", "", 3), ("fall=3\n", "failurecount=5", 5), ("failurecount=3\n", "fall=5", 5),
        ("fall=2\n", "failurecount=5;fall=6", 6),
    ])
    func fallIsTheBetterNameOfFailurecount(global: String, section: String, count: Int) throws {
        #expect(try virtual(global, section).limits.fall == count)
    }

    @Test(arguments: [("", "", 1), ("rise=3\n", "", 3), ("rise=3\n", "rise=2", 2)])
    func riseCountsSuccesses(global: String, section: String, count: Int) throws {
        #expect(try virtual(global, section).limits.rise == count)
    }

    @Test(arguments: [
        (
            "fall=2\nfailurecount=3\n",
            "2:14: warning: failurecount and fall of line 1 are two names of one number: fall counts"
        ),
        (
            "failurecount=3\nfall=2\n",
            "2:6: warning: fall and failurecount of line 1 are two names of one number: fall counts"
        ),
        ("rise=0\n", "1:6: error: rise must be 1 to 1000000, not 0"),
        ("fall=never\n", "1:6: error: fall is a number, not 'never'"),
        ("rize=2\n", "1:1: error: unknown key 'rize', did you mean 'rise'?"),
    ])
    func whatIsWrongIsSaid(global: String, says: String) {
        let file = global + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n"
        #expect(rendered(parse(file).diagnostics).contains(says))
    }
}
