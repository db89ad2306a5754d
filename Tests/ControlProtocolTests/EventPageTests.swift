import ControlProtocol
import DirectorCore
import Testing
import TimeTypes

struct EventPageTests {
    private func records(_ numbers: some Sequence<Int64>) -> [EventRecord] {
        numbers.map { number in
            var record = EventRecord(number % 2 == 0 ? .drift : .remark, at: WallTime(milliseconds: number), "x")
            record.number = number
            return record
        }
    }

    private func page(
        after: Int64, limit: Int = 1_000, kind: String? = nil, _ numbers: some Sequence<Int64>, newest: Int64
    ) -> (events: [Int64], last: Int64, missed: Int64) {
        var query = EventQuery(limit: limit, after: after)
        query.kind = kind
        let page = EventPage(query, of: records(numbers), newest: newest)
        return (page.events.map(\.number), page.last, page.missed)
    }

    @Test func pagesFollowEachOtherWithoutAGap() {
        #expect(page(after: 3, 1...10, newest: 10) == ([4, 5, 6, 7, 8, 9, 10], 10, 0))
        #expect(page(after: 3, limit: 3, 1...10, newest: 10) == ([4, 5, 6], 6, 0))
        #expect(page(after: 6, limit: 3, 1...10, newest: 10) == ([7, 8, 9], 9, 0))
        #expect(page(after: 9, limit: 3, 1...10, newest: 10) == ([10], 10, 0))
        #expect(page(after: 10, limit: 3, 1...10, newest: 10) == ([], 10, 0))
        // What others do not match is passed over, and looked at once.
        #expect(page(after: 0, limit: 2, kind: "drift", 1...9, newest: 9) == ([2, 4], 5, 0))
        #expect(page(after: 5, limit: 9, kind: "drift", 1...9, newest: 9) == ([6, 8], 9, 0))
    }

    @Test func whatIsNotKeptIsCounted() {
        #expect(page(after: 3, 8...10, newest: 10) == ([8, 9, 10], 10, 4))
        #expect(page(after: 3, [4, 5, 9, 10], newest: 12) == ([4, 5, 9, 10], 12, 5))
        #expect(page(after: 3, [], newest: 5) == ([], 5, 2))
        #expect(page(after: 0, kind: "agent-said", 5...6, newest: 6) == ([], 6, 4))
        // A page that ends before the gap does not count it, the next one does.
        #expect(page(after: 3, limit: 1, [4, 8], newest: 8) == ([4], 4, 0))
        #expect(page(after: 4, limit: 1, [4, 8], newest: 8) == ([8], 8, 3))
    }

    @Test func aLineSaysUpToWhereAndWhatIsMissing() throws {
        let page = EventPage(EventQuery(limit: 9, after: 1), of: records(4...5), newest: 5)
        let message = try StreamMessage(json: JSON(parsing: page.line.dropLast()))
        #expect(message == .events(records(4...5), last: 5, run: nil, missed: 2))
        let whole = EventPage(EventQuery(limit: 9, after: 3), of: records(4...5), newest: 5)
        #expect(try JSON(parsing: whole.line.dropLast())["missed"] == nil)
        #expect(!page.isEmpty && EventPage([], last: 5).isEmpty)
    }
}
