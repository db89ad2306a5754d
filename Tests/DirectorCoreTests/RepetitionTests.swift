import DirectorConfig
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// What strangers do again and again fills neither the history nor the log.
struct RepetitionTests {
    private static func moment(_ seconds: Int64) -> Moment {
        Moment(WallTime(milliseconds: seconds * 1000), MonotonicInstant(nanoseconds: seconds * 1_000_000_000))
    }

    private static func drift(_ last: UInt32, _ text: String = "x", at now: Moment) -> EventRecord {
        EventRecord(
            .drift, .warning, at: now, service: Farm().id, server: Endpoint(IPAddress(ipv4: 0x0A00_0000 + last), 80),
            text)
    }

    @Test func theFirstIsToldAndTheRestIsSummedUp() throws {
        var filter = RepetitionFilter()
        #expect(filter.admit(Self.drift(1, at: Self.moment(0)), at: Self.moment(0).instant) != nil)
        for second in 1...12 {
            let now = Self.moment(Int64(second))
            #expect(filter.admit(Self.drift(1, at: now), at: now.instant) == nil)
        }
        #expect(filter.due(at: Self.moment(59)).isEmpty)
        #expect(filter.deadline == Self.moment(60).instant)
        let summaries = filter.due(at: Self.moment(60))
        #expect(summaries.map(\.text) == ["12 times more since 1970-01-01T00:00:00.000Z: x"])
        #expect(summaries.first?.repeats == 12)
        #expect(summaries.first?.time == Self.moment(60).wall)
        // The next pause is twice as long, and begins at the summary.
        _ = filter.admit(Self.drift(1, at: Self.moment(61)), at: Self.moment(61).instant)
        #expect(filter.due(at: Self.moment(179)).isEmpty)
        #expect(
            filter.due(at: Self.moment(180)).map(\.text) == ["once more since 1970-01-01T00:01:00.000Z: x"])
    }

    @Test func anotherChangeOfTheSameServerIsNews() {
        var filter = RepetitionFilter()
        for change in ["removed", "set to weight 7", "removed again"] {
            #expect(filter.admit(Self.drift(1, change, at: Self.moment(0)), at: Self.moment(0).instant) != nil)
        }
    }

    @Test func whoeverGoesOnClaimingToBeMasterIsToldOfOnce() {
        var filter = RepetitionFilter()
        func told(_ claimant: String, _ second: Int64) -> Bool {
            let now = Self.moment(second)
            let text = "web: \(claimant) claims to be master, too, with priority 50"
            let record = EventRecord(.routerConflict, .warning, at: now, text)
            return record.kind.isRepeatable && filter.admit(record, at: now.instant) != nil
        }
        #expect((0..<50).map { told("192.0.2.9", $0) } == [true] + Array(repeating: false, count: 49))
        #expect(told("192.0.2.8", 50))
        #expect(filter.due(at: Self.moment(60)).map(\.repeats) == [49])
    }

    @Test func afterAQuietPauseItIsNewsAgain() {
        var filter = RepetitionFilter()
        _ = filter.admit(Self.drift(1, at: Self.moment(0)), at: Self.moment(0).instant)
        #expect(filter.due(at: Self.moment(60)).isEmpty)
        #expect(filter.deadline == nil)
        #expect(filter.admit(Self.drift(1, at: Self.moment(61)), at: Self.moment(61).instant) != nil)
    }

    @Test func subjectsAreToldApartUpToALimit() {
        var filter = RepetitionFilter()
        var told = 0
        for last in 1...1_000 {
            if filter.admit(Self.drift(UInt32(last), at: Self.moment(0)), at: Self.moment(0).instant) != nil {
                told += 1
            }
        }
        #expect(told == RepetitionFilter.subjectLimit + 1)
        let summary = filter.due(at: Self.moment(60))
        #expect(summary.count == 1)
        #expect(summary.first?.repeats == 1_000 - told)
        #expect(summary.first?.server == nil)
    }

    @Test func namesFromOutsideTakeNoPlaceFromTheRest() {
        var filter = RepetitionFilter()
        for number in 0..<200 { _ = filter.admit(Self.raised("e\(number)", "nut"), at: Self.moment(0).instant) }
        for last in 1...3 {
            #expect(filter.admit(Self.drift(UInt32(last), at: Self.moment(0)), at: Self.moment(0).instant) != nil)
        }
        for text in ["mail", "webhook"] {
            let failure = EventRecord(.actionFailed, .warning, at: Self.moment(0), text)
            #expect(filter.admit(failure, at: Self.moment(0).instant) != nil)
        }
    }

    private static func raised(_ name: String, _ source: String) -> EventRecord {
        var record = EventRecord(.eventRaised, .warning, at: moment(0), "event \(name) raised by \(source)")
        (record.name, record.source) = (name, source)
        return record
    }

    @Test func whatIsClearedIsSummedUpForItsSourceAlone() {
        var drill = Drill(servers: 2)
        _ = drill.director.takeReports()
        for _ in 0..<4 {
            for source in ["nut", "smartd"] { drill.director.report(Self.raised("disk", source), at: drill.now) }
        }
        drill.director.report(Self.raised("fan", "nut"), at: drill.now)
        _ = drill.director.takeReports()
        var cleared = Self.raised("disk", "nut")
        cleared.kind = .eventCleared
        drill.director.forgetRepetitions(clearedBy: cleared, at: drill.now)
        let told = drill.director.takeReports()
        #expect(told.map(\.source) == ["nut"])
        #expect(told.map(\.repeats) == [3])
        // The next of that source is news; the other's are counted on, and those of another name.
        drill.director.report(Self.raised("disk", "nut"), at: drill.now)
        #expect(drill.director.takeReports().map(\.repeats) == [nil])
        drill.director.report(Self.raised("disk", "smartd"), at: drill.now)
        drill.director.report(Self.raised("fan", "nut"), at: drill.now)
        #expect(drill.director.takeReports().isEmpty)
        drill.director.forgetRepetitions(clearedBy: cleared, at: drill.now)
        #expect(drill.director.takeReports().isEmpty)
    }

    @Test func policiesCountEveryChangeOfOneLook() throws {
        var drill = Drill(servers: 50)
        _ = drill.director.takeReports()
        for look in 1...2 {
            var table = drill.director.actual
            for endpoint in try #require(table.entries[drill.farm.id]).servers.keys {
                table.entries[drill.farm.id]?.servers[endpoint]?.weight = 77
            }
            _ = drill.director.observe(table, at: drill.now)
            let told = drill.director.takeReports().filter { $0.kind == .drift }
            let held = drill.director.takeHeldBack()
            let counted = (told + held).filter { $0.repeats == nil }
            #expect(Set(counted.compactMap(\.server)).count == 50)
            #expect(counted.count == 50)
            #expect(told.compactMap(\.repeats) == (look == 1 ? [30] : []))
            drill.converge()
            _ = drill.director.takeReports()
        }
    }

    /// A program that sets a weight ten times a second, for an hour.
    @Test func aStrangersHourLeavesTheHistoryReadable() throws {
        var drill = Drill(servers: 2)
        let before = drill.director.history.lastNumber
        var occurrences = 0
        for _ in 0..<36_000 {
            var table = drill.director.actual
            var server = try #require(table.entries[drill.farm.id]?.servers[Drill.server(1)])
            server.weight = 77
            table.entries[drill.farm.id]?.servers[Drill.server(1)] = server
            _ = drill.director.observe(table, at: drill.now)
            drill.converge()
            occurrences += drill.director.takeReports().count { $0.kind == .drift && $0.repeats == nil }
            occurrences += drill.director.takeHeldBack().count
            drill.pass(.milliseconds(100))
        }
        #expect(occurrences == 36_000)
        #expect(drill.director.history.lastNumber - before < 12)
        #expect(drill.director.history.records.last?.text.contains("times more since") == true)
        #expect(drill.weight(1) == 5)
    }

    @Test func aServiceWithoutServersIsToldOnceWithTheReasons() {
        var drill = Drill(servers: 2)
        drill.check(1, false, reason: "connection refused")
        #expect(!drill.events.contains(.serviceDown))
        drill.check(2, false, reason: "timeout")
        drill.check(2, false, reason: "timeout")
        let told = drill.director.history.records.filter { $0.kind == .serviceDown }
        #expect(
            told.map(\.text) == [
                "TCP 192.0.2.1:80 is down, no real server takes connections: 10.0.0.1:80 connection refused, "
                    + "10.0.0.2:80 timeout"
            ])
        drill.check(2, true)
        #expect(drill.events.last == .serviceUp)
        #expect(
            drill.director.history.records.last?.text
                == "TCP 192.0.2.1:80 is up again: 1 of 2 real servers take connections")
    }
}
