/// What waits for a slow line. A director with many groups tells of them in several messages at a time, which wait
/// together: those that the line has begun with are finished, for each tells of other groups. Behind them the newest
/// alone wait. They go in the order of their numbers, or the peer would take them for replays.
package struct LineQueue: Sendable {
    private var current: [[UInt8]] = []
    private var currentMoment: UInt64 = 0
    private var newest: [[UInt8]] = []
    private var newestMoment: UInt64 = 0

    package init() {}

    /// - Parameters:
    ///   - moment: the sender's; messages that are told together have one.
    ///   - isLast: the sender goes: nothing that was told before is to be waited for.
    package mutating func put(_ frame: [UInt8], moment: UInt64, isLast: Bool = false) {
        if isLast, moment != currentMoment { current = [] }
        if moment == currentMoment, newest.isEmpty {
            current.append(frame)
        } else if moment == newestMoment, !newest.isEmpty {
            newest.append(frame)
        } else {
            newest = [frame]
            newestMoment = moment
        }
    }

    package var first: [UInt8]? { current.first ?? newest.first }

    package mutating func removeFirst() {
        if current.isEmpty {
            current = newest
            currentMoment = newestMoment
            newest = []
        }
        if !current.isEmpty { current.removeFirst() }
    }
}
