internal import TimeTypes

/// Checks ordered by the moment when they are due: a binary heap whose entries are not searched for when a check
/// changes its mind. An entry carries the ticket it was queued with, and one with an old ticket is passed over.
struct DueQueue: Sendable {
    struct Entry: Sendable {
        var due: MonotonicInstant
        /// The check's place with whoever keeps the queue.
        var slot: Int
        var ticket: UInt64

        /// Ties go to the one queued first, so that the order never depends on the heap's shape.
        func isBefore(_ other: Entry) -> Bool {
            due == other.due ? ticket < other.ticket : due < other.due
        }
    }

    private var heap: [Entry] = []

    var count: Int { heap.count }
    var first: Entry? { heap.first }

    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry.isBefore(heap[parent]) else { break }
            heap[child] = heap[parent]
            child = parent
        }
        heap[child] = entry
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        var parent = 0
        while case var child = 2 * parent + 1, child < heap.count {
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(last) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
    }

    /// Drops what is out of date, so that checks added and removed for ever do not pile up.
    mutating func keep(where isCurrent: (Entry) -> Bool) {
        let kept = heap.filter(isCurrent)
        heap = []
        for entry in kept { push(entry) }
    }
}
