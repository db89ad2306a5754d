import Actions
import ControlProtocol
import DirectorConfig
import DirectorCore
import EventLoop
import MachineFacts
import TimeTypes

/// Does what policies ask for when something happened. Which of them act is decided by `PolicyFilter`; everything here
/// is bounded and nobody waits for it: programs run one after the other for each source, in process groups of their own
/// with a deadline, mail and webhooks are tried three times.
@LoopActor final class PolicyRunner {
    static let programLimit = 4
    static let programDeadline = Duration.seconds(60)

    unowned let engine: Engine
    private var filter = PolicyFilter()
    private let programs = ProgramRunner(
        runningLimit: PolicyRunner.programLimit, waitingLimit: 200, waitingLimitPerKey: 32)
    private var webhooks: WebhookRunner?

    init(_ engine: Engine) {
        self.engine = engine
    }

    /// Another configuration is in force.
    func take(_ configuration: Configuration) {
        filter.reconfigure(configuration)
        for policy in configuration.policies + configuration.virtuals.flatMap(\.policies) {
            guard case .program(let path, _) = policy.action, !ProgramEnvironment.isExecutable(path) else { continue }
            fail("the policy of line \(policy.line) names \(path), which is no program that can be run", depth: 1)
        }
    }

    /// What happened, in order.
    func take(_ records: [EventRecord]) {
        guard !filter.isEmpty else { return }
        for record in records {
            let outcome = filter.take(record, at: EventLoop.now)
            for complaint in outcome.complaints { fail(complaint, depth: record.depth + 1) }
            for firing in outcome.firings { perform(firing) }
        }
    }

    /// Gives what is on its way this much time.
    func drain(within limit: Duration) async {
        let end = EventLoop.now + limit
        await programs.drain(within: limit)
        await webhooks?.drain(within: end - EventLoop.now)
    }

    private func perform(_ firing: PolicyFilter.Firing) {
        let facts = PolicyFacts(firing, host: ProgramEnvironment.hostName)
        let depth = firing.record.depth + 1
        let name = "the policy of line \(firing.policy.line) (\(firing.policy.condition))"
        engine.log.info("\(name) acts: \(firing.policy.action)", metadata: ["event": "policy"])
        switch firing.policy.action {
        case .log(let text):
            engine.log.error("\(text.map { "\($0): " } ?? "")\(facts.text)", metadata: ["event": "policy"])
        case .program(let path, let arguments):
            var request = ProgramRequest(
                name: "\(name): \(path)", path: path, arguments: arguments, deadline: Self.programDeadline,
                leavesNothing: true)
            request.environment = facts.variables
            run(request, key: facts.source, depth: depth)
        case .mail(let addresses):
            engine.operations.send(facts.text, to: addresses, about: firing.record.service, depth: depth)
        case .webhook(let url): post(firing, facts, to: url, name, depth)
        case .raise(let event): raise(event, because: facts.text, depth)
        case .standby(let router): order(firing.policy.action, router, name, facts, depth)
        case .fence(let router): order(firing.policy.action, router, name, facts, depth)
        }
    }

    private func run(_ request: ProgramRequest, key: String, depth: Int) {
        programs.run(request, key: key) { [weak self] outcome in
            guard let self else { return }
            if outcome.isSuccess {
                engine.log.info("\(request.name) \(outcome)")
            } else {
                fail("\(request.name) \(outcome)", depth: depth)
            }
        }
    }

    private func post(
        _ firing: PolicyFilter.Firing, _ facts: PolicyFacts, to url: String, _ name: String, _ depth: Int
    ) {
        let runner = webhooks ?? WebhookRunner()
        webhooks = runner
        guard case .object(let members) = firing.record.json else { return }
        let message = JSON.object(
            members + [
                .init("host", .string(ProgramEnvironment.hostName)), .init("count", .integer(Int64(firing.count))),
                .init("policy", .string("\(firing.policy.condition)")),
                .init("policyLine", .integer(Int64(firing.policy.line))),
            ])
        runner.send(message.line, to: url) { [weak self] problem in
            if let problem { self?.fail("\(name): webhook \(PolicyAction.host(of: url)) \(problem)", depth: depth) }
        }
    }

    /// An event of a policy is there for other policies, and over at once: nothing clears it.
    private func raise(_ event: String, because text: String, _ depth: Int) {
        var record = EventRecord(
            .eventRaised, .warning, at: EventLoop.wallTime, "event \(event) raised by a policy: \(text)")
        record.name = event
        record.source = "policy"
        record.depth = depth
        engine.reportFromOutside(record)
    }

    func fail(_ text: String, depth: Int) {
        var record = EventRecord(.actionFailed, .warning, at: EventLoop.wallTime, text)
        record.depth = depth
        engine.report(record)
    }
}
