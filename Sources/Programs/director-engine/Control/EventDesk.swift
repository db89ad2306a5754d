import ControlProtocol
import DirectorCore
import EventLoop

/// Answers those who ask for events and tells those who follow them. What many are told is written once, beside the
/// loop; who is behind gets what it has not had a page at a time, each when it has taken the one before, from the
/// journal where memory does not reach back so far.
@LoopActor final class EventDesk {
    /// What is reported together, as when a rack fails, is sent together.
    static let pause = Duration.milliseconds(50)

    /// Followers who want the same.
    private struct Position: Hashable, Sendable {
        var query: EventQuery
        var after: Int64

        var pageQuery: EventQuery {
            var query = query
            query.after = after
            return query
        }
    }

    private let engine: Engine
    private let thread: BackgroundThread
    private var followers: [ObjectIdentifier: ControlConnection] = [:]
    private var timer: LoopTimer?
    private var isAtWork = false
    /// Something happened, or somebody has taken what waited for it, since the work was begun.
    private var isAskedAgain = false

    init(_ engine: Engine, _ thread: BackgroundThread) {
        self.engine = engine
        self.thread = thread
    }

    // MARK: - Answers

    func answer(_ query: EventQuery, _ client: ControlConnection) {
        EventLoop.main.task { @LoopActor [engine] in
            let found = await engine.search.find(query)
            await self.respond(client) { .array(found.events.map(\.json)) }
        }
    }

    /// With a number to begin behind, all that came after it is told, oldest first; else the newest, and what comes.
    func follow(_ query: EventQuery, _ client: ControlConnection) {
        EventLoop.main.task { @LoopActor [self, engine] in
            let page: EventPage
            if query.after != nil {
                page = await engine.search.page(engine.search.adapted(query))
            } else {
                let found = await engine.search.find(query)
                page = EventPage(found.events, last: found.last)
            }
            var query = query
            query.after = nil
            query.limit = EventHistory.limit
            client.subscription = .events(query, after: page.last)
            let run = engine.run
            await respond(client) { .object(page.members + [.init("run", .integer(run))]) }
            guard client.stream.isOpen else { return }
            followers[client.key] = client
            // What happened while the disk was read.
            tell()
        }
    }

    private func respond(_ client: ControlConnection, _ result: @escaping @Sendable () -> JSON) async {
        do {
            client.send(line: try await thread.run { ControlResponse.done(result()).json.line + [UInt8(ascii: "\n")] })
            client.answered()
        } catch {
            client.respond(.refused("\(error)"))
        }
    }

    // MARK: - Followers

    func remove(_ key: ObjectIdentifier) {
        followers[key] = nil
    }

    func reported() {
        guard !followers.isEmpty, timer?.isScheduled != true else { return }
        timer = EventLoop.main.schedule(after: Self.pause) { [weak self] in self?.tell() }
    }

    func drained(_ client: ControlConnection) {
        if followers[client.key] != nil { tell() }
    }

    private func tell() {
        isAskedAgain = true
        guard !isAtWork else { return }
        isAtWork = true
        EventLoop.main.task { @LoopActor [self] in
            while isAskedAgain {
                isAskedAgain = false
                await tellFromMemory()
                // One page for one position: the others do not wait for the disk again and again.
                if await tellFromJournal() { isAskedAgain = true }
            }
            isAtWork = false
        }
    }

    /// The followers who have taken all that was sent and have not had everything.
    private var positions: [Position: [ControlConnection]] {
        var positions: [Position: [ControlConnection]] = [:]
        for client in followers.values where client.isIdle {
            guard case .events(let query, let after)? = client.subscription, after < engine.lastEvent else { continue }
            positions[Position(query: query, after: after), default: []].append(client)
        }
        return positions
    }

    private func tellFromMemory() async {
        let first = engine.firstEventInMemory
        let positions = positions.filter { $0.key.after >= first - 1 }
        guard let least = positions.keys.map(\.after).min() else { return }
        let (records, newest, wanted) = (engine.events(after: least), engine.lastEvent, Array(positions.keys))
        let pages = try? await thread.run {
            wanted.map { position in
                let page = EventPage(position.pageQuery, of: records, newest: newest)
                return (position: position, last: page.last, text: page.isEmpty ? nil : SharedText(page.line))
            }
        }
        for page in pages ?? [] {
            await hand(page.text, upTo: page.last, to: positions[page.position] ?? [], page.position)
        }
    }

    /// False when nobody needs it.
    private func tellFromJournal() async -> Bool {
        let first = engine.firstEventInMemory
        guard let (position, clients) = positions.first(where: { $0.key.after < first - 1 }) else { return false }
        let page = await engine.search.page(position.pageQuery)
        guard let text = try? await thread.run({ SharedText(page.line) }) else { return false }
        await hand(page.isEmpty ? nil : text, upTo: page.last, to: clients, position)
        return true
    }

    private func hand(
        _ text: SharedText?, upTo last: Int64, to clients: [ControlConnection], _ position: Position
    ) async {
        await EventLoop.main.forEach(clients) { client in
            guard client.stream.isOpen, client.isIdle else { return }
            client.subscription = .events(position.query, after: last)
            if let text { client.send(shared: text) }
        }
    }
}
