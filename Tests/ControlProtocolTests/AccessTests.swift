import ControlProtocol
import Testing
import TimeTypes

struct AccessTests {
    /// Readers, operators, who asks with which groups, what is permitted.
    static let cases: [(ControlAccess.Readers, UInt32?, UInt32, [UInt32], ControlAccess.Permission)] = [
        (.owner, nil, 0, [], .change),
        (.owner, nil, 7, [], .change),
        (.owner, nil, 1000, [0, 7, 27], .none),
        (.group(27), nil, 1000, [100, 27], .read),
        (.group(27), nil, 1000, [100], .none),
        (.group(27), 50, 1000, [27, 50], .change),
        (.group(27), 50, 1000, [27], .read),
        (.owner, 50, 1000, [50], .change),
        (.everybody, nil, 1000, [], .read),
        (.everybody, 50, 1000, [50], .change),
        (.group(27), 27, 1000, [27], .change),
    ]

    @Test(arguments: 0..<cases.count)
    func groupsDecideWhoMayReadAndWhoMayChange(index: Int) {
        let (readers, operators, user, groups, permission) = Self.cases[index]
        let access = ControlAccess(owner: 7, readers: readers, operators: operators)
        #expect(access.permission(user: user, groups: groups) == permission)
    }

    @Test func theFileLetsInWhomItCanName() {
        func file(_ readers: ControlAccess.Readers, _ operators: UInt32?) -> String {
            let (mode, group) = ControlAccess(owner: 0, readers: readers, operators: operators).file
            return "\(String(mode, radix: 8)) \(group.map { "\($0)" } ?? "-")"
        }
        #expect(file(.owner, nil) == "660 -")
        #expect(file(.owner, 50) == "660 50")
        #expect(file(.group(27), nil) == "660 27")
        #expect(file(.group(27), 27) == "660 27")
        #expect(file(.group(27), 50) == "666 -")
        #expect(file(.everybody, 50) == "666 -")
    }

    @Test func reportersMayReportAndNothingElse() {
        let access = ControlAccess(owner: 7, readers: .group(27), operators: 50, reporters: 60)
        #expect(access.mayReport(user: 1000, groups: [60]))
        #expect(access.permission(user: 1000, groups: [60]) == .none)
        #expect(access.mayReport(user: 1000, groups: [50]))
        #expect(!access.mayReport(user: 1000, groups: [27]))
        #expect(access.mayReport(user: 0, groups: []))
        #expect(access.mayReport(user: 7, groups: []))
        #expect(access.file.mode == 0o666)
        #expect(ControlAccess(owner: 0, reporters: 60).file.group == 60)
    }
}

struct ClientLedgerTests {
    private func moment(_ second: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: second * 1_000_000_000) }

    @Test func theLongestSilentOfTheGreediestUserHasToGo() {
        var ledger = ClientLedger<String>(limit: 4)
        #expect(ledger.add("a1", user: 1, at: moment(0)) == nil)
        #expect(ledger.add("b1", user: 2, at: moment(1)) == nil)
        #expect(ledger.add("b2", user: 2, at: moment(2)) == nil)
        #expect(ledger.add("b3", user: 2, at: moment(3)) == nil)
        ledger.heard("b1", at: moment(4))
        #expect(ledger.add("b4", user: 2, at: moment(5)) == "b2")
        #expect(ledger.add("a2", user: 1, at: moment(6)) == "b3")
        #expect(ledger.count == 4)
    }

    @Test func subscribersGoLast() {
        var ledger = ClientLedger<String>(limit: 2)
        _ = ledger.add("top", user: 1, at: moment(0))
        ledger.subscribed("top")
        _ = ledger.add("idle", user: 1, at: moment(5))
        #expect(ledger.add("new", user: 1, at: moment(6)) == "idle")
    }

    @Test func aUserWithManyConnectionsNeverTakesThoseOfOthers() {
        var ledger = ClientLedger<Int>(limit: 10)
        for key in 0..<3 { _ = ledger.add(key, user: 1, at: moment(0)) }
        for key in 100..<1_100 {
            if let victim = ledger.add(key, user: 2, at: moment(1)) { #expect(victim >= 100) }
        }
        #expect(ledger.count == 10)
    }

    @Test func oneOfEachIsNoReasonToLetMoreIn() {
        var ledger = ClientLedger<Int>(limit: 2)
        _ = ledger.add(1, user: 1, at: moment(0))
        _ = ledger.add(2, user: 2, at: moment(1))
        #expect(ledger.add(3, user: 3, at: moment(2)) == 1)
        ledger.remove(2)
        #expect(ledger.add(4, user: 3, at: moment(3)) == nil)
        #expect(ledger.count == 2)
    }
}
