import Testing

@testable import HealthChecking
@testable import Patterns
@testable import Probes

struct PatternCacheTests {
    private static let shortage = Pattern.Problem(kind: .noMemory, reason: "no more memory", offset: 0)

    @Test func `a pattern is compiled once for all that use it`() throws {
        var compiled = 0
        var cache = PatternCache { text in
            compiled += 1
            return Result { () throws(Pattern.Problem) in try Pattern(text) }
        }
        #expect(throws: Never.self) { try cache.take("a").get() }
        _ = cache.take("a")
        _ = cache.again("a")
        #expect(compiled == 1)
        cache.giveBack("a")
        #expect(cache.count == 1)
        cache.giveBack("a")
        #expect(cache.count == 0)
        _ = cache.take("(")
        #expect(throws: Pattern.Problem.self) { try cache.again("(").get() }
        #expect(compiled == 2)
    }

    @Test func `that there was no memory is not kept`() throws {
        var hasMemory = false
        var cache = PatternCache { text in
            hasMemory ? Result { () throws(Pattern.Problem) in try Pattern(text) } : .failure(Self.shortage)
        }
        #expect(throws: Self.shortage) { try cache.take("a").get() }
        #expect(throws: Self.shortage) { try cache.again("a").get() }
        hasMemory = true
        #expect(try cache.again("a").get().text == "a")
        #expect(try cache.take("a").get().text == "a")
        cache.giveBack("a")
        cache.giveBack("a")
        #expect(cache.count == 0)
    }

    /// The numbers are those of pcre2_match (pcre2.h).
    @Test(
        arguments: [
            (0, Pattern.Outcome.found, nil),
            (1, .found, nil),
            (-1, .notFound, .failed("pattern 'x' not in the page")),
            (-37, .tooCostly, .failed("pattern 'x' takes too long to match the page")),
            (-47, .tooCostly, .failed("pattern 'x' takes too long to match the page")),
            (-48, .noMemory, .unjudged("no memory to match the page")),
            (-44, .failed("internal error - duplicate substitution match"), nil),
        ] as [(Int32, Pattern.Outcome, ProbeOutcome?)])
    func `each answer of the library has its verdict`(number: Int32, search: Pattern.Outcome, verdict: ProbeOutcome?) {
        let outcome = Pattern.Outcome(number)
        if case .failed(let reason) = search {
            guard case .failed(let words) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(!words.isEmpty && !reason.isEmpty)
            #expect(PatternVerdict.outcome(outcome, of: "x", "the page") == .failed("libpcre2: \(words)"))
        } else {
            #expect(outcome == search)
            #expect(PatternVerdict.outcome(outcome, of: "x", "the page") == verdict)
        }
    }

    @Test(arguments: [
        (PatternSearch.Outcome.notFound, ExchangeStep.failed("pattern 'x' not in the answer")),
        (.tooCostly, .failed("pattern 'x' takes too long to match the answer")),
        (.noMemory, .unjudged("no memory to match the answer")),
        (.failed("internal error"), .failed("libpcre2: internal error")),
    ])
    func `so it has in a conversation`(search: PatternSearch.Outcome, end: ExchangeStep) {
        let pattern = PatternSearch("x") { _ in search }
        #expect(pattern.end(search) == end)
        var exchange = SimpleTCPExchange(request: "a", pattern: pattern)
        let step = exchange.receive(Array("line\n".utf8)[...])
        #expect(step == (search == .notFound ? .more : end))
    }
}
