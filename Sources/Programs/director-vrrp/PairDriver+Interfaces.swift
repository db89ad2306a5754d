import DirectorConfig
import DirectorCore
import EventLoop
import Failover
import TimeTypes
import VirtualRouting

/// A link's socket, and the interface that it is on: another one of the same name needs another socket.
struct OpenLink {
    var socket: LinkSocket
    /// Nil for a serial line.
    var index: UInt32?
}

/// The watch over the machine's interfaces and addresses.
@LoopActor struct InterfaceState {
    /// Changes come in bursts.
    static let gathering = Duration.milliseconds(10)
    static let pause = Duration.milliseconds(250)
    /// What could not be done is tried again.
    static let retry = Duration.seconds(1)
    /// Between two restorations of addresses, at least and at most: somebody may take them away for ever.
    static let restoring = Duration.milliseconds(250)...Duration.seconds(8)
    /// After so long without one, the next is at once.
    static let calm = Duration.seconds(30)

    var events: InterfaceEvents?
    var timer: LoopTimer?
    var lookedAt: MonotonicInstant?
    var restoredAt: MonotonicInstant?
    var restorePause = restoring.lowerBound
    /// Links that cannot be opened, and why.
    var closedLinks: [Int: String] = [:]

    mutating func close() {
        timer?.cancel()
        timer = nil
        events = nil
    }
}

/// Interfaces go and come again with other indices, and addresses are changed by others, while the pair is at work.
extension PairDriver {
    func watchInterfaces() throws {
        interfaces.events = try InterfaceEvents { [unowned self] in
            // A cable that is pulled is no reason to wait for the period's end.
            tracker?.lookAtAll()
            let due = EventLoop.now + InterfaceState.gathering
            inspect(at: max(due, interfaces.lookedAt.map { $0 + InterfaceState.pause } ?? due))
        }
        // Something may have changed between the plan and now.
        inspect(at: EventLoop.now + InterfaceState.gathering)
    }

    private func inspect(at due: MonotonicInstant) {
        if let timer = interfaces.timer, timer.isScheduled, timer.deadline <= due { return }
        interfaces.timer?.cancel()
        interfaces.timer = EventLoop.main.schedule(at: due) { [weak self] in self?.inspect() }
    }

    private func inspect() {
        interfaces.timer = nil
        interfaces.lookedAt = EventLoop.now
        reopenLinks()
        guard let present = try? addresses.client.dump() else {
            return inspect(at: EventLoop.now + InterfaceState.retry)
        }
        if let why = addresses.staleness(present) {
            // Later than the try below, if that one fails.
            inspect(at: EventLoop.now + InterfaceState.retry)
            guard !onRenewal(why) else { return }
        }
        restore(present)
    }

    /// Puts back what others took away: soon when it happens once, seldom when they go on.
    private func restore(_ present: [AddressPlan.Present]) {
        let now = EventLoop.now
        if let last = interfaces.restoredAt {
            if now - last >= InterfaceState.calm { interfaces.restorePause = InterfaceState.restoring.lowerBound }
            let due = last + interfaces.restorePause
            guard now >= due else { return addresses.isWhole(present) ? () : inspect(at: due) }
        }
        let restored = addresses.restore(present, log)
        guard !restored.isEmpty else { return }
        if interfaces.restoredAt != nil {
            interfaces.restorePause = min(interfaces.restorePause * 2, InterfaceState.restoring.upperBound)
        }
        interfaces.restoredAt = now
        for (group, count) in restored {
            report(.restored(group: node.groups[group].name, count: count))
            announcer.announce(addresses.targets(group), group: group, isRouter: isRouter)
        }
    }

    // MARK: Links

    /// - Parameter isTolerated: one that cannot be opened is no reason to work without all of them; it is tried again.
    func openLinks(_ isTolerated: (LinkConfiguration.Medium) -> Bool = { _ in true }) throws {
        links = []
        for (index, link) in configuration.links.enumerated() {
            do {
                links.append(try open(index))
                tellOfLink(index, nil)
            } catch {
                guard isTolerated(link.medium) else { throw error }
                links.append(nil)
                tellOfLink(index, "\(error)")
            }
        }
    }

    /// Links that cannot be opened, and why.
    var closedLinks: [LinkConfiguration.Medium: String] {
        get {
            Dictionary(
                interfaces.closedLinks.map { (configuration.links[$0].medium, $1) },
                uniquingKeysWith: { first, _ in first })
        }
        set {
            for (index, link) in configuration.links.enumerated() {
                interfaces.closedLinks[index] = newValue[link.medium]
            }
        }
    }

    private func open(_ index: Int) throws -> OpenLink {
        let medium = configuration.links[index].medium
        let interface = medium.interface.flatMap(NetworkInterface.index)
        let socket = try LinkSocket(medium) { [unowned self] in
            receive($0, link: index)
        } onStranger: { [unowned self] in
            receiveFromStranger($0, link: index)
        } onDevice: { [unowned self] reason in
            noteDevice(linkName(index), reason, "is open")
        }
        return OpenLink(socket: socket, index: interface)
    }

    private func linkName(_ index: Int) -> String { "link \(index + 1), \(configuration.links[index].medium)" }

    /// Those whose interface is another one now, or was not there.
    private func reopenLinks() {
        for (index, link) in configuration.links.enumerated() {
            guard links.indices.contains(index), let name = link.medium.interface else { continue }
            let now = NetworkInterface.index(name)
            if let open = links[index], now == open.index { continue }
            links[index]?.socket.close()
            links[index] = nil
            do {
                links[index] = try open(index)
                tellOfLink(index, nil)
            } catch {
                tellOfLink(index, "\(error)")
                // Its coming back is told by the kernel; whatever else it lacks is not.
                if now != nil { inspect(at: EventLoop.now + InterfaceState.retry) }
            }
        }
    }

    /// A serial line tells of its device; of another link only what was broken has an end.
    private func tellOfLink(_ index: Int, _ problem: String?) {
        interfaces.closedLinks[index] = problem
        let isSerial = configuration.links[index].medium.interface == nil
        guard problem != nil || !isSerial && ledger.isBroken(linkName(index)) else { return }
        noteDevice(linkName(index), problem, "is open again")
    }

    // MARK: What is told

    /// Once for each reason, over reloads, too.
    func noteDevice(_ name: String, _ problem: String?, _ mended: String) {
        guard !ledger.isTold(of: name, problem) else { return }
        report(.device(name: name, isUsable: problem == nil, why: problem ?? mended))
    }

    /// What was told as broken and is no part of these settings: nobody else would ever tell of its end.
    func tellOfUnused() {
        var devices = Set(configuration.links.indices.map(linkName))
        if let watchdogName { devices.insert(watchdogName) }
        for group in node.groups {
            devices.formUnion(group.routers.map { SendingTroubles.name(group.name, $0.settings) })
        }
        for name in ledger.keep(devices: devices) {
            tell(EventRecord(.device(name: name, isUsable: true, why: "is not used any more"), at: EventLoop.wallTime))
        }
        for item in ledger.brokenItems.sorted() where tracker?.tracks(item) == false {
            report(.tracked(item: item, works: true, why: "it is not tracked any more"))
        }
    }
}

extension LinkConfiguration.Medium {
    /// Nil for a serial line.
    var interface: String? {
        switch self {
        case .udp(_, let interface), .multicast(_, let interface), .broadcast(let interface, _): interface
        case .serial: nil
        }
    }
}
