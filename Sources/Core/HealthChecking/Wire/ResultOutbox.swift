/// Results on their way to the engine. While it does not take them, a newer result of a check replaces the older one:
/// what counts is how the server is now, and the room needed is bounded by the number of checks.
package struct ResultOutbox: Sendable {
    private var latest: [CheckID: CheckResult] = [:]
    /// Ids in the order of their oldest waiting result; those that were forgotten meanwhile are passed over.
    private(set) var order: [CheckID] = []
    private var next = 0

    /// Results that were replaced before the engine took them.
    package private(set) var replaced = 0

    package init() {}

    package var isEmpty: Bool { latest.isEmpty }

    package mutating func add(_ id: CheckID, _ result: CheckResult) {
        if latest.updateValue(result, forKey: id) != nil {
            replaced += 1
        } else {
            order.append(id)
        }
    }

    /// The check is gone, and nobody wants its results.
    package mutating func forget(_ id: CheckID) {
        guard latest.removeValue(forKey: id) != nil else { return }
        // A check added again under this id queues anew; its place here must not stand for the new one.
        if let place = order[next...].firstIndex(of: id) { order.remove(at: place) }
    }

    package mutating func forgetAll() {
        self = ResultOutbox()
    }

    /// The frames of the oldest waiting results, up to about this many bytes.
    package mutating func take(_ limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while next < order.count, bytes.count < limit {
            let id = order[next]
            next += 1
            guard let result = latest.removeValue(forKey: id) else { continue }
            // A result always fits its frame: its reason is cut.
            if let frame = try? ProberReport.result(id, result).frame() { bytes += frame }
        }
        // Something may always be waiting: what has left must not stay until all has.
        if next == order.count {
            order.removeAll(keepingCapacity: true)
            next = 0
        } else if next > order.count / 2 {
            order.removeFirst(next)
            next = 0
        }
        return bytes
    }

    /// The count of replaced results since the last call.
    package mutating func takeReplaced() -> Int {
        defer { replaced = 0 }
        return replaced
    }
}
