package import DirectorConfig
import NetworkTypes
package import TimeTypes
package import VirtualServers

/// Counts what happens for every policy and says which of them act: the filter between reception and action.
///
/// A policy with a count acts when so many events that nothing has cleared since lie within its window, and then counts
/// from zero. What clears an event, the server that is up again, takes it out of the count.
package struct PolicyFilter: Sendable {
    /// What one policy may do in a while; a mass failure must not send a thousand mails.
    package static let budget = (actions: 60, span: Duration.seconds(60))
    /// Events that events have caused: a chain of more is a circle.
    package static let depthLimit = 4

    /// A policy acts.
    package struct Firing: Hashable, Sendable {
        package var policy: EventPolicy
        /// The virtual section that it stands in.
        package var service: VirtualService.ID?
        /// The event that made it act, the last of those that were counted.
        package var record: EventRecord
        /// How many were counted.
        package var count: Int

        package init(policy: EventPolicy, service: VirtualService.ID?, record: EventRecord, count: Int) {
            self.policy = policy
            self.service = service
            self.record = record
            self.count = count
        }
    }

    package struct Outcome: Hashable, Sendable {
        package var firings: [Firing] = []
        /// What policies leave out, one line for each of them and span.
        package var complaints: [String] = []
    }

    /// What an event is about.
    fileprivate struct Subject: Hashable, Sendable {
        var service: VirtualService.ID?
        var server: Endpoint?
        var name: String?
        var source: String?
        var router: String?

        init(_ record: EventRecord) {
            (service, server, name, source) = (record.service, record.server, record.name, record.source)
            router = record.router
        }

        /// The subject of a recovery stands for the whole where it says nothing: an engine for all its files.
        func covers(_ other: Self) -> Bool {
            (service == nil || service == other.service) && (server == nil || server == other.server)
                && (name == nil || name == other.name) && (source == nil || source == other.source)
                && (router == nil || router == other.router)
        }
    }

    fileprivate struct Rule: Sendable {
        var policy: EventPolicy
        var service: VirtualService.ID?
        /// Not cleared and within the window, oldest first; always fewer than the policy's count.
        var seen: [(subject: Subject, at: MonotonicInstant)] = []
        var spanEnd: MonotonicInstant?
        var acted = 0
    }

    private var rules: [Rule] = []

    package init() {}

    package var isEmpty: Bool { rules.isEmpty }

    /// Takes over another configuration; what was counted for a policy that stays counts on.
    package mutating func reconfigure(_ configuration: Configuration) {
        var wanted = configuration.policies.map { Rule(policy: $0) }
        for virtual in configuration.virtuals {
            wanted += virtual.policies.map { Rule(policy: $0, service: virtual.service.id) }
        }
        rules = wanted.map { new in
            guard let old = rules.first(where: { $0.service == new.service && $0.policy.isSame(as: new.policy) }) else {
                return new
            }
            var kept = old
            kept.policy = new.policy
            return kept
        }
    }

    /// Takes in what happened.
    package mutating func take(_ record: EventRecord, at now: MonotonicInstant) -> Outcome {
        var outcome = Outcome()
        // A summary tells of events that were taken in one by one.
        guard record.repeats == nil, record.depth < Self.depthLimit else { return outcome }
        let cleared = record.kind.clears
        let subject = Subject(record)
        for index in rules.indices {
            let policy = rules[index].policy
            if let service = rules[index].service, service != record.service { continue }
            if cleared.contains(policy.trigger.kind) {
                rules[index].seen.removeAll { subject.covers($0.subject) }
            }
            guard policy.trigger.kind == record.kind else { continue }
            if let name = policy.trigger.name, name != record.name { continue }
            guard let count = rules[index].counts(subject, at: now) else { continue }
            guard rules[index].mayAct(at: now) else {
                if rules[index].acted == Self.budget.actions + 1 { outcome.complaints.append(Self.complaint(policy)) }
                continue
            }
            outcome.firings.append(
                Firing(policy: policy, service: rules[index].service, record: record, count: count))
        }
        return outcome
    }

    private static func complaint(_ policy: EventPolicy) -> String {
        "the policy of line \(policy.line) (\(policy.condition) do \(policy.action)) has acted \(budget.actions) times "
            + "within \(budget.span.words): what comes until that time is over is left out"
    }
}

extension PolicyFilter.Rule {
    /// How many have happened when they are enough; they count no more then.
    fileprivate mutating func counts(_ subject: PolicyFilter.Subject, at now: MonotonicInstant) -> Int? {
        guard policy.count > 1, let window = policy.window else { return 1 }
        seen.removeAll { now - $0.at > window }
        guard seen.count + 1 >= policy.count else {
            seen.append((subject, now))
            return nil
        }
        defer { seen = [] }
        return seen.count + 1
    }

    fileprivate mutating func mayAct(at now: MonotonicInstant) -> Bool {
        if spanEnd.map({ now >= $0 }) ?? true {
            spanEnd = now + PolicyFilter.budget.span
            acted = 0
        }
        acted += 1
        return acted <= PolicyFilter.budget.actions
    }
}

extension EventPolicy {
    /// Wherever it stands in the file.
    fileprivate func isSame(as other: EventPolicy) -> Bool {
        var moved = other
        moved.line = line
        return self == moved
    }
}
