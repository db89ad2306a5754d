package import DirectorCore
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

/// An explanation as `director explain` prints it: the answer first, then the way to it, step by step.
package enum ExplanationText {
    private static let label = 10

    package static func render(_ explanations: [Explanation]) -> String {
        explanations.map(render).joined(separator: "\n")
    }

    private static func render(_ one: Explanation) -> String {
        let server = one.server
        let since = server.stateSince.map { " since \($0) (\((one.time - $0).age))" } ?? ""
        var lines = [
            "\(server.endpoint) of \(one.service) is \(server.stateWord)\(since): \(StatusText.reason(server, at: one.time))",
            consequence(one), "",
        ]
        lines += checks(one)
        if let agent = one.agent {
            lines += step("agent", results(of: agent, one, passed: "answered", failed: "silent"))
        }
        lines += step("verdict", verdict(one))
        lines += step("orders", orders(one))
        lines += step("wanted", wanted(one))
        lines += step("kernel", kernel(one))
        if !one.events.isEmpty {
            lines += ["", "  events"]
            lines += one.events.map { "    \($0.time) \($0.text)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// In or out, in a sentence.
    private static func consequence(_ one: Explanation) -> String {
        let server = one.server
        guard let weight = server.kernelWeight else { return "It is OUT: the kernel's table does not have it." }
        guard weight > 0 else {
            return
                "It is OUT: weight 0 in the kernel's table, so it gets no new connections and keeps those it has (\(server.activeConnections) active, \(server.inactiveConnections) inactive)."
        }
        return
            "It is IN: weight \(weight) in the kernel's table, \(server.activeConnections) active and \(server.inactiveConnections) inactive connections."
    }

    private static func checks(_ one: Explanation) -> [String] {
        guard !one.checks.isEmpty else { return step("check", [one.server.check]) }
        return one.checks.flatMap { check in
            var texts = results(of: check, one, passed: "passed", failed: "FAILED")
            if !haveEqualLimits(one) { texts.insert(limits(check), at: 1) }
            return step("check", texts)
        }
    }

    /// Said once for all of them where they are.
    private static func haveEqualLimits(_ one: Explanation) -> Bool {
        one.checks.allSatisfy { $0.limits == one.checks.first?.limits }
    }

    private static func limits(_ check: Explanation.Check) -> String {
        let (rise, fall) = (check.limits.rise, check.limits.fall)
        return
            "\(fall) \(fall == 1 ? "failure takes" : "failures in a row take") it out, \(rise) \(rise == 1 ? "success brings" : "successes in a row bring") it back"
    }

    private static func results(
        of check: Explanation.Check, _ one: Explanation, passed: String, failed: String
    ) -> [String] {
        var texts = [check.words]
        if check.runs.isEmpty { texts.append("no result yet") }
        for run in check.runs.reversed() {
            let times = run.count == 1 ? "once, at \(run.last)" : "\(run.count) times, \(run.first) to \(run.last)"
            let took =
                run.count == 1
                ? "took \(run.latency.short)" : "took \(run.latency.short), at most \(run.longest.short)"
            texts.append("\(run.passed ? passed : failed) \(times): \(run.reason) (\(took))")
        }
        texts.append(next(check, one))
        return texts
    }

    private static func next(_ check: Explanation.Check, _ one: Explanation) -> String {
        guard check.isRun else { return "next: NOBODY CHECKS NOW, no prober is connected" }
        guard let next = check.next else { return "next: at once" }
        if next >= one.time { return "next: at about \(next), in \((next - one.time).age)" }
        let late = one.time - next
        return late < .seconds(2) ? "next: now" : "next: under way, or late since \(next) (\(late.age))"
    }

    private static func verdict(_ one: Explanation) -> [String] {
        let server = one.server
        var texts = ["\(server.state.rawValue): \(server.reason)"]
        if let check = one.checks.first, haveEqualLimits(one) { texts.append(limits(check)) }
        if server.failures > 0 { texts.append("failures in a row now: \(server.failures)") }
        if server.successes > 0 { texts.append("successes in a row now: \(server.successes)") }
        if let until = server.heldUntil { texts.append("held down until \(until), since it changed too often (flap)") }
        if server.isKept { texts.append("kept in all the same: fewer than minup would be left") }
        return texts
    }

    private static func orders(_ one: Explanation) -> [String] {
        var texts: [String] = []
        if let file = one.maintenanceFile { texts.append("in maintenance by the file \(file)") }
        if let withdrawal = one.server.withdrawal {
            let name = "\(withdrawal.cause.rawValue)\(withdrawal.by.map { " by \($0)" } ?? "")"
            texts.append("\(name) since \(withdrawal.since)")
            if withdrawal.isDraining {
                texts.append(
                    withdrawal.deadline.map { "its connections may end until \($0)" }
                        ?? "its connections may end, without a time limit")
            }
        }
        if let agent = one.server.agent, agent.effect != .none {
            texts.append("its agent \(agent.effect == .drain ? "lets it drain" : "takes it out"): \(agent.says)")
        }
        return texts.isEmpty ? ["none"] : texts
    }

    private static func wanted(_ one: Explanation) -> [String] {
        guard let weight = one.wantedWeight else {
            return [absence(one).map { "not in the table (\($0))" } ?? "not in the table"]
        }
        if weight == one.server.weight { return ["weight \(weight), as configured"] }
        return weight == 0
            ? ["weight 0 (configured: \(one.server.weight))"]
            : ["weight \(weight) of \(one.server.weight), " + share(one)]
    }

    /// Why it should not be there.
    private static func absence(_ one: Explanation) -> String? {
        if let tier = one.tier {
            return one.server.state == .up
                ? "fallback tier \(tier + 1): it stands in while nothing before it is up" : "fallback tier \(tier + 1)"
        }
        switch one.server.withdrawal?.cause {
        case .removal: return "not in the file any more"
        case .drain, .weight: return "drained"
        case .disable: return one.quiescent ? "disabled" : "disabled, and quiescent = no"
        case nil: return one.quiescent ? nil : "quiescent = no"
        }
    }

    /// Why it is not all of the weight.
    private static func share(_ one: Explanation) -> String {
        guard let agent = one.server.agent, agent.percent != 100 else { return "on its way up (slowstart)" }
        return "its agent asks for \(agent.percent)%, or less while it is on its way up (slowstart)"
    }

    private static func kernel(_ one: Explanation) -> [String] {
        guard one.serviceInKernel else { return ["the kernel does not have the service \(one.service)"] + refusal(one) }
        let has = one.server.kernelWeight.map { "weight \($0)" } ?? "not in the table"
        guard one.server.kernelWeight != one.wantedWeight else { return ["\(has), as wanted"] }
        return ["\(has), NOT AS WANTED: it will be put right"] + refusal(one)
    }

    private static func refusal(_ one: Explanation) -> [String] {
        one.problem.map { ["the kernel refused \($0)"] } ?? []
    }

    private static func step(_ name: String, _ texts: [String]) -> [String] {
        texts.enumerated().map { index, text in
            let head = index == 0 ? name : ""
            return "  \(head)\(String(repeating: " ", count: max(1, label - head.utf8.count)))\(text)"
        }
    }
}

extension Duration {
    /// `250us`, `1.2ms`, `3100ms`.
    fileprivate var short: String {
        let microseconds = max(0, nanoseconds / 1000)
        switch microseconds {
        case ..<1_000: return "\(microseconds)us"
        case ..<10_000: return "\(microseconds / 1000).\(microseconds / 100 % 10)ms"
        default: return "\(microseconds / 1000)ms"
        }
    }
}
