/// Which events belong together.
extension EventKind {
    /// What is over when this happens: it takes these out of the counts of policies.
    package var clears: [EventKind] {
        switch self {
        case .realServerUp: [.realServerDown, .serverHeld, .softFailure]
        case .serviceUp: [.serviceDown]
        case .softFailureCleared: [.softFailure]
        case .standbyUp: [.standbyDown]
        case .serverReleased: [.serverHeld, .realServerDown]
        case .serverEnabled: [.serverDisabled, .serverDraining, .serverDrained]
        case .minimumUpLeft: [.minimumUpReached]
        case .tierOff: [.tierOn]
        case .fallbackOff: [.fallbackOn]
        case .kernelAccepted: [.kernelRefused]
        case .settingChanged: [.settingRefused]
        case .configurationLoaded: [.configurationRefused]
        case .proberConnected: [.proberLost, .checksNotRun]
        case .checksRun: [.checksNotRun]
        case .routerMaster, .routerBackup: [.routerFault]
        case .peerUp: [.peerDown]
        // It is counted anew from there.
        case .linkUp: [.linkDown, .linkLoss]
        case .linkLossEnded: [.linkLoss]
        case .trackedUp: [.trackedDown]
        case .deviceUp: [.deviceDown]
        case .pairConnected: [.pairLost]
        case .ready: [.notReady]
        case .syncStarted: [.syncFailed]
        case .eventsKept: [.eventsNotKept]
        case .eventCleared: [.eventRaised]
        case .aliveBack, .aliveEnded: [.aliveSilent]
        default: []
        }
    }

    /// Others may cause it again and again without anything having changed: it is told once and then summed up.
    package var isRepeatable: Bool { [.drift, .settingDrift, .eventRaised].contains(self) || isToldByText }

    /// What it is about its text alone says. Somebody on the network may go on claiming to be master, and a lossy one
    /// leaves a backup without advertisements every few seconds.
    package var isToldByText: Bool { [.actionFailed, .remark, .routerConflict, .routerHeld].contains(self) }

    /// It always happens to a virtual service or to one of its servers.
    package var isOfService: Bool {
        switch self {
        case .realServerUp, .realServerDown, .serviceUp, .serviceDown, .softFailure, .softFailureCleared, .standbyUp,
            .standbyDown, .serverHeld, .serverReleased, .serverChanged, .serverDraining, .serverDrained,
            .serverDisabled, .serverEnabled, .orderDropped, .orderWaits, .minimumUpReached, .minimumUpLeft, .tierOn,
            .tierOff, .fallbackOn, .fallbackOff, .drift, .kernelRefused, .kernelAccepted, .remark, .agent,
            .maintenanceEnded:
            true
        default: false
        }
    }
}
