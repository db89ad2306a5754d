/// What waits to be run: in order for each key, side by side for different keys, so many at a time.
package struct ProgramQueue<Job: Sendable>: Sendable {
    private struct Waiting: Sendable {
        var key: String
        var job: Job
    }

    package let runningLimit: Int
    package let waitingLimit: Int
    package let waitingLimitPerKey: Int
    private var waiting: [Waiting] = []
    private var running: Set<String> = []

    package init(runningLimit: Int = 8, waitingLimit: Int = 1_000, waitingLimitPerKey: Int = 16) {
        self.runningLimit = runningLimit
        self.waitingLimit = waitingLimit
        self.waitingLimitPerKey = waitingLimitPerKey
    }

    package var isEmpty: Bool { waiting.isEmpty && running.isEmpty }
    package var waitingCount: Int { waiting.count }

    /// Takes a job; returns the one that has to make room for it, the oldest: what is newer tells more of how things
    /// are.
    package mutating func add(_ job: Job, key: String) -> Job? {
        var dropped: Job?
        let ofKey = waiting.count { $0.key == key }
        if ofKey >= waitingLimitPerKey {
            if let index = waiting.firstIndex(where: { $0.key == key }) { dropped = waiting.remove(at: index).job }
        } else if waiting.count >= waitingLimit {
            dropped = waiting.removeFirst().job
        }
        waiting.append(Waiting(key: key, job: job))
        return dropped
    }

    /// The next job that may start now; it runs until `finished`.
    package mutating func next() -> (key: String, job: Job)? {
        guard running.count < runningLimit,
            let index = waiting.firstIndex(where: { !running.contains($0.key) })
        else { return nil }
        let entry = waiting.remove(at: index)
        running.insert(entry.key)
        return (entry.key, entry.job)
    }

    package mutating func finished(_ key: String) {
        running.remove(key)
    }
}
