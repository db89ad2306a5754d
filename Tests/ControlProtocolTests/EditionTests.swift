import ControlProtocol
import DirectorCore
import Testing
import TimeTypes

struct EditionTests {
    private func json(_ text: SharedText?) throws -> JSON { try JSON(parsing: try #require(text).bytes) }

    @Test func aLargeTextIsWrittenPieceByPieceAndIsTheSame() throws {
        var snapshot = try SnapshotUpdateTests.snapshot(services: 3)
        snapshot.events = [EventRecord(.remark, at: SnapshotUpdateTests.now, "with \"quotes\"\n")]
        #expect(snapshot.line == snapshot.json.line)
        snapshot.services = []
        #expect(snapshot.line == snapshot.json.line)
        let report = try MetricsTests.report()
        #expect(try JSON(parsing: report.line) == JSON(parsing: report.json.line))
    }

    @Test func anEditionHasTheWholeOnlyWhereItIsNeeded() throws {
        let old = try SnapshotUpdateTests.snapshot()
        var new = old
        new.services[0].servers[0].activeConnections = 7
        let update = try #require(SnapshotUpdate(from: old, to: new))

        let plain = Edition(new, after: old, needsWhole: false)
        #expect(plain.whole == nil)
        #expect(try StreamMessage(json: json(plain.update)) == .update(update))
        #expect(plain.update?.bytes.last == UInt8(ascii: "\n"))

        let both = Edition(new, after: old, needsWhole: true)
        #expect(try json(both.whole) == new.json && both.update != nil)

        // Nobody is told what changes.
        let first = Edition(new, after: nil, needsWhole: true)
        #expect(first.update == nil && first.whole != nil)
        #expect(Edition(new, after: nil, needsWhole: false).whole == nil)

        // Other services: only the whole says that, whether somebody waits for it or not.
        new.services.removeLast()
        let other = Edition(new, after: old, needsWhole: false)
        #expect(other.update == nil)
        #expect(try json(other.whole) == new.json)
    }

    @Test func whatIsAroundTheWholeMakesItAnAnswerOrALine() throws {
        let snapshot = try SnapshotUpdateTests.snapshot()
        for start in [Edition.answerStart, Edition.lineStart] {
            let line = start + snapshot.line + Edition.end
            #expect(line.last == UInt8(ascii: "\n"))
            #expect(try StreamMessage(json: JSON(parsing: line.dropLast())) == .snapshot(snapshot))
        }
    }
}

struct EditionPaceTests {
    private func at(_ milliseconds: Int64) -> MonotonicInstant { .zero + .milliseconds(milliseconds) }

    /// One that was begun at 0 and took so long.
    private func pace(cost: Int64) -> EditionPace {
        var pace = EditionPace()
        pace.began(at: at(0))
        pace.published(cost: .milliseconds(cost))
        return pace
    }

    @Test func theFirstOneIsMadeAtOnce() {
        let pace = EditionPace()
        #expect(!pace.isFresh(at: at(5)))
        #expect(pace.next(isAwaited: true, at: at(5)) == at(5))
        #expect(pace.next(isAwaited: false, at: at(5)) == at(5))
    }

    @Test func whatCostsMoreIsMadeMoreSeldom() {
        // Of a small table, of one that takes a tenth of a second.
        #expect(pace(cost: 1).next(isAwaited: false, at: at(2)) == at(1_000))
        #expect(pace(cost: 100).next(isAwaited: false, at: at(200)) == at(2_000))
        #expect(pace(cost: 1).next(isAwaited: true, at: at(2)) == at(4))
        #expect(pace(cost: 100).next(isAwaited: true, at: at(200)) == at(400))
        #expect(pace(cost: 100).next(isAwaited: true, at: at(900)) == at(900))
    }

    @Test func aChangeIsToldSoon() {
        var small = pace(cost: 1)
        small.changed()
        #expect(small.next(isAwaited: false, at: at(20)) == at(100))
        #expect(small.next(isAwaited: false, at: at(500)) == at(505))
        var large = pace(cost: 100)
        large.changed()
        #expect(large.next(isAwaited: false, at: at(200)) == at(2_000))
    }

    @Test func whatIsPublishedAnswersOnlyWhatWasAskedBeforeTheNextChange() {
        var pace = pace(cost: 20)
        #expect(pace.isFresh(at: at(199)))
        #expect(!pace.isFresh(at: at(200)))
        pace.changed()
        #expect(!pace.isFresh(at: at(30)))
        // What changes while the next one is made may be missing in it.
        pace.began(at: at(100))
        pace.changed()
        pace.published(cost: .milliseconds(20))
        #expect(!pace.isFresh(at: at(121)))
        pace.began(at: at(200))
        pace.published(cost: .milliseconds(20))
        #expect(pace.isFresh(at: at(221)))
    }

    @Test func oneThatFailsIsTriedAgainInItsTime() {
        var pace = pace(cost: 100)
        pace.began(at: at(5_000))
        pace.failed()
        #expect(!pace.isFresh(at: at(5_001)))
        #expect(pace.next(isAwaited: true, at: at(5_001)) == at(5_400))
    }
}
