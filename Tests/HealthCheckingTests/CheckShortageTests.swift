import HealthChecking
import Testing
import TimeTypes

struct CheckShortageTests {
    private func id(_ number: UInt32) -> CheckID { CheckID(rawValue: number) }
    private func at(_ seconds: Int64) -> MonotonicInstant { MonotonicInstant(nanoseconds: seconds * 1_000_000_000) }

    @Test func itIsToldOnceASecondHoweverManyChecksItHits() {
        var shortage = CheckShortage()
        let told = (0..<100).map { shortage.unjudged(id(UInt32($0)), at: at(Int64($0 / 50))) }
        #expect(told.count { $0 } == 2)
    }

    @Test func itIsOverWhenEveryCheckIsJudgedAgainAndThereWasEnoughForAWhile() {
        var shortage = CheckShortage()
        var over = [shortage.judged(id(1), at: at(0))]
        for number: UInt32 in 1...3 { _ = shortage.unjudged(id(number), at: at(0)) }
        over += [shortage.judged(id(1), at: at(6)), shortage.judged(id(2), at: at(6))]
        #expect(over == [false, false, false])
        over = [shortage.removed(id(3), isLast: false)]
        #expect(over == [false])
        over = [shortage.judged(id(1), at: at(7)), shortage.judged(id(1), at: at(8))]
        #expect(over == [true, false])
        _ = shortage.unjudged(id(1), at: at(20))
        over = [shortage.judged(id(1), at: at(24)), shortage.judged(id(1), at: at(25))]
        #expect(over == [false, true])
    }

    @Test func itIsOverWhenNoCheckIsLeftThatCouldShowIt() {
        var shortage = CheckShortage()
        var over = [shortage.removed(id(1), isLast: true)]
        for number: UInt32 in 1...2 { _ = shortage.unjudged(id(number), at: at(0)) }
        over += [shortage.removed(id(1), isLast: false), shortage.removed(id(2), isLast: true)]
        #expect(over == [false, false, true])
        let isTold = shortage.unjudged(id(3), at: at(0))
        #expect(isTold, "the next one is not told")
    }
}
