internal import Synchronization

/// What other threads, and the loop itself, hand to the loop.
///
/// Letters wait in two arrays: writers append to one under the lock, the loop reads the other without it.
final class Mailbox: Sendable {
    enum Letter: Sendable {
        case job(UnownedJob)
        case work(@LoopActor @Sendable () -> Void)
    }

    private struct Incoming {
        var letters: [Letter] = []
        var wakeupPending = false
    }

    private let incoming = Mutex(Incoming())
    @LoopActor private var current: [Letter] = []
    @LoopActor private var next = 0

    /// Returns whether the loop has to be woken up: not when the loop itself writes, since it looks here before it
    /// sleeps, and once only for letters that arrive while it sleeps.
    func append(_ letter: Letter, fromLoop: Bool) -> Bool {
        incoming.withLock { incoming in
            incoming.letters.append(letter)
            guard !fromLoop, !incoming.wakeupPending else { return false }
            incoming.wakeupPending = true
            return true
        }
    }

    @LoopActor var isEmpty: Bool {
        next == current.count && incoming.withLock { $0.letters.isEmpty }
    }

    /// The next letters in order of arrival, at most this many. Letters that are written meanwhile come later.
    @LoopActor func take(_ limit: Int) -> ArraySlice<Letter> {
        if next == current.count {
            current.removeAll(keepingCapacity: current.capacity <= 1024)
            next = 0
            incoming.withLock { incoming in
                swap(&current, &incoming.letters)
                incoming.wakeupPending = false
            }
        }
        let end = min(current.count, next + limit)
        defer { next = end }
        return current[next..<end]
    }
}
