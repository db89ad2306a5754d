internal import TimeTypes

/// The scheduled timers, earliest first: a binary heap in which each timer knows its place, so that inserting and
/// cancelling cost the logarithm of the number of timers.
struct TimerHeap {
    private var timers: [LoopTimer] = []
    private var nextSequence: UInt64 = 0

    nonisolated init() {}

    var first: LoopTimer? { timers.first }
    var count: Int { timers.count }

    @LoopActor mutating func insert(_ timer: LoopTimer, deadline: MonotonicInstant) {
        timer.deadline = deadline
        timer.sequence = nextSequence
        nextSequence += 1
        timer.index = timers.count
        timers.append(timer)
        siftUp(timers.count - 1)
    }

    @LoopActor mutating func remove(_ timer: LoopTimer) {
        guard let index = timer.index else { return }
        timer.index = nil
        let last = timers.removeLast()
        // The last timer itself needs no place; any other hole is filled with the last one.
        guard last !== timer else { return }
        timers[index] = last
        last.index = index
        siftUp(index)
        siftDown(index)
    }

    /// By places: a timer that is only compared or moved need not be held.
    @LoopActor private func isBefore(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (timers[left].deadline, timers[right].deadline)
        return one == other ? timers[left].sequence < timers[right].sequence : one < other
    }

    @LoopActor private mutating func swap(_ one: Int, _ other: Int) {
        timers.swapAt(one, other)
        timers[one].index = one
        timers[other].index = other
    }

    @LoopActor private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0, case let parent = (index - 1) / 2, isBefore(index, parent) {
            swap(index, parent)
            index = parent
        }
    }

    @LoopActor private mutating func siftDown(_ start: Int) {
        var index = start
        while case var child = 2 * index + 1, child < timers.count {
            if child + 1 < timers.count, isBefore(child + 1, child) { child += 1 }
            guard isBefore(child, index) else { return }
            swap(child, index)
            index = child
        }
    }
}
