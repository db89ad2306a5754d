// Runs each check of a configuration once, with the prober's own code and no kernel, and says what it found: for trying
// a check against a real server by hand.
//
//     check-once FILE [RUNS]      RUNS of each check rather than one

import ConfigurationFiles
import DirectorConfig
import EventLoop
import Glibc
import HealthChecking
import Probes

EventLoop.blockSignals()
func say(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    let line = Array("\(text)\n".utf8)
    _ = write(descriptor, line, line.count)
}

let arguments = CommandLine.arguments
guard arguments.count > 1 else {
    say("check-once FILE [RUNS]", to: STDERR_FILENO)
    exit(2)
}
let runs = arguments.count > 2 ? Int(arguments[2]) ?? 1 : 1

@LoopActor final class Session {
    static var shared: Session?
    private var prober: Prober?
    private var left: [CheckID: Int] = [:]
    private var names: [CheckID: String] = [:]

    init(_ configuration: Configuration) {
        let prober = Prober(rawEcho: EchoDescriptor.openRaw()) { [unowned self] id, result in take(id, result) }
        self.prober = prober
        var requests: [ProberRequest] = []
        for virtual in configuration.virtuals {
            for real in virtual.reals {
                guard case .probe(var spec) = real.check else { continue }
                let id = CheckID(rawValue: UInt32(requests.count))
                names[id] = "\(virtual.service.id) -> \(spec.target)"
                left[id] = runs
                spec.interval = .milliseconds(1)
                requests.append(.add(id, spec))
            }
        }
        for request in requests { prober.perform(request) }
        if requests.isEmpty { exit(0) }
    }

    private func take(_ id: CheckID, _ result: CheckResult) {
        guard let count = left[id], count > 0 else { return }
        say("\(names[id] ?? "") \(result.passed ? "up" : "DOWN") \(result.reason) \(result.latency)")
        left[id] = count > 1 ? count - 1 : nil
        if count == 1 { prober?.perform(.remove(id)) }
        if left.isEmpty { exit(0) }
    }
}

let parsed = try ConfigurationFile(path: arguments[1]).parsed
for line in parsed.diagnostics { say("\(line)", to: STDERR_FILENO) }
guard let configuration = parsed.configuration else { exit(1) }
EventLoop.main.post { Session.shared = Session(configuration) }
EventLoop.main.run()
