import DirectorConfig
import EventLoop
import TimeTypes
import VirtualRouting

/// Giving up in good order.
extension PairDriver {
    /// - Parameter isOrdered: somebody wants it to end, so that what operators ordered has an end, too.
    func stop(isOrdered: Bool = true) {
        giveUp(at: EventLoop.now)
        closeWatchdog()
        notes?.forget(orders: isOrdered)
        notes = nil
        timer?.cancel()
        interfaces.close()
        // Whoever waits for our end sees by the notes that nobody else waits for anything any more.
        addresses.devices.removeAll()
    }

    /// All at once: the peers hear of everything before the kernel has work with anything, and by the links when all
    /// addresses are gone.
    private func giveUp(at now: MonotonicInstant) {
        var released: [Int] = []
        var rest: [FailoverAction] = []
        for action in node.stop(at: now) {
            switch action {
            case .advertise: perform([action])
            case .release(let group): released.append(group)
            default: rest.append(action)
            }
        }
        for group in released { announcer.silence(group: group) }
        if !released.isEmpty { addresses.remove(released, log) }
        memory.forget()
        perform(rest)
    }

    /// In the place of a process that died and cannot come back in time: priority 0, so that nobody waits for it, and
    /// the addresses go. What else was left is for `clear`.
    func sayFarewell() {
        let now = EventLoop.now
        let held = configuration.groupSettings.filter { group in
            // After that a peer has them anyway.
            wasMaster(group.name, within: group.interval * 4)
        }
        do {
            sockets = try RouterSockets(configuration, addresses) { _, _, _ in
            } onRefusal: { _, _ in
            }
        } catch {
            log.error("the peers are not told: \(error)")
        }
        _ = node.start(at: now, resuming: Set(held.map(\.name)))
        giveUp(at: now)
        timer?.cancel()
    }

    /// Takes every virtual address away.
    func clear() {
        addresses.remove(keeping: [], log)
        addresses.devices.removeAll()
    }
}
