import HealthChecking
import Testing
import TimeTypes

struct SentinelStateTests {
    private func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    /// A sentinel whose connection is open since the moment 0.
    private func held(rechecks: Int = 1) -> SentinelState {
        var state = SentinelState(rechecks: rechecks)
        #expect(state.checked(passed: true) == [.open])
        state.opened(at: at(0))
        #expect(state.isHeld)
        return state
    }

    @Test func nothingIsOpenedBeforeACheckPassed() {
        var state = SentinelState(rechecks: 1)
        #expect(state.checked(passed: false).isEmpty)
        #expect(state.checked(passed: true) == [.open])
        #expect(state.checked(passed: true).isEmpty)
    }

    @Test func theEndOfTheConnectionStartsTheCheckAtOnce() {
        var state = held()
        #expect(state.ended(isChecking: false, at: at(60_000)) == [.close, .check])
        // Down: the connection comes back with the server.
        #expect(state.checked(passed: false).isEmpty)
        #expect(state.checked(passed: false).isEmpty)
        #expect(state.checked(passed: true) == [.open])
    }

    @Test func asManyChecksFollowQuicklyAsTakeTheServerOut() {
        var state = held(rechecks: 3)
        #expect(state.ended(isChecking: false, at: at(60_000)) == [.close, .check])
        for _ in 0..<2 {
            #expect(state.checked(passed: false) == [.wait(.milliseconds(50))])
            #expect(state.timeIsUp() == [.check])
        }
        #expect(state.checked(passed: false).isEmpty)
        #expect(state.timeIsUp().isEmpty)
    }

    @Test func aCheckThatBeganBeforeTheEndSaysNothingAboutIt() {
        var state = held(rechecks: 2)
        #expect(state.ended(isChecking: true, at: at(60_000)) == [.close, .check])
        #expect(state.checked(passed: true).isEmpty)
        #expect(state.checked(passed: false) == [.wait(.milliseconds(50))])
    }

    @Test func aServerThatEndsLongIdleConnectionsGetsAnotherOneAtOnceAndIsReportedOnce() {
        var state = held()
        var told: [SentinelState.Action] = []
        for turn in 1..<10 {
            #expect(state.ended(isChecking: false, at: at(Int64(turn) * 60_000)) == [.close, .check])
            var actions = state.checked(passed: true)
            #expect(actions.popLast() == .open)
            told += actions
            state.opened(at: at(Int64(turn) * 60_000))
        }
        #expect(
            told == [
                .tell(
                    "closes idle connections after 60.0 s though it is well: the sentinel opens another one each time")
            ])
    }

    @Test func aServerThatEndsThemAtOnceIsLeftAloneForLongerEachTime() {
        var state = held()
        var waits: [Duration] = []
        var told = 0
        for _ in 0..<12 {
            #expect(state.ended(isChecking: false, at: at(500)) == [.close, .check])
            for action in state.checked(passed: true) {
                if case .wait(let span) = action { waits.append(span) }
                if case .tell = action { told += 1 }
            }
            #expect(state.timeIsUp() == [.open])
            state.opened(at: at(0))
        }
        #expect(waits.map(\.components.seconds) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
        #expect(told == 1)
    }

    @Test func aLongLifeForgivesTheShortOnes() {
        var state = held()
        _ = state.ended(isChecking: false, at: at(500))
        #expect(state.checked(passed: true) == [.wait(.seconds(1))])
        #expect(state.timeIsUp() == [.open])
        state.opened(at: at(2000))
        _ = state.ended(isChecking: false, at: at(14_000))
        #expect(state.checked(passed: true) == [.open])
    }

    @Test func aRefusedConnectionIsAsGoodAsAnEnd() {
        var state = SentinelState(rechecks: 1)
        #expect(state.checked(passed: true) == [.open])
        #expect(state.notOpened(refused: true, isChecking: false) == [.check])
        #expect(state.checked(passed: false).isEmpty)
    }

    @Test func aConnectionThatCannotBeMadeForOurOwnReasonsIsTriedLater() {
        var state = SentinelState(rechecks: 1)
        #expect(state.checked(passed: true) == [.open])
        #expect(state.notOpened(refused: false, isChecking: false) == [.wait(.seconds(1))])
        #expect(state.timeIsUp() == [.open])
        #expect(state.notOpened(refused: false, isChecking: false) == [.wait(.seconds(2))])
    }

    @Test func aServerThatFailsDuringThePauseIsWaitedFor() {
        var state = held()
        _ = state.ended(isChecking: false, at: at(500))
        #expect(state.checked(passed: true) == [.wait(.seconds(1))])
        #expect(state.checked(passed: false).isEmpty)
        #expect(state.timeIsUp().isEmpty)
        #expect(state.checked(passed: true) == [.wait(.seconds(1))])
    }
}
