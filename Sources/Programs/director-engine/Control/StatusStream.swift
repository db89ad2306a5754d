import ControlProtocol
import DirectorCore
import EventLoop
import TimeTypes

/// Tells subscribers what changes, all of them the same: a snapshot is taken when something happened, at least once a
/// second, and at most ten times a second or as often as costs a twentieth of the time; compared with the one before;
/// and the difference is written once for everybody.
///
/// A subscriber that has not taken the last line misses the next ones, and gets a whole snapshot when it has: its queue
/// never holds more than one line.
@LoopActor final class StatusStream {
    static let shortestPause = Duration.milliseconds(100)
    static let longestSilence = Duration.seconds(1)
    static let share = 20
    static let settling = Duration.milliseconds(5)

    private let engine: Engine
    private var subscribers: [ObjectIdentifier: ControlConnection] = [:]
    /// What every subscriber that is not behind knows.
    private var published: Snapshot?
    /// The same as a member of a message, as long as it is wanted by many.
    private var publishedText: [UInt8]?
    private var publishedAt = EventLoop.now
    /// When subscribers were last told anything.
    private var saidAt = EventLoop.now
    /// Something changed since.
    private var isOutdated = false
    private var cost = Duration.zero
    private var timer: LoopTimer?
    private var heartbeat: LoopTimer?
    private var forgetting: LoopTimer?

    init(_ engine: Engine) {
        self.engine = engine
    }

    // MARK: - Whole snapshots

    /// The answer to a request for the status: anew, unless the last one was made a moment ago and another would cost
    /// much.
    func status() -> [[UInt8]]? {
        // Even a table that changes all the time leaves the engine time for its other work.
        let pause = isOutdated ? cost * 2 : min(cost * 10, Self.longestSilence)
        if published == nil || EventLoop.now - publishedAt >= pause {
            guard takeSnapshot() != nil else { return nil }
        }
        forgetSoon()
        return line("\"ok\":true,\"result\":")
    }

    /// A snapshot of a large table is large: it is kept for those who ask at the same time, and for subscribers.
    private func forgetSoon() {
        guard subscribers.isEmpty, forgetting?.isScheduled != true else { return }
        forgetting = EventLoop.main.schedule(after: Self.longestSilence) { [weak self] in
            guard let self, self.subscribers.isEmpty else { return }
            self.published = nil
            self.publishedText = nil
        }
    }

    /// Has what was asked before a change not answer what is asked after it.
    func changed() {
        isOutdated = true
        if !subscribers.isEmpty {
            // A moment later: what follows for the kernel's table is done by then, and told with its cause.
            schedule(at: max(EventLoop.now + Self.settling, publishedAt + max(Self.shortestPause, cost * Self.share)))
        }
    }

    func begin(_ client: ControlConnection) -> [[UInt8]]? {
        guard let line = status() else { return nil }
        client.subscription = .status(isBehind: false)
        if subscribers.isEmpty { saidAt = EventLoop.now }
        subscribers[client.key] = client
        scheduleNext()
        beat()
        return line
    }

    func remove(_ key: ObjectIdentifier) {
        guard subscribers.removeValue(forKey: key) != nil, subscribers.isEmpty else { return }
        timer?.cancel()
        heartbeat?.cancel()
        (timer, heartbeat) = (nil, nil)
        // Not at once: this client may have ended while it was told, and another one waits for the same.
        forgetSoon()
    }

    /// Takes a new snapshot and tells the subscribers; nil when the engine has none yet.
    @discardableResult
    private func takeSnapshot() -> Snapshot? {
        let start = EventLoop.now
        guard let new = engine.snapshot() else { return nil }
        let old = published
        published = new
        publishedText = nil
        publishedAt = start
        isOutdated = false
        if !subscribers.isEmpty { tell(old.flatMap { SnapshotUpdate(from: $0, to: new) }) }
        cost = EventLoop.now - start
        return new
    }

    private func tell(_ update: SnapshotUpdate?) {
        saidAt = EventLoop.now
        var text: [UInt8]?
        for client in subscribers.values {
            guard case .status(let isBehind)? = client.subscription else { continue }
            guard client.isIdle else {
                client.subscription = .status(isBehind: true)
                continue
            }
            if let update, !isBehind {
                let shared = text ?? StreamMessage.line("update", update.json).line + [UInt8(ascii: "\n")]
                text = shared
                client.send(line: shared)
            } else if let line = line("\"snapshot\":") {
                client.subscription = .status(isBehind: false)
                client.send(pieces: line)
            }
        }
    }

    /// In pieces: the large one is in memory once, for however many clients it waits.
    private func line(_ member: String) -> [[UInt8]]? {
        guard let published else { return nil }
        let text = publishedText ?? published.json.line
        publishedText = text
        return [Array("{\"version\":\(ControlRequest.version),\(member)".utf8), text, Array("}\n".utf8)]
    }

    // MARK: - Time

    private func scheduleNext() {
        guard timer?.isScheduled != true else { return }
        schedule(at: publishedAt + max(Self.longestSilence, cost * Self.share))
    }

    private func schedule(at moment: MonotonicInstant) {
        if let timer, timer.isScheduled, timer.deadline <= moment { return }
        timer?.cancel()
        timer = EventLoop.main.schedule(at: moment) { [weak self] in
            guard let self, !self.subscribers.isEmpty else { return }
            self.takeSnapshot()
            self.scheduleNext()
        }
    }

    /// Between two snapshots of a large table, subscribers hear that the engine lives.
    private func beat() {
        guard heartbeat?.isScheduled != true, !subscribers.isEmpty else { return }
        heartbeat = EventLoop.main.schedule(at: saidAt + Self.longestSilence) { [weak self] in
            guard let self else { return }
            if EventLoop.now - self.saidAt >= Self.longestSilence {
                self.saidAt = EventLoop.now
                let update = SnapshotUpdate(time: EventLoop.wallTime)
                let line = StreamMessage.line("update", update.json).line + [UInt8(ascii: "\n")]
                for client in self.subscribers.values where client.isIdle {
                    guard case .status(isBehind: false)? = client.subscription else { continue }
                    client.send(line: line)
                }
            }
            self.beat()
        }
    }
}
