package import DirectorCore
import HealthChecking
import NetworkTypes
package import TimeTypes
import VirtualServers

/// A snapshot as `director status` prints it: a line for the engine, then each service with its real servers below, in
/// the manner of `ipvsadm -Ln`.
package enum StatusText {
    package static func render(_ snapshot: Snapshot) -> String {
        var lines = header(snapshot)
        if let pair = snapshot.pair { lines += [""] + PairText.render(pair, at: snapshot.time) }
        for service in snapshot.services {
            lines.append("")
            lines += render(service, at: snapshot.time)
        }
        if snapshot.services.isEmpty { lines += ["", "no virtual services are configured"] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line an event: time, severity, text.
    package static func render(_ events: [EventRecord]) -> String {
        events.map { "\($0.time) \($0.severity.rawValue.padded(7)) \($0.text)\n" }.joined()
    }

    /// A line in their place for events that are not kept any more.
    package static func render(missed: Int64) -> String {
        "\("event".counted(Int(clamping: missed))) before this \(missed == 1 ? "is" : "are") missing: not kept any more\n"
    }

    private static func header(_ snapshot: Snapshot) -> [String] {
        let engine = snapshot.engine
        let servers = snapshot.services.flatMap(\.servers)
        let up = snapshot.services.reduce(0) { $0 + $1.upCount }
        let prober = engine.proberConnected ? "prober connected" : "PROBER NOT CONNECTED"
        var lines = [
            "director engine \(engine.pid), up \((snapshot.time - engine.startedAt).age), \(prober), \(engine.checkCount) checks",
            "configuration \(engine.configurationFile), loaded \((snapshot.time - engine.configurationLoadedAt).age) ago",
        ]
        if let problem = engine.configurationProblem {
            lines.append("  the file as it is now is NOT IN FORCE: \(problem)")
        }
        if let reason = engine.shortage {
            lines.append("  checks CANNOT BE RUN here (\(reason)): their servers keep their state")
        }
        if let problem = engine.journalProblem { lines.append("  events are NOT KEPT across restarts: \(problem)") }
        lines += outside(engine.outside, at: snapshot.time).map { "  \($0)" }
        lines.append(
            "\("service".counted(snapshot.services.count)), \(up) of \("real server".counted(servers.count)) up")
        return lines
    }

    /// What monitors have raised, and who has fallen silent.
    package static func outside(_ memory: OutsideMemory, at now: WallTime) -> [String] {
        let raised = memory.raised.map { entry in
            let said = entry.text.isEmpty ? "" : ": \(entry.text)"
            return "event \(entry.name) is RAISED by \(entry.source) for \((now - entry.since).age)\(said)"
        }
        let silent = memory.alive.compactMap { entry in
            entry.silentSince.map { "alive \(entry.name) is SILENT for \((now - $0).age): \(entry.reason)" }
        }
        return raised + silent
    }

    private static func render(_ service: ServiceSnapshot, at now: WallTime) -> [String] {
        var head = "\(service.id) \(service.scheduler)"
        if let timeout = service.persistenceTimeout { head += " persistent \(timeout)" }
        head += "  \(service.upCount) of \(service.servers.count) up"
        if service.fallbackActive, let fallback = service.fallback { head += ", fallback \(fallback) stands in" }
        if !service.inKernel { head += ", NOT IN THE KERNEL" }
        var lines = [head]
        if let problem = service.problem { lines.append("  the kernel refused \(problem)") }
        let all = service.servers + service.tiers.flatMap(\.self)
        let width = all.map { $0.endpoint.description.utf8.count }.max() ?? 0
        lines += service.servers.map { line($0, width, at: now) }
        for (index, tier) in service.tiers.enumerated() {
            lines.append("  fallback tier \(index + 1)\(index == service.activeTier ? ", stands in" : "")")
            lines += tier.map { line($0, width, at: now) }
        }
        return lines
    }

    private static func line(_ server: ServerSnapshot, _ width: Int, at now: WallTime) -> String {
        let weight = server.kernelWeight.map(String.init) ?? "-"
        let cells = [
            server.endpoint.description.padded(width), server.method.padded(4), server.stateWord.padded(10),
            "weight \("\(weight)/\(server.weight)".padded(7))",
            "active \("\(server.activeConnections)".padded(5))",
            "inactive \("\(server.inactiveConnections)".padded(5))",
            (server.stateSince.map { (now - $0).age } ?? "-").padded(7),
            reason(server, at: now),
        ]
        return "  -> " + cells.joined(separator: " ")
    }

    /// Why a server is what it is, with what is counted and what was ordered.
    /// - Parameter isBrief: since when is said elsewhere.
    package static func reason(_ server: ServerSnapshot, at now: WallTime, isBrief: Bool = false) -> String {
        var text = server.reason
        if server.failures > 0 { text += " (failed \(server.failures) of \(server.failureCount))" }
        if server.successes > 0 { text += " (passed \(server.successes) of \(server.rise))" }
        if let agent = server.agent {
            // What takes it out comes first.
            let isOut = server.state == .up && agent.effect != .none
            text = isOut ? "agent: \(agent.says); \(text)" : "\(text); agent: \(agent.says)"
        }
        if let until = server.heldUntil { text = "held down for \((until - now).age) more: \(text)" }
        if server.isKept { text = "kept in by minup: \(text)" }
        if let withdrawal = server.withdrawal { text = "\(words(withdrawal, at: now, isBrief)); \(text)" }
        return text
    }

    private static func words(_ withdrawal: WithdrawalSnapshot, at now: WallTime, _ isBrief: Bool) -> String {
        var text: String
        switch withdrawal.cause {
        case .drain, .disable:
            text = "by \(withdrawal.by ?? "somebody")\(isBrief ? "" : " at \(withdrawal.since)")"
        case .weight: text = "weight 0 in the file"
        case .removal: text = "not in the file any more"
        }
        guard withdrawal.isDraining else { return text }
        text += withdrawal.deadline.map { ", \(($0 - now).age) left" } ?? ", no time limit"
        return text
    }
}

extension ServerSnapshot {
    /// What the server is to an operator, in a word; what must be seen is in capitals.
    package var stateWord: String {
        if let withdrawal {
            if withdrawal.isDraining { return "DRAINING" }
            return withdrawal.cause == .disable ? "DISABLED" : "DRAINED"
        }
        if heldUntil != nil { return "HELD" }
        if isKept { return "KEPT" }
        guard state == .up, let agent, agent.effect != .none else { return state.word }
        return agent.effect == .out ? "AGENT OUT" : "AGENT 0"
    }
}

extension HealthTracker.State {
    /// Down is the one that must be seen.
    fileprivate var word: String {
        switch self {
        case .unverified: "unverified"
        case .up: "up"
        case .down: "DOWN"
        }
    }
}

extension Duration {
    /// A span to look at, in its two largest units: `45s`, `3m07s`, `2h05m`, `12d03h`.
    package var age: String {
        let seconds = max(0, components.seconds)
        func pair(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
            "\(large)\(unit)\(small < 10 ? "0" : "")\(small)\(smallUnit)"
        }
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3_600: return pair(seconds / 60, "m", seconds % 60, "s")
        case ..<86_400: return pair(seconds / 3_600, "h", seconds / 60 % 60, "m")
        default: return pair(seconds / 86_400, "d", seconds / 3_600 % 24, "h")
        }
    }
}

extension String {
    /// `1 service`, `2 services`.
    package func counted(_ count: Int) -> String { "\(count) \(self)\(count == 1 ? "" : "s")" }

    /// With blanks behind, to a width in bytes; what is longer stays whole.
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - utf8.count))
    }
}
