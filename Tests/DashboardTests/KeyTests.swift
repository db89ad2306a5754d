import Dashboard
import Testing

struct KeyTests {
    static let cases: [([UInt8], [Key])] = [
        (Array("q?".utf8), [.character("q"), .character("?")]),
        (Array("\u{1B}[A\u{1B}[B\u{1B}[C\u{1B}[D".utf8), [.up, .down, .right, .left]),
        (Array("\u{1B}OA\u{1B}OB".utf8), [.up, .down]),
        (Array("\u{1B}[5~\u{1B}[6~".utf8), [.pageUp, .pageDown]),
        (Array("\u{1B}[H\u{1B}[F\u{1B}[1~\u{1B}[4~\u{1B}[7~\u{1B}[8~".utf8), [.home, .end, .home, .end, .home, .end]),
        (Array("\u{1B}[1;5A".utf8), [.up]),
        // A key that the dashboard does not know is passed over whole.
        (Array("\u{1B}[15~x".utf8), [.character("x")]),
        (Array("\u{1B}[200~".utf8), []),
        ([0x0D, 0x0A, 0x09, 0x7F, 0x08], [.enter, .enter, .tab, .backspace, .backspace]),
        ([3, 26, 12], [.control("c"), .control("z"), .control("l")]),
        (Array("ü世".utf8), [.character("ü"), .character("世")]),
        ([0xC3, 0x28, 0xFF], [.character("(")]),
        ([0x1B, 0x1B, 0x5B, 0x41], [.escape, .up]),
        (Array("\u{1B}x".utf8), [.escape, .character("x")]),
    ]

    @Test(arguments: 0..<cases.count)
    func whatATerminalSendsBecomesKeys(index: Int) {
        let (bytes, keys) = Self.cases[index]
        var decoder = KeyDecoder()
        #expect(decoder.keys(from: bytes) == keys)
        // The same in pieces.
        var slow = KeyDecoder()
        #expect(bytes.flatMap { slow.keys(from: [$0]) } == keys)
    }

    @Test func anEscapeAloneIsTheKeyWhenNothingFollows() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(from: [0x1B]) == [])
        #expect(decoder.isWaiting)
        #expect(decoder.flush() == [.escape])
        #expect(!decoder.isWaiting)
        #expect(decoder.keys(from: [0x1B, 0x5B]) == [])
        #expect(decoder.flush() == [.escape])
    }

    @Test func garbageDoesNotPileUp() {
        var decoder = KeyDecoder()
        #expect(decoder.keys(from: [0x1B, 0x5B] + Array(repeating: 0x3B, count: 100_000)) == [])
        #expect(!decoder.isWaiting)
    }

    @Test func keysMeanWhatTheModeSays() {
        #expect(Intent(.character("q"), in: .table) == .quit)
        #expect(Intent(.character("q"), in: .search) == .type("q"))
        #expect(Intent(.character("q"), in: .help) == .cancel)
        #expect(Intent(.character("Z"), in: .table) == nil)
        for mode in [ViewState.Mode.table, .help, .search, .filter] {
            #expect(Intent(.control("c"), in: mode) == .quit)
            #expect(Intent(.control("z"), in: mode) == .suspend)
        }
    }
}
