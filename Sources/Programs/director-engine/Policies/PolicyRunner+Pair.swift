import ControlProtocol
import DirectorConfig
import DirectorCore
import EventLoop

/// What policies do to the pair: by way of director-vrrp, and with an event, since others see its effect.
extension PolicyRunner {
    func order(_ action: PolicyAction, _ router: String?, _ name: String, _ facts: PolicyFacts, _ depth: Int) {
        let group = router.map { engine.routerGroup(of: $0) ?? $0 }
        EventLoop.main.task { @LoopActor [self] in
            let answer: PairAnswer
            if case .fence = action {
                answer = await engine.pair.fence(router: group)
            } else {
                answer = await engine.pair.carryOut(.standby, router: group)
            }
            switch answer {
            case .done(let text):
                var record = EventRecord(
                    .policyActed, .warning, at: EventLoop.wallTime, "\(name): \(text), since \(facts.text)")
                record.router = group
                record.depth = depth
                engine.report(record)
            case .refused(let reason): fail("\(name): \(action) is refused: \(reason)", depth: depth)
            }
        }
    }
}
