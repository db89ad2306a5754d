internal import CLinux
internal import Glibc

/// What a watch waits for. Hang-ups and errors are reported in any case.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Interest(rawValue: 1)
    package static let writable = Interest(rawValue: 2)
    /// The peer closed its sending side.
    package static let peerClosed = Interest(rawValue: 4)
    package static let priority = Interest(rawValue: 32)
}

/// What a descriptor is ready for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: 1)
    package static let writable = Readiness(rawValue: 2)
    package static let peerClosed = Readiness(rawValue: 4)
    package static let hangup = Readiness(rawValue: 8)
    package static let error = Readiness(rawValue: 16)
    package static let priority = Readiness(rawValue: 32)
}

/// A descriptor watched by the loop, level-triggered: as long as it is ready, each turn calls the action.
///
/// The loop keeps the watch until `cancel()`, which must come before the descriptor is closed. A hang-up or an error is
/// reported in every turn until the owner cancels, whatever the interest.
@LoopActor package final class DescriptorWatch {
    package let descriptor: Int32
    package private(set) var interest: Interest
    let token: UInt64
    private let loop: EventLoop
    private var action: (@LoopActor (Readiness) -> Void)?

    init(
        loop: EventLoop, descriptor: Int32, interest: Interest, token: UInt64,
        action: @escaping @LoopActor (Readiness) -> Void
    ) {
        self.loop = loop
        self.descriptor = descriptor
        self.interest = interest
        self.token = token
        self.action = action
    }

    package var isActive: Bool { action != nil }

    package func update(_ interest: Interest) throws(LoopError) {
        guard isActive, interest != self.interest else { return }
        guard clinux_epoll_modify(loop.epoll, descriptor, interest.rawValue, token) == 0 else {
            throw LoopError(.watch, "cannot change the watch of descriptor \(descriptor)", errno: errno)
        }
        self.interest = interest
    }

    /// The action is not called again, not even for an event that this turn has already taken from the kernel.
    package func cancel() {
        guard isActive else { return }
        action = nil
        if loop.watches.remove(self) {
            // EBADF and ENOENT: the owner closed it first; the kernel has forgotten it by itself.
            _ = clinux_epoll_remove(loop.epoll, descriptor)
        }
    }

    /// Ends the watch of a descriptor that its owner has just closed and that had no duplicate: the kernel has dropped
    /// it by itself, so that a short-lived connection costs a system call less than with `cancel()`.
    package func descriptorClosed() {
        action = nil
        _ = loop.watches.remove(self)
    }

    func ready(_ readiness: Readiness) {
        action?(readiness)
    }
}

/// The watches by descriptor number. Each has a generation in the upper half of its token, so that an event taken
/// from the kernel before its watch was cancelled never reaches the next watch of the same number.
struct WatchTable {
    private var watches: [DescriptorWatch?] = []
    private var generation: UInt32 = 0

    nonisolated init() {}

    mutating func token(for descriptor: Int32) -> UInt64 {
        generation = generation == .max ? 1 : generation + 1
        return UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    @LoopActor mutating func insert(_ watch: DescriptorWatch) {
        let index = Int(watch.descriptor)
        if index >= watches.count {
            watches.append(contentsOf: repeatElement(nil, count: index + 1 - watches.count))
        }
        watches[index] = watch
    }

    /// Whether it was there: not when its descriptor was closed without a word and its number watched anew.
    @LoopActor mutating func remove(_ watch: DescriptorWatch) -> Bool {
        let index = Int(watch.descriptor)
        guard index < watches.count, watches[index] === watch else { return false }
        watches[index] = nil
        return true
    }

    /// The watch an event is for. It is told by the caller and not from here: an action that ends its watch would find
    /// the table in use, and copy it as a whole.
    @LoopActor func watch(for token: UInt64) -> DescriptorWatch? {
        let index = Int(token & 0xffff_ffff)
        guard index < watches.count, let watch = watches[index], watch.token == token else { return nil }
        return watch
    }
}

extension EventLoop {
    /// Watches a descriptor. The descriptor should be non-blocking, and stays the caller's: cancel the watch, then
    /// close it. One descriptor has one watch at a time.
    @LoopActor package func watch(
        _ descriptor: Int32, _ interest: Interest, _ action: @escaping @LoopActor (Readiness) -> Void
    ) throws(LoopError) -> DescriptorWatch {
        guard descriptor >= 0 else {
            throw LoopError(.watch, "cannot watch descriptor \(descriptor)", errno: EBADF)
        }
        let watch = DescriptorWatch(
            loop: self, descriptor: descriptor, interest: interest, token: watches.token(for: descriptor),
            action: action)
        guard clinux_epoll_add(epoll, descriptor, interest.rawValue, watch.token) == 0 else {
            throw LoopError(.watch, "cannot watch descriptor \(descriptor)", errno: errno)
        }
        watches.insert(watch)
        return watch
    }
}
