internal import CFailover
package import EventLoop
internal import Glibc
package import NetworkTypes
internal import TimeTypes
internal import VirtualRouting

/// Tells the neighbours where addresses are now, beside everything else: in small bursts, since switches drop large
/// ones, and several times, since each may be lost.
@LoopActor package final class Announcer {
    /// So many frames at most in so short a time, whoever ordered them.
    private static let burst = 40
    private static let pause = Duration.milliseconds(4)
    /// As heartbeat's IPaddr2: five rounds, 200 ms apart.
    private static let rounds = 5
    private static let roundPause = Duration.milliseconds(200)

    private let descriptor: Int32
    private var queue: [(group: Int, interface: UInt32, frame: [UInt8])] = []
    private var next = 0
    private var timer: LoopTimer?
    /// The burst that was begun last.
    private var burstBegan = MonotonicInstant.zero
    private var burstCount = 0
    /// The latest order of each group: an older one has no further rounds.
    private var orders: [Int: UInt64] = [:]
    private var orderCount: UInt64 = 0
    package private(set) var framesSent: UInt64 = 0

    package init() throws {
        descriptor = cfailover_frame_socket()
        guard descriptor >= 0 else { throw SocketFailure("cannot open a packet socket", errno: errno) }
    }

    isolated deinit { _ = close(descriptor) }

    package struct Target: Hashable, Sendable {
        package var interface: UInt32
        package var hardwareAddress: [UInt8]
        package var address: IPAddress

        package init(interface: UInt32, hardwareAddress: [UInt8], address: IPAddress) {
            self.interface = interface
            self.hardwareAddress = hardwareAddress
            self.address = address
        }
    }

    /// Announces the addresses of a group, most used first, in place of what was to be announced of it before.
    package func announce(_ targets: [Target], group: Int, isRouter: Bool) {
        orderCount += 1
        orders[group] = orderCount
        round(1, targets, group: group, order: orderCount, isRouter: isRouter)
    }

    /// The addresses of the group are ours no longer: nothing more is said of them.
    package func silence(group: Int) {
        orders[group] = nil
        queue.removeFirst(next)
        next = 0
        queue.removeAll { $0.group == group }
    }

    private func round(_ number: Int, _ targets: [Target], group: Int, order: UInt64, isRouter: Bool) {
        guard orders[group] == order else { return }
        for target in targets {
            let frames = NeighbourAnnouncement.frames(
                for: target.address, at: target.hardwareAddress, isRouter: isRouter)
            for frame in frames { queue.append((group, target.interface, frame)) }
        }
        if timer == nil { send() }
        guard number < Self.rounds else { return }
        EventLoop.main.schedule(after: Self.roundPause) { [weak self] in
            self?.round(number + 1, targets, group: group, order: order, isRouter: isRouter)
        }
    }

    private func send() {
        timer = nil
        let now = EventLoop.now
        if now - burstBegan >= Self.pause {
            burstBegan = now
            burstCount = 0
        }
        let end = min(next + Self.burst - burstCount, queue.count)
        burstCount += end - next
        while next < end {
            let entry = queue[next]
            _ = unsafe cfailover_send_frame(descriptor, entry.interface, entry.frame, entry.frame.count)
            framesSent += 1
            next += 1
        }
        guard next < queue.count else {
            queue.removeAll(keepingCapacity: true)
            next = 0
            return
        }
        timer = EventLoop.main.schedule(at: burstBegan + Self.pause) { [weak self] in self?.send() }
    }
}
