package import EventLoop
internal import Glibc
package import HealthChecking
internal import NetworkTypes
internal import TimeTypes

/// Runs the checks that travel to virtual addresses by way of real servers.
///
/// They need packet sockets, which only a privileged process may open and which see what others send: so the engine
/// runs them and not the prober, which talks to servers at length. What is read here are fixed headers of few bytes.
/// Nothing is left behind in the kernel: no mark, no service, no changed setting; the sockets end with the process.
@LoopActor package final class PathProber {
    private let report: @LoopActor (CheckID, CheckResult) -> Void
    private let complain: @LoopActor (String) -> Void
    /// What was complained about last, so that it is told once.
    private var complaint: Int32?
    private var schedule = CheckSchedule(limits: CheckSchedule.Limits(light: 1024, rate: 2000))
    private var checks: [CheckID: CheckSpec] = [:]
    private var runs: [CheckID: PathRun] = [:]
    /// Whose answer is waited for, by the token of the question.
    private var waiting: [UInt32: PathRun] = [:]
    private var links: [IPAddress.Family: (sockets: PathSockets, watch: DescriptorWatch)] = [:]
    private var wakeUp: LoopTimer?
    private var lastPort = PathQuestion.ports.lowerBound
    /// The link-layer addresses of real servers that packets were sent to directly.
    private var hardware: [IPAddress: [UInt8]] = [:]

    /// - Parameter complain: told why nothing can be checked at all.
    package init(
        complain: @escaping @LoopActor (String) -> Void = { _ in },
        report: @escaping @LoopActor (CheckID, CheckResult) -> Void
    ) {
        self.complain = complain
        self.report = report
    }

    package var count: Int { checks.count }

    /// Does what concerns this prober; true when it did.
    package func perform(_ request: ProberRequest) -> Bool {
        switch request {
        case .add(let id, let spec):
            remove(id)
            guard case .path = spec.kind else { return false }
            checks[id] = spec
            let now = EventLoop.now
            schedule.add(id, interval: spec.interval, lane: .light, at: now)
            startDue(at: now)
            return true
        case .remove(let id):
            return remove(id)
        case .runNow(let id):
            guard checks[id] != nil else { return false }
            schedule.runNow(id, at: EventLoop.now)
            startDue(at: EventLoop.now)
            return true
        }
    }

    package func removeAll() {
        for id in Array(checks.keys) { remove(id) }
        wakeUp?.cancel()
        wakeUp = nil
    }

    @discardableResult
    private func remove(_ id: CheckID) -> Bool {
        guard let spec = checks.removeValue(forKey: id) else { return false }
        // Where another check goes there, its next question brings the address back.
        hardware[spec.target.address] = nil
        runs.removeValue(forKey: id).map(forget)
        schedule.remove(id)
        if checks.isEmpty { closeLinks() }
        return true
    }

    private func forget(_ run: PathRun) {
        run.timer?.cancel()
        waiting[run.token] = nil
    }

    /// Without checks no packet is looked at.
    private func closeLinks() {
        for link in links.values { link.watch.cancel() }
        links = [:]
        hardware = [:]
    }

    private func startDue(at now: MonotonicInstant) {
        for id in schedule.start(at: now) { start(id, at: now) }
        guard let next = schedule.nextWake(at: now) else { return }
        if let wakeUp {
            if !wakeUp.isScheduled || wakeUp.deadline > next { wakeUp.reschedule(at: next) }
        } else {
            wakeUp = EventLoop.main.schedule(at: next) { [weak self] in self?.startDue(at: EventLoop.now) }
        }
    }

    private func start(_ id: CheckID, at now: MonotonicInstant) {
        guard let spec = checks[id], case .path(let check) = spec.kind else { return }
        var token = UInt32.random(in: 0 ... .max)
        // An echo carries the low half of its token only.
        if check.subject == .echo { token &= 0xFFFF }
        while waiting[token] != nil { token = token &+ 1 & (check.subject == .echo ? 0xFFFF : .max) }
        lastPort = lastPort == .max ? PathQuestion.ports.lowerBound : lastPort + 1
        let run = PathRun(id, spec, check, port: lastPort, token: token, begin: now)
        runs[id] = run
        waiting[token] = run
        ask(run)
    }

    /// Sends the question, and again after a quarter of the time while there is no answer: a packet may be lost.
    private func ask(_ run: PathRun) {
        if let outcome = send(run) { return end(run, outcome) }
        let deadline = run.begin + run.spec.timeout
        var next = deadline
        if run.waitsForNeighbour {
            // The kernel asks for its address; soon it is known.
            next = min(deadline, EventLoop.now + .milliseconds(50))
        } else {
            run.asked += 1
            next = run.begin + run.spec.timeout * run.asked / PathRun.questions
        }
        run.timer = EventLoop.main.schedule(at: next) { [weak self, unowned run] in
            if EventLoop.now < deadline { self?.ask(run) } else { self?.end(run, run.silence) }
        }
    }

    /// What is wrong when the question cannot be sent, or need not be; nil when it is on its way.
    private func send(_ run: PathRun) -> PathRun.Outcome? {
        let server = run.spec.target.address
        let sockets: PathSockets
        do throws(PathSockets.Failure) {
            sockets = try self.sockets(server.family)
        } catch {
            // That we have no right to packet sockets, or none left, is no fault of the server's: all of them would go.
            if Self.isShortage(error.number) { return lack(error.number) }
            complain(of: error.number, "no packet socket (CAP_NET_RAW)")
            return .passed("not checked by way of \(server), no packet socket: \(ErrnoText.describe(error.number))")
        }
        do throws(PathSockets.Failure) {
            let route = try sockets.route(to: server)
            if route.isLocal { return .passed("\(server) is this director's own, no way to check") }
            run.source = route.source
            guard let question = run.question else { return nil }
            switch run.check.way {
            case .tunnel: try sockets.send(question.packet, packedTo: server)
            case .directRouting:
                guard !route.hasGateway else {
                    return .failed("\(server) is behind a router, where direct routing cannot reach it")
                }
                run.neighbour = sockets.neighbour(server, on: route.interface)
                run.interface = route.interface
                guard let neighbour = run.neighbour else { return nil }
                hardware[server] = neighbour
                try sockets.send(question.packet, to: neighbour, on: route.interface)
            }
            complaint = nil
            return nil
        } catch {
            // A full queue of our own; the question is repeated.
            if error.number == ENOBUFS { return nil }
            if Self.isShortage(error.number) { return lack(error.number) }
            return .failed("cannot be asked by way of \(server): \(ErrnoText.describe(error.number))")
        }
    }

    /// Descriptors or memory that this machine has none left of; what the servers are taken for stays.
    private static func isShortage(_ number: Int32) -> Bool { [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(number) }

    private func lack(_ number: Int32) -> PathRun.Outcome {
        complain(of: number, "what it needs is not to be had here")
        return .unjudged
    }

    private func complain(of number: Int32, _ words: String) {
        defer { complaint = number }
        guard complaint != number else { return }
        complain("datapath checks nothing: \(words): \(ErrnoText.describe(number))")
    }

    private func sockets(_ family: IPAddress.Family) throws(PathSockets.Failure) -> PathSockets {
        if let link = links[family] { return link.sockets }
        let sockets = try PathSockets(family)
        do throws(LoopError) {
            let watch = try EventLoop.main.watch(sockets.link, .readable) { [weak self, unowned sockets] _ in
                self?.receive(sockets)
            }
            links[family] = (sockets, watch)
        } catch {
            throw PathSockets.Failure(number: error.errno)
        }
        return sockets
    }

    /// Takes in a bounded number of packets in one turn of the loop; the rest comes in the next.
    private func receive(_ sockets: PathSockets) {
        for _ in 0..<64 {
            guard let (packet, sender) = sockets.receive() else { return }
            guard let answer = PathAnswer(packet: packet), let run = waiting[answer.token], run.isAnswered(by: answer),
                !isFromAnother(sender, run)
            else { continue }
            if answer.kind == .accepted { withdraw(run, sockets) }
            end(run, run.outcome(of: answer))
        }
    }

    /// A real server without the virtual address that forwards packets sends the question on, at last to the director,
    /// which gives it to a server that has the address: that one's answer says nothing about the first.
    private func isFromAnother(_ sender: [UInt8], _ run: PathRun) -> Bool {
        guard let neighbour = run.neighbour, sender != neighbour else { return false }
        return hardware.contains { $0.value == sender && $0.key != run.spec.target.address }
    }

    private func withdraw(_ run: PathRun, _ sockets: PathSockets) {
        guard let packet = run.question?.withdrawal else { return }
        // One that is lost leaves a half-open connection, which the server gives up by itself.
        if let neighbour = run.neighbour {
            try? sockets.send(packet, to: neighbour, on: run.interface)
        } else {
            try? sockets.send(packet, packedTo: run.spec.target.address)
        }
    }

    private func end(_ run: PathRun, _ outcome: PathRun.Outcome) {
        guard runs[run.id] === run else { return }
        runs[run.id] = nil
        forget(run)
        let now = EventLoop.now
        schedule.finished(run.id, at: now)
        if let passed = outcome.passed {
            report(run.id, CheckResult(passed: passed, reason: outcome.reason, latency: now - run.begin))
        }
        // Not from within a start: the list of those that are due is being worked off.
        EventLoop.main.post { [weak self] in self?.startDue(at: EventLoop.now) }
    }
}
