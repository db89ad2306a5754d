package import TimeTypes

/// Decides over the idle connection that is held open to a real server: when it is opened, and what its end means.
///
/// The end of the connection proves nothing. A process that died ends it, and so does a server that is tired of a
/// client that says nothing. So it starts the server's check at once, and only the check counts. While the check passes
/// the connection is opened again; one that lived shortly, after a pause that grows each time.
package struct SentinelState: Sendable {
    package enum Action: Hashable, Sendable {
        case open
        case close
        /// Run the check now.
        case check
        /// Call `timeIsUp` then, and forget the time set before.
        case wait(Duration)
        /// Something that an operator should hear once.
        case tell(String)
    }

    /// A connection that was held for this long costs its server nothing that a check does not.
    static let longLife = Duration.seconds(10)
    static let pauses = Duration.seconds(1)...Duration.seconds(300)
    /// Between the checks that follow on the end of a connection.
    static let recheckPause = Duration.milliseconds(50)
    /// So many ends in a row behind which the server was well are its habit.
    static let habit = 3

    private enum Phase: Hashable, Sendable {
        /// No check has passed since the last thing that went wrong.
        case waiting
        case pausing
        case opening
        case held(since: MonotonicInstant)
        /// The connection ended, or was refused, and the check is asked; so many failures follow at most without a wait
        /// for the interval.
        case alarmed(rechecks: Int)
    }

    private let rechecks: Int
    private var phase = Phase.waiting
    /// A check that began before the alarm says nothing about it.
    private var ignoresNextResult = false
    /// How long the connection that ended last was held.
    private var lastLife = Duration.zero
    private var shortLives = 0
    private var endsInGoodHealth = 0
    private var wasTold = false

    /// - Parameter rechecks: consecutive failures that take the server out.
    package init(rechecks: Int) {
        self.rechecks = max(1, rechecks)
    }

    package var isHeld: Bool { if case .held = phase { true } else { false } }

    /// A run of the check has ended.
    package mutating func checked(passed: Bool) -> [Action] {
        if ignoresNextResult {
            ignoresNextResult = false
            return []
        }
        switch phase {
        case .waiting:
            guard passed else { return [] }
            return rest()
        case .alarmed(let left):
            if passed {
                endsInGoodHealth += 1
                return told() + rest()
            }
            guard left > 1 else {
                phase = .waiting
                endsInGoodHealth = 0
                return []
            }
            phase = .alarmed(rechecks: left - 1)
            return [.wait(Self.recheckPause)]
        case .pausing:
            if !passed { phase = .waiting }
            return []
        // Whatever a check says that failed otherwise, the process is there as long as the connection is.
        case .opening, .held: return []
        }
    }

    /// A run of the check has ended that says nothing: the next one counts.
    package mutating func notChecked() { ignoresNextResult = false }

    package mutating func timeIsUp() -> [Action] {
        switch phase {
        case .pausing:
            phase = .opening
            return [.open]
        case .alarmed: return [.check]
        case .waiting, .opening, .held: return []
        }
    }

    package mutating func opened(at now: MonotonicInstant) {
        guard phase == .opening else { return }
        phase = .held(since: now)
    }

    /// There is no connection to be had: refused, which is as good as an end, or for a reason of our own.
    package mutating func notOpened(refused: Bool, isChecking: Bool) -> [Action] {
        guard phase == .opening else { return [] }
        lastLife = .zero
        shortLives += 1
        guard refused else {
            phase = .pausing
            return [.wait(pause)]
        }
        return alarm(isChecking: isChecking)
    }

    /// The connection has ended.
    /// - Parameter isChecking: a run of the check is in flight, and one more will follow on it.
    package mutating func ended(isChecking: Bool, at now: MonotonicInstant) -> [Action] {
        guard case .held(let since) = phase else { return [] }
        lastLife = now - since
        shortLives = lastLife < Self.longLife ? shortLives + 1 : 0
        return [.close] + alarm(isChecking: isChecking)
    }

    private mutating func alarm(isChecking: Bool) -> [Action] {
        phase = .alarmed(rechecks: rechecks)
        ignoresNextResult = isChecking
        return [.check]
    }

    /// The server is well: the connection is opened, now or after the pause that it has earned.
    private mutating func rest() -> [Action] {
        guard shortLives > 0 else {
            phase = .opening
            return [.open]
        }
        phase = .pausing
        return [.wait(pause)]
    }

    private var pause: Duration {
        let doubled = Self.pauses.lowerBound * (1 << min(shortLives - 1, 16))
        return min(doubled, Self.pauses.upperBound)
    }

    private mutating func told() -> [Action] {
        guard endsInGoodHealth >= Self.habit, !wasTold else { return [] }
        wasTold = true
        let seconds = lastLife.nanoseconds / 100_000_000
        let consequence =
            lastLife < Self.longLife
            ? "between two of them the sentinel waits, for \(Self.pauses.upperBound.components.seconds) s at most"
            : "the sentinel opens another one each time"
        return [
            .tell("closes idle connections after \(seconds / 10).\(seconds % 10) s though it is well: \(consequence)")
        ]
    }
}
