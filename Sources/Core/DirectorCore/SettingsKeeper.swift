package import TimeTypes

/// Keeps the kernel's settings as they are wanted and remembers what they were, so that they can be given back.
///
/// Level-triggered as the table is: what is wanted is compared with what was just read, and the difference is written.
package struct SettingsKeeper: Sendable {
    /// What a setting was before this director came, and what it was set to.
    package struct Change: Hashable, Sendable {
        package var found: String
        package var set: String

        package init(found: String, set: String) {
            self.found = found
            self.set = set
        }
    }

    package struct Write: Hashable, Sendable {
        package var name: String
        package var value: String
        /// What is to be told once it is done; nil where that was told before.
        package var report: EventRecord?
    }

    /// By name; to be remembered for the next run.
    package private(set) var changes: [String: Change]
    /// What cannot be set and was told, by name.
    private var refused: [String: String] = [:]

    /// - Parameter changes: what an earlier run remembered.
    package init(changes: [String: Change] = [:]) {
        self.changes = changes
    }

    /// The settings to be read for `review`.
    package func names(wanted: [String: String]) -> [String] {
        Set(wanted.keys).union(changes.keys).sorted()
    }

    /// Compares what is wanted with what was read (a setting that the kernel lacks is not in it): what has to be
    /// written, and what an operator should hear. Nothing wanted gives everything back.
    package mutating func review(
        wanted: [String: String], actual: [String: String], at now: WallTime
    ) -> (writes: [Write], reports: [EventRecord]) {
        var writes: [Write] = []
        var reports: [EventRecord] = []
        for (name, value) in wanted.sorted(by: { $0.key < $1.key }) {
            guard let current = actual[name] else {
                reports += refusal(of: name, "this kernel has no such setting", at: now)
                continue
            }
            let change = changes[name]
            if Self.isSame(name, current, value) {
                // Right already, so there is nothing to give back but what an earlier change left.
                changes[name] = Change(found: change?.found ?? current, set: value)
                if refused.removeValue(forKey: name) != nil {
                    reports.append(Self.record(.settingChanged, of: name, at: now, "is \(value) now"))
                }
                continue
            }
            changes[name] = Change(found: change?.found ?? current, set: value)
            var report: EventRecord?
            if refused[name] != nil {
                report = nil
            } else if let change, Self.isSame(name, change.set, value) {
                report = Self.record(
                    .settingDrift, .warning, of: name, at: now,
                    "was set from \(value) to \(current) by somebody else: put right")
            } else {
                report = Self.record(.settingChanged, of: name, at: now, "set from \(current) to \(value)")
            }
            writes.append(Write(name: name, value: value, report: report))
        }
        for (name, change) in changes.sorted(by: { $0.key < $1.key }) where wanted[name] == nil {
            changes[name] = nil
            refused[name] = nil
            // Whoever has changed it since means that value.
            guard let current = actual[name], Self.isSame(name, current, change.set), current != change.found else {
                continue
            }
            let report = Self.record(.settingChanged, of: name, at: now, "is \(change.found) again, as it was found")
            writes.append(Write(name: name, value: change.found, report: report))
        }
        return (writes, reports)
    }

    /// The kernel did not take a value: told once, tried again at every review.
    package mutating func refusal(of name: String, _ reason: String, at now: WallTime) -> [EventRecord] {
        guard refused.updateValue(reason, forKey: name) != reason else { return [] }
        return [Self.record(.settingRefused, .error, of: name, at: now, "cannot be set: \(reason)")]
    }

    private static func record(
        _ kind: EventRecord.Kind, _ severity: EventRecord.Severity = .info, of name: String, at now: WallTime,
        _ words: String
    ) -> EventRecord {
        var record = EventRecord(kind, severity, at: now, "sysctl net.ipv4.vs.\(name) \(words)")
        record.name = name
        return record
    }

    /// Defences against floods that are on by themselves (1) are raised to 2 by the kernel while memory is short.
    private static func isSame(_ name: String, _ left: String, _ right: String) -> Bool {
        if left == right { return true }
        return ["drop_entry", "drop_packet", "secure_tcp"].contains(name) && Set([left, right]) == ["1", "2"]
    }
}

/// The changes as lines of a file: `expire_nodest_conn: 0 -> 1`.
package enum SettingsMemoryText {
    package static func write(_ changes: [String: SettingsKeeper.Change]) -> String {
        changes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.found) -> \($0.value.set)\n" }.joined()
    }

    /// Lines that say nothing of this kind are passed over: the file is a memory, not a configuration.
    package static func read(_ text: String) -> [String: SettingsKeeper.Change] {
        var changes: [String: SettingsKeeper.Change] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            let words = parts[1].split(separator: " ").map(String.init)
            guard let arrow = words.firstIndex(of: "->"), arrow > 0, arrow + 1 < words.count else { continue }
            let numbers = words[..<arrow] + words[(arrow + 1)...]
            guard numbers.allSatisfy({ Int64($0) != nil }) else { continue }
            changes[parts[0]] = SettingsKeeper.Change(
                found: words[..<arrow].joined(separator: " "), set: words[(arrow + 1)...].joined(separator: " "))
        }
        return changes
    }
}
