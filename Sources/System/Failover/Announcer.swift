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
    private var queue = AnnouncementQueue()
    private var timer: LoopTimer?
    /// The burst that was begun last.
    private var burstBegan = MonotonicInstant.zero
    private var burstCount = 0
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
        round(1, targets, queue.order(group), isRouter: isRouter)
    }

    /// The addresses of the group are ours no longer: nothing more is said of them.
    package func silence(group: Int) { queue.silence(group) }

    private func round(_ number: Int, _ targets: [Target], _ order: AnnouncementQueue.Order, isRouter: Bool) {
        guard queue.isCurrent(order) else { return }
        let isBusy = queue.isBusy(order)
        if !isBusy {
            for target in targets {
                let frames = NeighbourAnnouncement.frames(
                    for: target.address, at: target.hardwareAddress, isRouter: isRouter)
                queue.append(frames, interface: target.interface, of: order)
            }
            if timer == nil { send() }
        }
        let next = isBusy ? number : number + 1
        guard next <= Self.rounds else { return }
        EventLoop.main.schedule(after: Self.roundPause) { [weak self] in
            self?.round(next, targets, order, isRouter: isRouter)
        }
    }

    private func send() {
        timer = nil
        let now = EventLoop.now
        if now - burstBegan >= Self.pause {
            burstBegan = now
            burstCount = 0
        }
        while burstCount < Self.burst, let entry = queue.popFirst() {
            _ = unsafe cfailover_send_frame(descriptor, entry.interface, entry.frame, entry.frame.count)
            framesSent += 1
            burstCount += 1
        }
        guard !queue.isEmpty else { return }
        timer = EventLoop.main.schedule(at: burstBegan + Self.pause) { [weak self] in self?.send() }
    }
}
