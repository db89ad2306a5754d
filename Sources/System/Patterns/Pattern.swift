internal import CPCRE2

/// A Perl-compatible regular expression over bytes, as `receive` has it: unanchored, case counts.
///
/// A search is bounded in two ways, since patterns are written by people and answers by whatever runs on a real server,
/// and neither may hold up the program: libpcre2 counts its steps from each starting point, and the starting points are
/// tried in slices with a look at the clock in between, or where the pattern has a say in them, with a look at each.
@safe package final class Pattern {
    package enum Outcome: Equatable, Sendable {
        case found
        case notFound
        /// The search was given up, with neither answer.
        case tooCostly
        /// It says nothing about the text.
        case noMemory
        /// libpcre2's words for what should never happen.
        case failed(String)
    }

    /// Steps from one starting point; a greedy `.*` over the largest body takes about as many.
    private static let matchLimit: UInt32 = 2_000_000
    private static let heapLimitKiB: UInt32 = 262_144
    /// All slices of one search together.
    private static let timeLimitNanoseconds: Int64 = 100_000_000

    /// What each starting point of a steered search begins with, so that it can be ended.
    private static let callout = Array("(?C)".utf8)

    package let text: String
    private let compiled: cpcre2_pattern
    /// Where the search goes on is up to the pattern (`(*SKIP)`), or where it begins matters to it (`\G`).
    private let isSteered: Bool

    package init(_ text: String) throws(Problem) {
        self.text = text
        var error: Int32 = 0
        var offset = 0
        isSteered = text.utf8.contains("(*".utf8) || text.utf8.contains("\\G".utf8)
        let spelling = PerlSpelling(Array(text.utf8))
        let prefix = isSteered ? Self.callout : []
        let bytes = prefix + spelling.bytes
        unsafe compiled = bytes.withUnsafeBufferPointer { buffer in
            // An empty array may have no address, which libpcre2 refuses.
            var nothing: UInt8 = 0
            return unsafe withUnsafePointer(to: &nothing) { empty in
                unsafe cpcre2_compile(
                    buffer.baseAddress ?? empty, buffer.count, Self.matchLimit, Self.heapLimitKiB, &error, &offset)
            }
        }
        guard unsafe compiled.code != nil else {
            throw Problem(
                kind: Problem.Kind(error), reason: Self.describe(error),
                offset: spelling.origin(of: offset - prefix.count))
        }
    }

    deinit {
        unsafe cpcre2_free(compiled)
    }

    /// Whether the pattern matches anywhere in the bytes.
    package func search(_ subject: borrowing [UInt8]) -> Outcome {
        unsafe subject.withUnsafeBufferPointer { buffer in
            var nothing: UInt8 = 0
            return unsafe withUnsafePointer(to: &nothing) { empty in
                unsafe search(buffer.baseAddress ?? empty, buffer.count)
            }
        }
    }

    private func search(_ subject: UnsafePointer<UInt8>, _ length: Int) -> Outcome {
        let end = cpcre2_nanoseconds() + Self.timeLimitNanoseconds
        if isSteered { return unsafe Outcome(cpcre2_search_until(compiled, subject, length, end)) }
        var start = 0
        // One starting point may cost milliseconds already where a pattern spans a page of a megabyte.
        var slice = 1
        while true {
            let last = min(length, start + slice - 1)
            let sliceStart = cpcre2_nanoseconds()
            let outcome = unsafe Outcome(cpcre2_search(compiled, subject, length, start, last))
            if outcome != .notFound { return outcome }
            if last == length { return .notFound }
            let now = cpcre2_nanoseconds()
            if now > end { return .tooCostly }
            start = last + 1
            // Cheap patterns get through a page in a few slices.
            let took = now - sliceStart
            guard took < 1_000_000 else { continue }
            slice =
                took > Self.tellingNanoseconds ? slice * 4 : max(slice, min(slice * 4, Self.blindSlice(length - start)))
        }
    }

    /// A slice that took longer than this says what its starting points cost.
    private static let tellingNanoseconds: Int64 = 100_000
    /// Starting points that may be tried at a time where those before said nothing, since the pattern did not get
    /// beyond its first character: each of the next may be worth a walk over the rest, a nanosecond for each byte.
    private static func blindSlice(_ rest: Int) -> Int { (1 << 27) / max(rest, 1) }

    fileprivate static func describe(_ error: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        unsafe cpcre2_describe(error, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension Pattern.Outcome {
    /// - Parameter result: the number that libpcre2 gave when it matched.
    init(_ result: Int32) {
        self =
            switch cpcre2_outcome_of(result) {
            case CPCRE2_FOUND: .found
            case CPCRE2_NOT_FOUND: .notFound
            case CPCRE2_TOO_COSTLY: .tooCostly
            case CPCRE2_NO_MEMORY: .noMemory
            default: .failed(Pattern.describe(result))
            }
    }
}

/// What is wrong with a text as a `receive` pattern, as what follows it in a sentence; nil when it is a good one.
package func patternProblem(_ pattern: String) -> String? {
    do throws(Pattern.Problem) {
        _ = try Pattern(pattern)
        return nil
    } catch {
        return error.predicate
    }
}
