internal import TimeTypes

/// Checks ordered by the moment when they are due: a binary heap whose entries are not searched for when a check
/// changes its mind. An entry carries the ticket it was queued with, and one with an old ticket is passed over.
struct DueQueue: Sendable {
    struct Entry: Sendable {
        var due: MonotonicInstant
        var id: CheckID
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
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].isBefore(heap[least]) { least = child }
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    /// Drops what is out of date, so that checks added and removed for ever do not pile up.
    mutating func keep(where isCurrent: (Entry) -> Bool) {
        let kept = heap.filter(isCurrent)
        heap = []
        for entry in kept { push(entry) }
    }
}
