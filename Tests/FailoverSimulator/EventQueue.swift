/// What happens in a run, and when: a heap by time, in the order of arrival among equals.
struct EventQueue {
    struct Entry {
        var at: Int64
        var order: UInt64
        var event: SimulatedEvent

        static func < (left: Self, right: Self) -> Bool {
            left.at != right.at ? left.at < right.at : left.order < right.order
        }
    }

    private var heap: [Entry] = []
    private var arrivals: UInt64 = 0

    mutating func add(_ event: SimulatedEvent, at: Int64) {
        arrivals += 1
        heap.append(Entry(at: at, order: arrivals, event: event))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> Entry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
