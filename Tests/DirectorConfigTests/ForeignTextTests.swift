import HealthChecking
import Testing

@testable import DirectorConfig

/// Files in Latin-1: ldirectord works on bytes.
struct ForeignTextTests {
    @Test func inACommentItIsFine() {
        #expect(parse(latin1("# Büro\nvirtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n")).diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("Größe", "Gr\\xF6\\xDFe"), ("[äé]+", "[\\xE4\\xE9]+"), ("\\ä\\\\ä", "\\xE4\\\\\\xE4"), ("ä\tb", "\\xE4    b"),
        ("\\Qä.\\ö\\E\\ü", "\\Q\\E\\xE4\\Q.\\\\E\\xF6\\Q\\E\\xFC"), ("\\\\Qä", "\\\\Q\\xE4"),
    ])
    func aPatternNamesItsBytes(written: String, pattern: String) throws {
        for (isServersOwn, line) in [(false, "\treceive=\"\(written)\"\n"), (true, " \"page\", \"\(written)\"\n")] {
            let check = try #require(http(isServersOwn ? line : "\n" + line))
            #expect(check.receive == pattern)
        }
    }

    @Test func aTextInUTF8StaysAsItIs() {
        let file = Array("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\treceive=\"Größe\"\n".utf8)
        #expect(kind(file)?.receive == "Größe")
    }

    @Test(arguments: ["\n\trequest=\"Büro\"\n", " \"Büro\", \"x\"\n", "\n\trequest=\"Büro\"\n\tservice=https\n"])
    func anHTTPServerIsAskedForTheBytes(lines: String) {
        #expect(http(lines)?.request == "/B%FCro")
    }

    @Test(arguments: [
        ("\n\trequest=\"Büro\"\n\tservice=simpletcp\n", "3:10: error: request is not UTF-8 text: 'B\\xfcro'"),
        (" \"Büro\", \"x\"\n\tservice=ftp\n", "2:26: error: request is not UTF-8 text: 'B\\xfcro'"),
        ("\n\tpasswd=\"Büro\"\n", "3:9: error: passwd is not UTF-8 text: 'B\\xfcro'"),
    ])
    func whatHasNoSpellingIsRefused(lines: String, says: String) {
        let parsed = parse(latin1("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq" + lines))
        #expect(parsed.configuration == nil)
        #expect(rendered(parsed.diagnostics).contains(says), "\(rendered(parsed.diagnostics))")
    }

    @Test func theLastRequestCounts() {
        let lines = "\n\tservice=simpletcp\n\trequest=\"Büro\"\n\trequest=\"office\"\n"
        #expect(parse(latin1("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq" + lines)).configuration != nil)
    }

    private func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    /// The check of a server with what stands behind it.
    private func http(_ lines: String) -> HTTPCheck? {
        kind(latin1("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq" + lines))
    }

    private func kind(_ file: [UInt8]) -> HTTPCheck? {
        guard case .probe(let spec)? = parse(file).configuration?.virtuals.first?.reals.first?.check,
            case .http(let check) = spec.kind
        else { return nil }
        return check
    }
}
