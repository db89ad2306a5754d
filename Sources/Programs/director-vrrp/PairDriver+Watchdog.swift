import DirectorConfig
import DirectorCore
import EventLoop
import Failover
import VirtualRouting

/// The watchdog that resets this machine when director-vrrp hangs, and what an operator has to know of it.
extension PairDriver {
    var watchdogDevice: String? { configuration.watchdogDevice }
    var watchdogName: String? { watchdogDevice.map { "watchdog \($0)" } }

    func openWatchdog() {
        watchdog = makeWatchdog()
        watchdog?.start()
    }

    /// Nil where none is configured.
    private func makeWatchdog() -> Watchdog? {
        guard let device = watchdogDevice else { return nil }
        let limit = configuration.routers.map(\.deadTime).max() ?? .seconds(1)
        return Watchdog(device: device, limit: limit) { [unowned self] state in
            let name = "watchdog \(device)"
            switch state {
            case .fed(isLasting: false): noteDevice(name, nil, "is fed")
            case .fed(isLasting: true):
                noteDevice(
                    name, nil,
                    "is fed, and cannot be disarmed (nowayout): where director-vrrp stops, this machine is reset")
            case .unusable(let reason): noteDevice(name, reason, "is fed")
            }
        }
    }

    /// - Parameter successor: who goes on with it.
    func closeWatchdog(for successor: PairDriver? = nil) {
        let seconds = watchdog?.stop()
        watchdog = nil
        guard let seconds, let device = watchdogDevice, successor?.watchdogDevice != device else { return }
        // Whoever listens to events may be gone by then.
        tell(
            .deviceDown, .warning,
            "watchdog \(device) cannot be disarmed: this machine is reset in \(seconds) s unless it is fed again")
    }

    /// What a director-vrrp fed that died, and this one does not, would reset the machine.
    func disarm(former device: String?) {
        guard let device, device != watchdogDevice else { return }
        let left =
            "watchdog \(device) was left armed by a director-vrrp that died, and is not in the configuration any more"
        switch Watchdog.disarm(device) {
        case .absent: break
        case .done: tell(.deviceUp, .warning, "\(left): it is disarmed")
        case .impossible(let seconds):
            tell(
                .deviceDown, .error,
                "\(left): it cannot be disarmed, and this machine is reset in \(seconds) s unless it is fed again")
        case .failed(let reason):
            tell(.deviceDown, .error, "\(left): it cannot be disarmed (\(reason)), and may reset this machine")
        }
    }

    private func tell(_ kind: EventRecord.Kind, _ severity: EventRecord.Severity, _ text: String) {
        tell(EventRecord(kind, severity, at: EventLoop.wallTime, text))
    }
}

extension Configuration {
    var watchdogDevice: String? { routers.lazy.compactMap(\.watchdog).first }
}
