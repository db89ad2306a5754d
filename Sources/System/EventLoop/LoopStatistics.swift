/// Counters of the loop since the program's start, and how late timers fired.
package struct LoopStatistics: Sendable {
    package var turns: UInt64 = 0
    package var events: UInt64 = 0
    package var letters: UInt64 = 0
    package var timersFired: UInt64 = 0
    package var totalLateness = Duration.zero
    package var worstLateness = Duration.zero

    mutating func count(late: Duration) {
        timersFired += 1
        totalLateness += late
        worstLateness = max(worstLateness, late)
    }
}
