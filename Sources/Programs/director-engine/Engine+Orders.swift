import ControlProtocol
import DirectorCore
import EventLoop
import Glibc
import KernelNetlink
import NetworkTypes
import TimeTypes
import VirtualServers

/// What operators order, and what waits for its time: drains, slow starts, holds.
extension Engine {
    /// How often the connections of servers that drain are counted.
    static let countingPeriod = Duration.seconds(1)

    /// Carries out an order; the answer is for the client and comes when the order is on the disk.
    func carryOut(_ action: OperatorAction, virtual: String, server: String, user: UInt32) async -> ControlResponse {
        let name = await userName(user)
        guard director != nil else { return .refused("the engine has not started yet") }
        // Nothing reaches the kernel or the disk any more.
        guard !hasStopped else { return .refused("the engine stops") }
        do throws(OrderRefusal) {
            let outcome = try director?.carryOut(
                action, virtual: virtual, server: server, by: name, at: EventLoop.moment)
            guard let outcome else { return .refused("the engine has not started yet") }
            if outcome.isChange {
                reconcile()
                pair.shareOrders()
            }
            let problem = await orders.settled()
            if let problem { return .refused("\(outcome.text), but it would be forgotten at a restart: \(problem)") }
            return .done(outcome.json)
        } catch {
            return .refused(error.description)
        }
    }

    func userName(_ user: UInt32) async -> String {
        await users.name(of: user) ?? "user \(user)"
    }

    /// What follows from every change: what must be remembered is written, and the next time is waited for.
    func followUp() {
        guard let director else { return }
        orders.store(director.memory, log: log)
        agents.look(self)
        if counting == nil, !director.draining.isEmpty { countLater() }
        guard let deadline = director.nextDeadline else {
            deadlineTimer?.cancel()
            deadlineTimer = nil
            return
        }
        if let deadlineTimer, deadlineTimer.isScheduled, deadlineTimer.deadline == deadline { return }
        deadlineTimer?.cancel()
        deadlineTimer = EventLoop.main.schedule(at: deadline) { [self] in
            let isChange = self.director?.advance(to: EventLoop.moment) == true
            publishReports()
            if isChange { reconcile() } else { followUp() }
        }
    }

    private func countLater() {
        counting = EventLoop.main.schedule(after: Self.countingPeriod) { [self] in
            counting = nil
            count()
        }
    }

    /// Looks whether the connections of servers that drain have ended.
    private func count() {
        var hasEnded = false
        for id in director?.draining ?? [] {
            do {
                let activity = Dictionary(
                    try client.servers(of: id).map { ($0.server.endpoint, ServerActivity($0)) },
                    uniquingKeysWith: { $1 })
                if director?.observe(activity, of: id, at: EventLoop.moment) == true { hasEnded = true }
            } catch {
                log.warning("the connections of \(id) cannot be counted: \(error)")
            }
        }
        if hasEnded { reconcile() } else { followUp() }
    }
}

extension ServerActivity {
    fileprivate init(_ status: RealServerStatus) {
        self.init(status.connections, packets: status.statistics.inPackets &+ status.statistics.outPackets)
    }
}
