internal import Digests
internal import EventLoop
internal import HealthChecking
internal import TimeTypes

/// The slow computations of logins. Each is made once, in slices between which the loop turns, and its result is kept:
/// a server asks for the same one at every check.
@LoopActor final class DerivedKeys {
    private static let limit = 4096
    /// Less than a millisecond's work.
    private static let slice = 512

    private var known: [KeyDerivation: [UInt8]] = [:]
    private var waiting: [KeyDerivation: [@LoopActor ([UInt8]) -> Void]] = [:]
    /// In the order of their first caller; the first is being worked on.
    private var queue: [KeyDerivation] = []
    private var work: SaltedPassword?

    nonisolated init() {}

    func derive(_ derivation: KeyDerivation, _ done: @escaping @LoopActor ([UInt8]) -> Void) {
        if let key = known[derivation] { return done(key) }
        waiting[derivation, default: []].append(done)
        if waiting[derivation]?.count == 1 { queue.append(derivation) }
        if queue.count == 1, work == nil { begin() }
    }

    private func begin() {
        guard let first = queue.first else { return }
        work = first.work
        goOn()
    }

    private func goOn() {
        EventLoop.main.schedule(after: .zero) { [weak self] in self?.advance() }
    }

    private func advance() {
        guard let derivation = queue.first else { return }
        work?.advance(Self.slice)
        guard let key = work?.bytes else { return goOn() }
        work = nil
        queue.removeFirst()
        // Servers that ask for another one each time would fill it.
        if known.count >= Self.limit { known.removeAll() }
        known[derivation] = key
        begin()
        for done in waiting.removeValue(forKey: derivation) ?? [] { done(key) }
    }
}
