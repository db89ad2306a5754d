internal import CFailover
package import EventLoop
internal import Glibc
internal import TimeTypes

/// The machine's watchdog: it resets the machine when it was not fed for its time. It is fed by the loop that holds the
/// addresses and by nothing else, so that a director that hangs does not keep them.
@LoopActor package final class Watchdog {
    /// What became of the device: nil for in use, else the reason.
    package typealias Notice = @LoopActor (_ reason: String?) -> Void

    private let device: String
    /// What we ask for: whole seconds, as the device counts.
    private let seconds: Int32
    private let onNotice: Notice
    private var descriptor: Int32 = -1
    private var timer: LoopTimer?
    private var period: Duration
    private var lastReason: String?
    private static let reopeningPause = Duration.seconds(5)

    /// `limit` is how long this program may stand still before the machine is better off without it.
    package init(device: String, limit: Duration, onNotice: @escaping Notice) {
        self.device = device
        let parts = limit.components
        // Heartbeat's rule: the dead time in whole seconds. One alone would leave no room for a turn that is late.
        seconds = Int32(clamping: max(2, parts.seconds + (parts.attoseconds > 0 ? 1 : 0)))
        period = .milliseconds(Int64(seconds) * 250)
        self.onNotice = onNotice
    }

    /// Opens it; one that is missing is looked for again.
    package func start() {
        var timeout: Int32 = 0
        descriptor = unsafe cfailover_watchdog_open(device, seconds, &timeout)
        guard descriptor >= 0 else { return fail(errno) }
        if timeout > 0 { period = .milliseconds(Int64(timeout) * 250) }
        lastReason = nil
        onNotice(nil)
        feed()
        timer = EventLoop.main.schedule(after: period) { [weak self] in self?.tick() }
    }

    private func tick() {
        guard let timer else { return }
        // A turn that comes late by a whole period is no sign of life; the next one may be.
        if EventLoop.now - timer.deadline < period { feed() }
        if descriptor >= 0 { timer.reschedule(at: EventLoop.now + period) }
    }

    private func feed() {
        var byte = UInt8(ascii: ".")
        let count = unsafe write(descriptor, &byte, 1)
        // A pipe that is full has not been read: that is no failure of ours.
        if count < 0, errno != EAGAIN, errno != EINTR { fail(errno) }
    }

    private func fail(_ code: Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        let reason =
            switch code {
            case ENOENT, ENODEV, ENXIO: "there is no such device: load its driver (modprobe softdog, for one)"
            case ENOTTY: "it is no device"
            case EBUSY: "another program feeds it already"
            case EACCES, EPERM: "permission denied"
            case EPIPE: "nobody reads it any more"
            default: "error \(code)"
            }
        if reason != lastReason {
            lastReason = reason
            onNotice(reason)
        }
        timer?.cancel()
        timer = EventLoop.main.schedule(after: Self.reopeningPause) { [weak self] in self?.start() }
    }

    /// A clean stop: `V` tells the device that nobody is to be reset (Documentation/watchdog/watchdog-api.rst).
    package func stop() {
        timer?.cancel()
        timer = nil
        guard descriptor >= 0 else { return }
        var byte = UInt8(ascii: "V")
        _ = unsafe write(descriptor, &byte, 1)
        close(descriptor)
        descriptor = -1
    }

    /// For one who comes after a program that died: what it left armed is disarmed.
    package static func disarm(_ device: String) {
        var timeout: Int32 = 0
        let descriptor = unsafe cfailover_watchdog_open(device, 60, &timeout)
        guard descriptor >= 0 else { return }
        var byte = UInt8(ascii: "V")
        _ = unsafe write(descriptor, &byte, 1)
        close(descriptor)
    }
}
