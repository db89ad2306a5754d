import CLinux
import EventLoop
import Glibc

// How late 10 ms timers are while the same loop opens TCP connections: loop-benchmark [SECONDS [CONNECTS-A-SECOND]]
//
// The listener is a thread of its own, as it would be another machine. Prints one line; exit status 1 when p99 is not
// under a millisecond or the connections did not come about.

EventLoop.blockSignals()
let words = CommandLine.arguments.dropFirst().map { Int($0) }
guard words.count <= 2, words.allSatisfy({ $0.map { $0 > 0 } ?? false }) else {
    let usage = "usage: loop-benchmark [SECONDS [CONNECTS-A-SECOND]], both over 0\n"
    write(2, usage, usage.utf8.count)
    exit(2)
}
let seconds = words.first.flatMap { $0 } ?? 10
let rate = words.dropFirst().first.flatMap { $0 } ?? 5_000

EventLoop.main.post {
    Measurement.current = Measurement(listener: Listener.start(), seconds: seconds, rate: rate)
    Measurement.current?.start()
}
EventLoop.main.run()
exit(Measurement.isGoalMet ? 0 : 1)
