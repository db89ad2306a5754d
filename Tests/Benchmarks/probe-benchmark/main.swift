// What one health check costs: the processor time of the loop's thread while it checks listeners on loopback, divided by
// the checks it ran. The listeners are threads of this process and are not counted, but what the kernel does for both
// ends of a loopback connection is charged to whoever sends, here as for any other checker.
//
//     probe-benchmark [CHECKS [SECONDS [KIND]]]   that many checks, each once a second (default: 1000 for 5 s)
//
// A user-mode kernel ticks every 10 ms, and figures from there scatter by more than half: take the median of many.

import EventLoop
import Glibc
import HealthChecking
import NetworkTypes
import Probes

EventLoop.blockSignals()

let numbers = CommandLine.arguments.dropFirst().compactMap { UInt32($0) }
let checks = numbers.first ?? 1000
let seconds = numbers.dropFirst().first ?? 5

let listener = Listener()
let kinds: [(name: String, kind: CheckSpec.Kind)] = [
    ("tcp", .connect),
    ("http", .http(HTTPCheck(receive: "wel+come"))),
    ("http-libcurl", .http(HTTPCheck(request: "http://127.0.0.1:\(listener.port)/", receive: "wel+come"))),
]

EventLoop.main.task { @LoopActor in
    let chosen = CommandLine.arguments.dropFirst(3).first
    for kind in kinds where chosen == nil || chosen == kind.name {
        let measured = await measure(kind.kind, Endpoint(IPAddress(ipv4: 0x7F00_0001), listener.port))
        let perCheck = measured.runs == 0 ? 0 : measured.microseconds / measured.runs
        write(
            "\(kind.name): \(perCheck) microseconds of CPU per check, \(measured.runs) checks,"
                + " \(measured.failures) failed\n")
    }
    EventLoop.main.stop()
}
EventLoop.main.run()

@LoopActor func measure(
    _ kind: CheckSpec.Kind, _ target: Endpoint
) async -> (runs: Int, failures: Int, microseconds: Int) {
    var runs = 0
    var failures = 0
    let prober = Prober { _, result in
        runs += 1
        if !result.passed { failures += 1 }
    }
    for id in 1...checks {
        prober.perform(
            .add(CheckID(rawValue: id), CheckSpec(target, kind, interval: .seconds(1), timeout: .seconds(1))))
    }
    // The first runs come in a burst; what is measured is the steady state after them.
    await EventLoop.main.sleep(for: .seconds(2))
    runs = 0
    failures = 0
    let before = threadMicroseconds()
    await EventLoop.main.sleep(for: .seconds(Int64(seconds)))
    let spent = threadMicroseconds() - before
    prober.removeAll()
    return (runs, failures, spent)
}

/// Processor time of the calling thread, in user and system mode.
func threadMicroseconds() -> Int {
    var usage = rusage()
    // RUSAGE_THREAD, a GNU extension that Glibc's module lacks.
    getrusage(1, &usage)
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1_000_000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
}

func write(_ text: String) {
    _ = Array(text.utf8).withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
}
