import ControlProtocol
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct EventQueryTests {
    static let service = VirtualService.ID.address(.tcp, Endpoint(IPAddress(ipv4: 0xC000_0201), 80))

    static func history() -> EventHistory {
        let server = Endpoint(IPAddress(ipv4: 0x0A00_0001), 8080)
        var history = EventHistory()
        for (index, record) in [
            EventRecord(.started, at: WallTime(milliseconds: 0), "started"),
            EventRecord(
                .realServerDown, .warning, at: WallTime(milliseconds: 1000), service: service, server: server, "down"),
            EventRecord(.configurationRefused, .error, at: WallTime(milliseconds: 2000), "refused"),
            EventRecord(
                .realServerUp, at: WallTime(milliseconds: 3000), service: .firewallMark(7, .ipv4), server: server, "up"),
        ].enumerated() {
            let numbered = history.append(record)
            #expect(numbered.number == Int64(index + 1))
        }
        return history
    }

    static let cases: [(@Sendable (inout EventQuery) -> Void, [Int64])] = [
        ({ _ in }, [1, 2, 3, 4]),
        ({ $0.limit = 2 }, [3, 4]),
        ({ $0.limit = 0 }, []),
        ({ $0.after = 2 }, [3, 4]),
        ({ $0.since = WallTime(milliseconds: 3000) }, [4]),
        ({ $0.severity = .warning }, [2, 3]),
        ({ $0.severity = .error }, [3]),
        ({ $0.kind = "real-server-up" }, [4]),
        ({ $0.server = "10.0.0.1" }, [2, 4]),
        ({ $0.server = "10.0.0.1:8080" }, [2, 4]),
        ({ $0.server = "10.0.0.1:80" }, []),
        ({ $0.service = "192.0.2.1:80" }, [2]),
        ({ $0.service = "tcp 192.0.2.1:80" }, [2]),
        ({ $0.service = "FWM 7" }, [4]),
        (
            {
                $0.limit = 1; $0.severity = .warning
            }, [3]
        ),
    ]

    @Test(arguments: 0..<cases.count)
    func aQuerySelectsTheNewestThatMatch(index: Int) {
        var query = EventQuery()
        Self.cases[index].0(&query)
        #expect(query.select(Self.history().records).map(\.number) == Self.cases[index].1)
    }

    /// A run told events up to 500 and could write down those up to 479; the next one is at 505.
    @Test(
        arguments: [
            (500, 1, 479), (490, 1, 479), (479, 1, 479), (100, 1, 100), (500, 2, 500), (500, nil, 500), (506, nil, 479),
            (nil, 1, nil),
        ] as [(Int64?, Int64?, Int64?)])
    func numbersOfARunThatCouldNotWriteThemDownSayNothing(after: Int64?, run: Int64?, meant: Int64?) throws {
        var query = EventQuery(limit: 7, after: after)
        query.run = run
        let request = ControlRequest.follow(query)
        #expect(try ControlRequest(json: request.json) == request)
        let adapted = query.adapted(to: 2, first: 480, last: 505)
        query.after = meant
        #expect(adapted == query)
    }

    @Test func earlierEventsAreSoughtOnlyWhereTheyMayMatch() {
        let all = Self.history().records
        let held = Array(all.dropFirst(2))
        func may(_ held: [EventRecord], _ change: (inout EventQuery) -> Void) -> Bool {
            var query = EventQuery()
            change(&query)
            return query.mayMatch(before: held, found: query.select(held).count)
        }
        #expect(may(held) { _ in })
        #expect(may(held) { $0.severity = .warning })
        #expect(may(held) { $0.since = WallTime(milliseconds: 1500) })
        #expect(may(held) { $0.after = 1 })
        // As many as wanted, nothing before the first, nothing so old, nothing with so low a number.
        #expect(!may(held) { $0.limit = 2 })
        #expect(!may(held) { $0.limit = 0 })
        #expect(!may(all) { $0.severity = .error })
        #expect(!may(held) { $0.since = WallTime(milliseconds: 2500) })
        #expect(!may(held) { $0.after = 2 })
        #expect(!may([]) { _ in })
    }

    @Test func theHistoryKeepsTheLatestAndGoesOnCounting() {
        var history = EventHistory(Self.history().records)
        #expect(history.lastNumber == 4)
        for _ in 0..<EventHistory.limit { history.append(EventRecord(.drift, at: WallTime(milliseconds: 5), "x")) }
        #expect(history.count == EventHistory.limit)
        #expect(history.records.first?.number == 5)
        #expect(history.latest(2).map(\.number) == [1003, 1004])
        #expect(history.after(1002).map(\.number) == [1003, 1004])
        #expect(history.after(-5).count == EventHistory.limit)
        #expect(history.after(1004) == [])
    }
}
