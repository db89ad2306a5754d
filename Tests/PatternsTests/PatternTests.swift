import Glibc
import Patterns
import Testing

struct PatternTests {
    @Test(arguments: [
        ("ok", "all is ok here", true),
        ("ok", "all is OK here", false),
        ("(?i)ok", "all is OK here", true),
        ("^ok", "not ok", false),
        ("(?m)^ok$", "first\nok\nlast", true),
        ("a.c", "a\nc", false),
        ("(?s)a.c", "a\nc", true),
        (#"\d{3}\s+\w+"#, "status 200  fine", true),
        ("x(?=y)y|(?<!a)b", "ab", false),
        ("", "anything", true),
        ("", "", true),
        ("x", "", false),
        ("^$", "", true),
        ("é", "café", true),
    ])
    func `a pattern matches as Perl does`(pattern: String, subject: String, found: Bool) throws {
        #expect(try Pattern(pattern).search(Array(subject.utf8)) == (found ? .found : .notFound))
    }

    @Test func `an answer may hold any bytes`() throws {
        #expect(try Pattern("ok").search([0xFF, 0x00, 0xC3, 0x6F, 0x6B]) == .found)
        #expect(try Pattern(#"\xff\x00"#).search([1, 0xFF, 0x00]) == .found)
    }

    @Test func `a match is found wherever it begins`() throws {
        let pattern = try Pattern("(?<=a)needle")
        for offset in [1, 4, 5, 6, 20, 21, 84, 85, 340, 341, 100_000, 1_048_569] {
            var body = [UInt8](repeating: UInt8(ascii: "a"), count: 1_048_576)
            body.replaceSubrange(offset..<offset + 6, with: "needle".utf8)
            #expect(pattern.search(body) == .found, "offset \(offset)")
        }
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(.*)*x", "a.*a.*a.*a.*b(?<!b)", #"(x+x+)+y|(a*)*\1b"#])
    func `a pattern that would take for ever is given up`(text: String) throws {
        let pattern = try Pattern(text)
        var body = [UInt8](repeating: UInt8(ascii: "a"), count: 60_000)
        body += "bx!".utf8
        let begin = processorTime()
        _ = pattern.search(body)
        #expect(processorTime() - begin < 2)
    }

    /// Answered by Perl 5.36.0.
    @Test(arguments: [
        (#"error.*(*SKIP)(*F)|OK"#, "error: OK", false),
        (#"error.*(*SKIP)(*F)|OK"#, "no error\nOK", true),
        (#"a+(*COMMIT)b|c"#, "aac", false),
        (#"a+(*PRUNE)b|ab"#, "aaab", true),
        (#"aaa(*SKIP)x|aab"#, "aaaab", false),
        (#"\GOK"#, "XOK", false),
        (#"\GOK"#, "OK", true),
        (#"\GX|(?<=X)OK"#, "XOK", true),
        (#"x(*F)|\\G"#, #"a\G"#, true),
        (#"[(*]\)"#, "a*)", true),
    ])
    func `a pattern may have a say in where the search goes on`(pattern: String, subject: String, found: Bool) throws {
        #expect(try Pattern(pattern).search(Array(subject.utf8)) == (found ? .found : .notFound))
    }

    @Test func `such a search is given up, too`() throws {
        let body = [UInt8](repeating: UInt8(ascii: "a"), count: 900_000)
        let begin = processorTime()
        #expect(try Pattern("a(?=a)[^q]*(?:y|zz)|(*F)").search(body) == .tooCostly)
        #expect(processorTime() - begin < 2)
    }

    /// Starting points that cost nothing say nothing about those behind them.
    @Test func `a harmless beginning does not make a costly end welcome`() throws {
        let pattern = try Pattern("a(?=a)[^q]*(?:y|zz)")
        var body = [UInt8](repeating: UInt8(ascii: "x"), count: 60_000)
        body += [UInt8](repeating: UInt8(ascii: "a"), count: 900_000)
        let begin = processorTime()
        #expect(pattern.search(body) == .tooCostly)
        #expect(processorTime() - begin < 2)
    }

    /// Every starting point is worth a walk over the page, unless many are tried at a time.
    @Test(arguments: [".*OK", "x*y", #"\w+@\w+"#])
    func `a long line is searched to its end`(text: String) throws {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 200_000)
        #expect(try Pattern(text).search(body) == .notFound)
    }

    /// Each of them takes a frame of the matcher's stack for every character.
    @Test(arguments: [3000, 60_000, 1_000_000])
    func `a pattern over lines is found on a long page`(length: Int) throws {
        let body = Array("<html>".utf8) + (0..<length).map { $0 % 80 == 79 ? 10 : 120 } + Array("OK</html>".utf8)
        #expect(try Pattern(#"<html>(.|\n)*OK"#).search(body) == .found)
    }

    @Test func `a given-up search is neither found nor not found`() throws {
        var body = [UInt8](repeating: UInt8(ascii: "a"), count: 100)
        body += "!".utf8
        #expect(try Pattern("(a+)+$").search(body) == .tooCostly)
    }

    @Test(arguments: [
        ("(ok", "missing closing parenthesis at character 4"),
        ("[a", "missing terminating ] for character class at character 3"),
        ("*", "quantifier does not follow a repeatable item at character 1"),
        ("(*UTF)x", "(*VERB) not recognized or malformed at character 6"),
    ])
    func `a text that is no pattern is explained`(text: String, problem: String) {
        #expect(patternProblem(text) == "is no Perl pattern: \(problem)")
    }

    @Test func `a good pattern has no problem`() {
        #expect(patternProblem("^HTTP/1\\.[01] 200") == nil)
        #expect(patternProblem("") == nil)
    }
}

/// Seconds that this thread has computed: other programs' work does not count.
private func processorTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
