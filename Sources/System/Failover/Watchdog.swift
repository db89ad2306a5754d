internal import CFailover
package import EventLoop
internal import Glibc
internal import TimeTypes

/// The machine's watchdog: it resets the machine when it was not fed for its time. It is fed by the loop that holds the
/// addresses and by nothing else, so that a director that hangs does not keep them.
@LoopActor package final class Watchdog {
    /// What became of the device.
    package enum State: Hashable, Sendable {
        /// `isLasting`: nothing disarms it any more.
        case fed(isLasting: Bool)
        case unusable(String)
    }

    package typealias Notice = @LoopActor (State) -> Void

    private let device: String
    /// What we ask for: whole seconds, as the device counts.
    private let seconds: Int32
    private let onNotice: Notice
    private var descriptor: Int32 = -1
    private var timer: LoopTimer?
    private var period: Duration
    private var lastReason: String?
    private var isLasting = false
    private let reopeningPause: Duration
    /// What a device that cannot be disarmed leaves to a next start, in seconds.
    private static let restartTime: Int32 = 60

    /// - Parameters:
    ///   - limit: how long this program may stand still before the machine is better off without it.
    ///   - pause: after which a device that cannot be used is tried again.
    package init(
        device: String, limit: Duration, reopeningAfter pause: Duration = .seconds(5), onNotice: @escaping Notice
    ) {
        self.device = device
        reopeningPause = pause
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
        let lasts = cfailover_watchdog_is_lasting(descriptor)
        guard lasts >= 0 else { return fail(errno) }
        isLasting = lasts > 0
        // One that opens and takes no food is no more use than one that is not there.
        guard feed() else { return }
        lastReason = nil
        onNotice(.fed(isLasting: isLasting))
        timer = EventLoop.main.schedule(after: period) { [weak self] in self?.tick() }
    }

    private func tick() {
        guard let timer else { return }
        // A turn that comes late by a whole period is no sign of life; the next one may be.
        if EventLoop.now - timer.deadline < period, !feed() { return }
        timer.reschedule(at: EventLoop.now + period)
    }

    /// False when the device cannot be used any more: it is tried again after a pause.
    private func feed() -> Bool {
        var byte = UInt8(ascii: ".")
        let count = unsafe write(descriptor, &byte, 1)
        // A pipe that is full has not been read: that is no failure of ours.
        guard count < 0, errno != EAGAIN, errno != EINTR else { return true }
        fail(errno)
        return false
    }

    private func fail(_ code: Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        let reason = Self.reason(code)
        if reason != lastReason {
            lastReason = reason
            onNotice(.unusable(reason))
        }
        timer?.cancel()
        timer = EventLoop.main.schedule(after: reopeningPause) { [weak self] in self?.start() }
    }

    private static func reason(_ code: Int32) -> String {
        switch code {
        case ENOENT, ENODEV, ENXIO: "there is no such device: load its driver (modprobe softdog, for one)"
        case ENOTTY: "it is no device"
        case EBUSY: "another program feeds it already"
        case EACCES, EPERM: "permission denied"
        case EPIPE: "nobody reads it any more"
        default: "error \(code)"
        }
    }

    /// A clean stop: `V` tells the device that nobody is to be reset (Documentation/watchdog/watchdog-api.rst). Returns
    /// nil, or how many seconds there are to the reset by a device that cannot be told.
    @discardableResult package func stop() -> Int32? {
        timer?.cancel()
        timer = nil
        guard descriptor >= 0 else { return nil }
        defer { descriptor = -1 }
        return Self.letGo(of: descriptor, isLasting: isLasting)
    }

    private static func letGo(of descriptor: Int32, isLasting: Bool) -> Int32? {
        let left = isLasting ? cfailover_watchdog_set(descriptor, restartTime) : nil
        // Its time counts from here.
        for byte in isLasting ? [UInt8(ascii: "."), UInt8(ascii: "V")] : [UInt8(ascii: "V")] {
            var byte = byte
            _ = unsafe write(descriptor, &byte, 1)
        }
        close(descriptor)
        return left
    }

    /// What became of a device that was left armed.
    package enum Disarming: Hashable, Sendable {
        case done
        /// It is not there: nothing of it resets anybody.
        case absent
        /// The machine is reset in so many seconds.
        case impossible(seconds: Int32)
        case failed(String)
    }

    /// For one who comes after a program that died: what it left armed is disarmed.
    @discardableResult package static func disarm(_ device: String) -> Disarming {
        var timeout: Int32 = 0
        let descriptor = unsafe cfailover_watchdog_open(device, restartTime, &timeout)
        guard descriptor >= 0 else {
            return [ENOENT, ENODEV, ENXIO].contains(errno) ? .absent : .failed(reason(errno))
        }
        let isLasting = cfailover_watchdog_is_lasting(descriptor) > 0
        return letGo(of: descriptor, isLasting: isLasting).map { .impossible(seconds: $0) } ?? .done
    }
}
