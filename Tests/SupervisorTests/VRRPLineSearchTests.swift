import Testing

@testable import directord

struct VRRPLineSearchTests {
    @Test(arguments: [
        ("vrrp = web\n", true), ("vrrp=web", true), ("virtual=1\n\nvrrp\t= web\n", true), ("", false),
        ("# vrrp = web\n", false), ("\tvrrp = web\n", false), ("vrrpx = web\n", false), ("vrr", false), ("vrrp", false),
        ("vvrrp = web\n", false),
    ])
    func aLineThatOpensASectionIsFound(text: String, isFound: Bool) {
        var search = VRRPLineSearch()
        for byte in text.utf8 where search.see(byte) { break }
        #expect(search.isFound == isFound)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["/dev/zero", "/dev/tty", "/", "/nonexistent"])
    func whatIsNoPlainFileHasNone(path: String) {
        #expect(!ConfigurationGlance.hasVRRP(path))
    }
}
