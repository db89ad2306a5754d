import Daemons
import DirectorConfig
import DirectorCore
import EventLoop
import Failover
import Glibc
import KernelNetlink
import Logging
import NetworkTypes
import TimeTypes
import VirtualRouting

/// Performs what the node decides: advertisements, addresses, announcements, messages on the links, and the one timer.
@LoopActor final class PairDriver {
    let configuration: Configuration
    var keys: LinkKeys?
    var node: FailoverNode
    /// Since when and why things are as they are, and what was counted.
    var ledger = PairLedger(startedAt: EventLoop.wallTime)
    /// Something happened that the engine's events have.
    var onEvent: (EventRecord) -> Void = { _ in }
    /// Orders of operators came from a peer.
    var onOrders: ([SharedOrder]) -> Void = { _ in }
    let log: Logger
    let addresses: AddressPlan
    let announcer: Announcer
    var sockets: RouterSockets?
    /// With the interface's index; nil for one that cannot be opened.
    var links: [OpenLink?] = []
    var timer: LoopTimer?
    var interfaces = InterfaceState()
    /// This driver does not fit the machine any more, for this reason: another one is to succeed it.
    /// Returns whether one has.
    var onRenewal: (_ why: String) -> Bool = { _ in false }
    private var troubles = SendingTroubles()
    /// What the log has been told of, and goes on.
    var repetitions = RepetitionFilter()
    /// Not before this driver is the one at work: the file is the other's until then.
    lazy var memory = MastershipMemory(
        path: runtimeDirectory + "/mastership", groups: configuration.groupSettings.map(\.name))
    private let runtimeDirectory: String
    private(set) var tracker: Tracker?
    /// Plugins that run, whichever driver has asked for them.
    private(set) var fencing = FencingDesk()
    /// The file that `configuration` was read from.
    var fileDigest: UInt64?
    /// What operators ordered, and what a farewell has to know: noted from the moment on when this driver is at work.
    var notes: PairNotes?
    var watchdog: Watchdog?
    /// What a director-vrrp fed that died.
    var formerWatchdog: String?
    private var filter: PacketFilter?
    private var saidRefusals: Set<String> = []
    let isRouter = NetworkInterface.forwardsIPv6

    /// As the engine said last. Where there is one, it says when.
    var engineIsReady: Bool
    private(set) var servicesAreUp: Bool?

    /// - Parameters:
    ///   - name: this director's among its peers, where an earlier driver has given it one.
    ///   - old: one of the same configuration that does not fit the machine any more.
    ///   - running: the one at work, of whatever configuration.
    init(
        _ configuration: Configuration, keys: LinkKeys?, runtimeDirectory: String, expectsEngine: Bool,
        name: String? = nil, after old: PairDriver? = nil, inPlaceOf running: PairDriver? = nil, log: Logger
    ) throws {
        self.configuration = configuration
        engineIsReady = !expectsEngine
        self.keys = keys
        self.log = log
        addresses = try AddressPlan(
            configuration, after: old?.addresses, inPlaceOf: running?.addresses, log)
        announcer = try Announcer()
        let groups = configuration.groupSettings
        self.runtimeDirectory = runtimeDirectory
        let boot = BootID(high: .random(in: 0...(.max)), low: .random(in: 0...(.max)))
        let first = addresses.primary.joined().first { !$0.isUnspecified }
        node = FailoverNode(
            .init(name: name ?? Self.hostName + (first.map { "@\($0)" } ?? ""), boot: boot), groups: groups,
            primaryAddresses: addresses.primary, detects: configuration.links.map(\.detects),
            heartbeatInterval: configuration.heartbeatInterval)
    }

    func start() {
        let groups = configuration.groupSettings
        // Who was master a moment ago, and was not missed yet, goes on as if nothing had happened.
        let resuming = Set(
            groups.indices.filter { index in
                wasMaster(groups[index].name, within: node.resumeLimit(of: index))
            }
            .map { groups[$0].name })
        do {
            try openSockets()
            try openLinks()
            try watchInterfaces()
        } catch {
            log.critical("\(error)")
            clear()
            return DaemonProcess.end(1)
        }
        filter = makeFilter()
        addresses.remove(keeping: resuming, log)
        for (index, group) in groups.enumerated() where !resuming.contains(group.name) { memory.note(index, at: nil) }
        let notes = PairNotes(runtimeDirectory, log)
        followTracking()
        judgeReadiness()
        followFencing()
        node.restore(notes.orders, resuming: resuming)
        perform(node.start(at: EventLoop.now, resuming: resuming))
        disarm(former: formerWatchdog)
        begin(notes)
        openWatchdog()
        tellOfBroken()
        log.info("director-vrrp at work: \(groups.map(\.name).joined(separator: ", "))")
    }

    /// An advertisement of the future is no sign of anything.
    func wasMaster(_ group: String, within limit: Duration) -> Bool {
        guard let last = memory.lastAdvertisement(of: group) else { return false }
        let age = EventLoop.now - last
        return age >= .zero && age < limit
    }

    private func begin(_ new: PairNotes) {
        notes = new
        new.note(configuration)
        new.note(node.groups)
    }

    private func openSockets(after old: Tracker? = nil) throws {
        sockets = try RouterSockets(configuration, addresses) { [unowned self] group, router, packet in
            receive(group, router, packet)
        } onRefusal: { [unowned self] in
            refuse($0, $1)
        }
        tracker = try makeTracker(after: old)
    }

    // MARK: Other settings

    /// Goes on where another driver is, with this configuration: what both have is neither given up nor taken anew.
    /// - Parameter why: of a configuration that is the same: a link that cannot be opened keeps nothing from going on.
    ///   Otherwise one that could not be opened before does not, and nothing of a new one's may be missing.
    func succeed(_ old: PairDriver, renewedFor why: String? = nil) throws {
        let known = old.tracker
        try openSockets(after: known)
        try watchInterfaces()
        old.perform(old.node.leave(to: node, at: EventLoop.now))
        old.retire(for: self)
        // What was told as broken has to be told as mended.
        (ledger, onEvent, onOrders, troubles) = (old.ledger, old.onEvent, old.onOrders, old.troubles)
        repetitions = old.repetitions
        let media = old.configuration.links.map(\.medium)
        let sameLinks = configuration.links.map { media.firstIndex(of: $0.medium) }
        ledger.renumber(links: sameLinks)
        let closed = old.closedLinks
        closedLinks = closed
        do {
            try openLinks { why != nil || closed[$0] != nil }
        } catch {
            retire()
            old.resume(known)
            throw error
        }
        (fencing, engineIsReady) = (old.fencing, old.engineIsReady)
        followFencing()
        fileDigest = fileDigest ?? old.fileDigest
        if let servicesAreUp = old.servicesAreUp { noteServices(servicesAreUp) }
        followTracking()
        judgeReadiness()
        perform(node.succeed(old.node, links: sameLinks, at: EventLoop.now))
        let held = node.groups.indices.filter { node.groups[$0].role == .master }
        for group in held { memory.note(group, at: EventLoop.now) }
        for group in addresses.succeed(old.addresses, held: held, log) {
            announcer.announce(addresses.targets(group), group: group, isRouter: isRouter)
        }
        followTracking()
        tracker?.lookAtAll()
        tellOfBroken()
        judgeReadiness()
        begin(PairNotes(runtimeDirectory, log))
        openWatchdog()
        filter = makeFilter()
        troubles.keep(node.groups.flatMap(\.settings.routers))
        tellOfUnused()
        let names = node.groups.map(\.name).joined(separator: ", ")
        log.notice("director-vrrp goes on \(why.map { "since \($0)" } ?? "with other settings"): \(names)")
    }

    /// After all, since its successor cannot work.
    private func resume(_ known: Tracker?) {
        do {
            try openSockets(after: known)
            try openLinks()
            try watchInterfaces()
        } catch {
            // Nobody would be heard, and what is held would be held for ever: another life begins anew.
            log.critical("\(error)")
            return DaemonProcess.end(1)
        }
        if let servicesAreUp { noteServices(servicesAreUp) }
        followTracking()
        judgeReadiness()
        openWatchdog()
        filter = makeFilter()
        // What was given up already comes back as a backup.
        perform(node.start(at: EventLoop.now))
        tracker?.lookAtAll()
    }

    /// Lets go of everything but the addresses.
    private func retire(for successor: PairDriver? = nil) {
        timer?.cancel()
        timer = nil
        interfaces.close()
        tracker = nil
        closeWatchdog(for: successor)
        filter = nil
        sockets = nil
        for link in links { link?.socket.close() }
        links = []
        for group in node.groups.indices { announcer.silence(group: group) }
    }

    func noteServices(_ areUp: Bool) {
        servicesAreUp = areUp
        tracker?.noteServices(areUp)
    }

    func takeOver(_ group: Int) {
        perform(node.takeOver(group: group, at: EventLoop.now))
        notes?.note(node.groups)
    }

    func standBy(_ group: Int) {
        perform(node.standBy(group: group, at: EventLoop.now))
        notes?.note(node.groups)
    }

    // MARK: Events

    private func receive(_ group: Int, _ router: Int, _ packet: ReceivedPacket) {
        let settings = node.groups[group].routers[router]
        let own = settings.settings
        do throws(AdvertisementRefusal) {
            if packet.source == settings.primaryAddress { throw .ownPacket }
            if !own.unicastPeers.isEmpty, !own.unicastPeers.contains(packet.source) { throw .stranger }
            let advertisement = try Advertisement(
                decoding: packet.bytes, along: .init(from: packet.source, to: packet.destination),
                hopLimit: packet.hopLimit, expecting: own.expectation)
            ledger.received &+= 1
            compare(advertisement.addresses, with: own, packet.source)
            perform(
                node.receive(advertisement, group: group, router: router, from: packet.source, at: EventLoop.now))
        } catch {
            refuse(error, packet.source)
        }
    }

    /// RFC 9568 section 7.1: other addresses than ours are a mistake on one of the sides, and no reason to refuse it.
    private func compare(_ addresses: [IPAddress], with own: RouterSettings, _ source: IPAddress) {
        // More than fit into an advertisement are held all the same.
        let ours = own.addresses.prefix(255)
        guard !ours.elementsEqual(addresses), Set(addresses) != Set(ours), saidRefusals.count < 256,
            saidRefusals.insert("addresses \(own.routerID) \(own.interface) \(source)").inserted
        else { return }
        let shown = addresses.prefix(4).map { "\($0)" }.joined(separator: ", ") + (addresses.count > 4 ? ", ..." : "")
        log.warning(
            "\(source) advertises other addresses for id \(own.routerID) on \(own.interface) than ours: \(shown)")
    }

    private func refuse(_ reason: AdvertisementRefusal, _ source: IPAddress) {
        ledger.refusals.count(reason)
        // Each reason is said once for each sender; the counters have the rest.
        guard reason != .ownPacket, reason != .unknownRouter, saidRefusals.count < 256,
            saidRefusals.insert("\(reason) \(source)").inserted
        else {
            return
        }
        log.warning("advertisement of \(source) refused: \(reason.reason)")
    }

    func receive(_ bytes: [UInt8], link: Int) {
        guard let keys else { return }
        do throws(HeartbeatRefusal) {
            let heartbeat: Heartbeat
            do throws(HeartbeatRefusal) {
                heartbeat = try keys.open(bytes)
            } catch {
                node.count(error)
                throw error
            }
            perform(try node.receive(heartbeat, link: link, at: EventLoop.now))
        } catch {
            refuse(error, link: link)
        }
    }

    /// Each reason is said once for each link; the counters have the rest.
    private func refuse(_ reason: HeartbeatRefusal, link: Int, from source: IPAddress? = nil) {
        guard reason != .ownMessage, saidRefusals.count < 256, saidRefusals.insert("\(reason) \(link)").inserted
        else { return }
        log.warning("message on link \(link + 1) refused: \(reason)\(source.map { ", it is from \($0)" } ?? "")")
    }

    func receiveFromStranger(_ source: IPAddress, link: Int) {
        node.count(.foreignSource)
        refuse(.foreignSource, link: link, from: source)
    }

    private func tick() {
        let now = EventLoop.now
        if let due = node.deadline, now >= due { ledger.lateness.add(now - due) }
        perform(node.tick(at: now))
    }

    // MARK: Actions

    func perform(_ actions: [FailoverAction]) {
        var mayHaveNews = false
        for action in actions {
            switch action {
            case .advertise(let group, let router, let advertisement): send(advertisement, group, router)
            case .acquire(let group): addresses.add(group, log)
            case .release(let group):
                announcer.silence(group: group)
                addresses.remove([group], log)
                memory.note(group, at: nil)
            case .announce(let group, _):
                announcer.announce(addresses.targets(group), group: group, isRouter: isRouter)
            case .send(let link, let heartbeat):
                mayHaveNews = true
                guard let keys, links.indices.contains(link) else { continue }
                links[link]?.socket.send(
                    keys.seal(heartbeat), moment: heartbeat.moment, isLast: heartbeat.isLeaving)
            case .fence(let group, let peer): fence(peer, for: group)
            case .report(let event):
                mayHaveNews = true
                report(event)
            case .ordered(let orders): onOrders(orders)
            }
        }
        // A claim ends with a role, or with a word to the peers.
        if mayHaveNews { notes?.note(node.groups) }
        arm()
    }

    private func send(_ advertisement: Advertisement, _ group: Int, _ router: Int) {
        let isMaster = advertisement.priority > 0
        if isMaster { addresses.devices.raise(group) }
        let sender = node.groups[group].routers[router]
        let code = sockets?.send(advertisement, group: group, router: router, sender) ?? ENODEV
        if code == 0 { ledger.sent &+= 1 }
        // One that was not sent is missed by the peers, who may be masters soon.
        if code == 0 || !isMaster { memory.note(group, at: isMaster ? EventLoop.now : nil) }
        // Who gives up because an interface is gone need not be told that it is gone.
        guard isMaster else { return }
        let trouble = troubles.note(
            node.groups[group].name, sender.settings, from: sender.primaryAddress, error: code, at: EventLoop.now)
        if let trouble { report(trouble) }
    }

    func report(_ event: FailoverEvent) { tell(ledger.take(event, at: EventLoop.wallTime)) }

    /// In the log and to the engine, which sums up by itself what is repeated.
    func tell(_ record: EventRecord) {
        onEvent(record)
        guard record.kind.isRepeatable else { return write(record) }
        if let record = repetitions.admit(record, at: EventLoop.now) { write(record) }
    }

    func write(_ record: EventRecord) {
        let fields = record.logFields.mapValues { Logger.MetadataValue.string($0) }
        log.log(level: record.level, "\(record.text)", metadata: fields)
    }

    func arm() {
        guard let due = node.deadline else {
            timer?.cancel()
            timer = nil
            return
        }
        if let timer, timer.isScheduled || timer.deadline <= EventLoop.now {
            timer.reschedule(at: due)
        } else {
            timer?.cancel()
            timer = EventLoop.main.schedule(at: due) { [weak self] in self?.tick() }
        }
    }

    private static let hostName: String = {
        var name = [CChar](repeating: 0, count: 65)
        guard gethostname(&name, 64) == 0 else { return "director" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()
}
