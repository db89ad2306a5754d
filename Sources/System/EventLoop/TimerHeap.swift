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
        place(last, at: index)
        siftUp(index)
        siftDown(index)
    }

    @LoopActor private mutating func place(_ timer: LoopTimer, at index: Int) {
        timers[index] = timer
        timer.index = index
    }

    @LoopActor private func isBefore(_ left: LoopTimer, _ right: LoopTimer) -> Bool {
        (left.deadline, left.sequence) < (right.deadline, right.sequence)
    }

    @LoopActor private mutating func siftUp(_ start: Int) {
        var index = start
        let timer = timers[index]
        while index > 0 {
            let parent = (index - 1) / 2
            guard isBefore(timer, timers[parent]) else { break }
            place(timers[parent], at: index)
            index = parent
        }
        place(timer, at: index)
    }

    @LoopActor private mutating func siftDown(_ start: Int) {
        var index = start
        let timer = timers[index]
        while true {
            var child = 2 * index + 1
            guard child < timers.count else { break }
            if child + 1 < timers.count, isBefore(timers[child + 1], timers[child]) { child += 1 }
            guard isBefore(timers[child], timer) else { break }
            place(timers[child], at: index)
            index = child
        }
        place(timer, at: index)
    }
}
