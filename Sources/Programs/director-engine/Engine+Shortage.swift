import DirectorCore
import EventLoop

extension Engine {
    /// The prober cannot judge some checks for want of something on this machine, which it repeats; nil when it can.
    func take(shortage reason: String?) {
        defer { shortage = reason }
        switch (shortage, reason) {
        case (nil, let reason?):
            report(
                EventRecord(
                    .checksNotRun, .error, at: EventLoop.wallTime,
                    "checks cannot be run here (\(reason)): their servers keep their state"))
        case (_?, nil): report(EventRecord(.checksRun, at: EventLoop.wallTime, "all checks can be run again"))
        default: return
        }
    }

    /// The prober is gone that could not run all checks; the next one tells what it lacks itself.
    func endShortage() {
        guard shortage != nil else { return }
        shortage = nil
        report(
            EventRecord(.checksRun, at: EventLoop.wallTime, "the prober that could not run all checks here is gone"))
    }
}
