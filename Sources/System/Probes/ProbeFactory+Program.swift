internal import EventLoop
internal import HealthChecking
internal import TimeTypes

extension ProbeFactory {
    func program(
        _ check: ProgramCheck, _ spec: CheckSpec, begin: MonotonicInstant,
        completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) -> Result<any ProbeRun, Unable> {
        .success(ProgramProbe(check, timeout: spec.timeout, begin: begin, completion: completion))
    }
}
