import ControlProtocol
import DirectorCore
import EventLoop
import TimeTypes

/// Tells subscribers what changes, and whoever asks what there is, all of them the same: an edition is made of what the
/// engine knows when something happened, at least once a second, and as seldom as `EditionPace` says.
///
/// The loop only hands out copies of values and sends finished bytes. Counting connections, comparing with the edition
/// before and writing the text, a tenth of a second for ten thousand servers, are done on a thread beside it, one
/// edition at a time.
///
/// A subscriber that has not taken the last line misses the next ones, and gets a whole snapshot when it has: its queue
/// never holds more than one line.
@LoopActor final class StatusStream {
    private let engine: Engine
    private let thread: BackgroundThread
    private var subscribers: [ObjectIdentifier: ControlConnection] = [:]
    /// Those who get the whole of an edition as an answer, of one that is begun after the one that was the last then.
    private var waiting: [(client: ControlConnection, since: Int)] = []
    /// Counts the editions that were begun.
    private var begun = 0
    /// What every subscriber that is not behind knows.
    private var published: Edition?
    private var pace = EditionPace()
    /// An edition is being made or handed out: of this moment.
    private var underWay: WallTime?
    /// When subscribers were last told anything.
    private var saidAt = EventLoop.now
    private var timer: LoopTimer?
    private var heartbeat: LoopTimer?
    private var forgetting: LoopTimer?

    init(_ engine: Engine, _ thread: BackgroundThread) {
        self.engine = engine
        self.thread = thread
    }

    /// Has what was asked before a change not answer what is asked after it.
    func changed() {
        pace.changed()
        if !subscribers.isEmpty { scheduleNext() }
    }

    /// Answers `status` or `subscribe`: at once with what was published a moment ago where that is still true, else
    /// with the next edition.
    func ask(_ client: ControlConnection) {
        if pace.isFresh(at: EventLoop.now), let whole = published?.whole {
            answer(client, whole)
            forgetSoon()
        } else {
            waiting.append((client, begun))
            scheduleNext()
        }
    }

    func remove(_ key: ObjectIdentifier) {
        waiting.removeAll { $0.client.key == key }
        guard subscribers.removeValue(forKey: key) != nil, subscribers.isEmpty else { return }
        heartbeat?.cancel()
        heartbeat = nil
        if waiting.isEmpty { timer?.cancel() }
        // Not at once: this client may have ended while it was told, and another one waits for the same.
        forgetSoon()
    }

    /// A snapshot of a large table is large: it is kept for those who ask at the same time, and for subscribers.
    private func forgetSoon() {
        guard subscribers.isEmpty, forgetting?.isScheduled != true else { return }
        forgetting = EventLoop.main.schedule(after: EditionPace.longestSilence) { [weak self] in
            guard let self, self.subscribers.isEmpty else { return }
            self.published = nil
        }
    }

    // MARK: - Editions

    private func scheduleNext() {
        guard underWay == nil, !subscribers.isEmpty || !waiting.isEmpty else { return }
        let moment = pace.next(isAwaited: !waiting.isEmpty, at: EventLoop.now)
        if let timer, timer.isScheduled, timer.deadline <= moment { return }
        timer?.cancel()
        timer = EventLoop.main.schedule(at: moment) { [weak self] in self?.make() }
    }

    private func make() {
        let now = EventLoop.moment
        guard underWay == nil, !subscribers.isEmpty || !waiting.isEmpty, let draft = engine.draft(at: now) else {
            return
        }
        underWay = now.wall
        begun += 1
        pace.began(at: now.instant)
        let before = subscribers.isEmpty ? nil : published?.snapshot
        let needsWhole = !waiting.isEmpty || subscribers.values.contains { $0.isBehind && $0.isIdle }
        let counters = engine.counters
        EventLoop.main.task { @LoopActor [self, thread] in
            do {
                let made = try await thread.run { () -> (Edition, Duration, String?) in
                    let start = EventLoop.now
                    let counts = counters.read()
                    let snapshot = draft.snapshot(counters: counts.services.mapValues(\.servers))
                    let edition = Edition(snapshot, after: before, needsWhole: needsWhole)
                    return (edition, EventLoop.now - start, counts.problem)
                }
                if let problem = made.2 {
                    engine.log.warning("connection counts are missing from a status: \(problem)")
                }
                await publish(made.0, cost: made.1)
            } catch {
                await fail("\(error)")
            }
            underWay = nil
            scheduleNext()
            forgetSoon()
        }
    }

    private func publish(_ edition: Edition, cost: Duration) async {
        published = edition
        pace.published(cost: cost)
        saidAt = EventLoop.now
        await EventLoop.main.forEach(Array(subscribers.values)) { tell($0, edition) }
        guard let whole = edition.whole else { return }
        // Who asked while it was made gets it, too, unless something has happened since: then it may lack just that.
        let isFresh = pace.isFresh(at: EventLoop.now)
        let served = waiting.filter { isFresh || $0.since < begun }
        waiting.removeAll { isFresh || $0.since < begun }
        await EventLoop.main.forEach(served) { answer($0.client, whole) }
    }

    private func tell(_ client: ControlConnection, _ edition: Edition) {
        guard case .status(let isBehind)? = client.subscription, client.stream.isOpen else { return }
        if client.isIdle, !isBehind, let update = edition.update {
            client.send(shared: update)
        } else if client.isIdle, let whole = edition.whole {
            client.subscription = .status(isBehind: false)
            client.send(Edition.lineStart, shared: whole, Edition.end)
        } else {
            client.subscription = .status(isBehind: true)
        }
    }

    private func answer(_ client: ControlConnection, _ whole: SharedText) {
        guard client.stream.isOpen else { return }
        if client.isSubscribing {
            client.isSubscribing = false
            client.subscription = .status(isBehind: false)
            if subscribers.isEmpty { saidAt = EventLoop.now }
            subscribers[client.key] = client
            scheduleNext()
            beat()
        }
        client.send(Edition.answerStart, shared: whole, Edition.end)
        client.answered()
    }

    /// Without a thread or memory there is no answer, which is said to those who wait for one.
    private func fail(_ reason: String) async {
        pace.failed()
        let clients = waiting
        waiting = []
        await EventLoop.main.forEach(clients) { client, _ in
            client.isSubscribing = false
            client.respond(.refused("the status cannot be made now: \(reason)"))
        }
    }

    // MARK: - Signs of life

    /// Between two editions of a large table, subscribers hear that the engine lives.
    private func beat() {
        guard heartbeat?.isScheduled != true, !subscribers.isEmpty else { return }
        heartbeat = EventLoop.main.schedule(at: saidAt + EditionPace.longestSilence) { [weak self] in
            guard let self else { return }
            let isDue = EventLoop.now - self.saidAt >= EditionPace.longestSilence
            if isDue { self.saidAt = EventLoop.now }
            EventLoop.main.task { @LoopActor in
                if isDue { await self.sayAlive() }
                self.beat()
            }
        }
    }

    private func sayAlive() async {
        // Not later than the edition that comes next.
        let text = SharedText(SnapshotUpdate(time: underWay ?? EventLoop.wallTime).line)
        let edition = published?.snapshot.time
        await EventLoop.main.forEach(Array(subscribers.values)) { client in
            guard published?.snapshot.time == edition, client.isIdle,
                case .status(isBehind: false)? = client.subscription
            else { return }
            client.send(shared: text)
        }
    }
}
