import EventLoop
import HealthChecking
import NetworkTypes
import Probes
import TimeTypes

/// The result of one run of a check.
@LoopActor func probe(
    _ target: Endpoint, _ kind: CheckSpec.Kind, timeout: Duration = .seconds(5), rawEcho: [EchoDescriptor] = []
) async -> CheckResult {
    EventLoop.main.startOwnThread()
    let id = CheckID(rawValue: 1)
    var prober: Prober?
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<CheckResult, Never>) in
        var waiting: CheckedContinuation<CheckResult, Never>? = continuation
        let made = Prober(rawEcho: rawEcho) { _, result in
            waiting?.resume(returning: result)
            waiting = nil
        }
        prober = made
        made.perform(.add(id, CheckSpec(target, kind, interval: .seconds(1000), timeout: timeout)))
    }
    prober?.removeAll()
    return result
}

/// Lets the loop turn until the condition holds; whether it came to hold is for the expectations behind it to say.
@LoopActor func wait(until condition: @LoopActor () -> Bool) async {
    let end = EventLoop.now + .seconds(30)
    while !condition(), EventLoop.now < end { await EventLoop.main.sleep(for: .milliseconds(5)) }
}
