/// What happens to a director: the raw values are what scripts match on, what `director events --event` takes and what
/// `on = EVENT ...` names.
package enum EventKind: String, Hashable, Sendable, CaseIterable {
    case started = "started"
    /// The engine died or hung; told by the one that was started in its place.
    case engineLost = "engine-lost"
    case configurationLoaded = "configuration-loaded"
    case configurationRefused = "configuration-refused"
    case realServerUp = "real-server-up"
    case realServerDown = "real-server-down"
    /// No real server of a service takes connections any more, or one does again.
    case serviceDown = "service-down"
    case serviceUp = "service-up"
    case softFailure = "soft-failure"
    case softFailureCleared = "soft-failure-cleared"
    case standbyUp = "standby-up"
    case standbyDown = "standby-down"
    case serverHeld = "server-held"
    case serverReleased = "server-released"
    /// The file gives a server that is in use another weight, forwarding method or threshold.
    case serverChanged = "server-changed"
    case serverDraining = "server-draining"
    case serverDrained = "server-drained"
    case serverDisabled = "server-disabled"
    case serverEnabled = "server-enabled"
    case orderDropped = "order-dropped"
    case orderWaits = "order-waits"
    case minimumUpReached = "minup-reached"
    case minimumUpLeft = "minup-left"
    case tierOn = "tier-on"
    case tierOff = "tier-off"
    case fallbackOn = "fallback-on"
    case fallbackOff = "fallback-off"
    case drift = "drift"
    case kernelRefused = "kernel-refused"
    case kernelAccepted = "kernel-accepted"
    case settingChanged = "sysctl-set"
    case settingDrift = "sysctl-drift"
    case settingRefused = "sysctl-refused"
    case remark = "remark"
    case agent = "agent"
    case proberConnected = "prober-connected"
    case proberLost = "prober-lost"
    /// This machine lacks what checks need, or has it again.
    case checksNotRun = "checks-not-run"
    case checksRun = "checks-run"
    case maintenanceEnded = "maintenance-ended"
    /// A program, a mail or a file of the configuration did not do what it should.
    case actionFailed = "action-failed"
    case actionDone = "action-done"
    /// The disk does not take the events any more, or takes them again.
    case eventsNotKept = "events-not-kept"
    case eventsKept = "events-kept"
    /// A virtual router took a role.
    case routerMaster = "vrrp-master"
    case routerBackup = "vrrp-backup"
    case routerFault = "vrrp-fault"
    case routerStopped = "vrrp-stopped"
    /// Another director claims to be master, too.
    case routerConflict = "vrrp-conflict"
    /// No advertisement is heard, and a link says that the master lives.
    case routerHeld = "vrrp-held"
    /// An order of the operator could not be carried out.
    case routerRefused = "vrrp-refused"
    case takeoverOrdered = "takeover-ordered"
    case standbyOrdered = "standby-ordered"
    case fencing = "fencing"
    case fencingFailed = "fencing-failed"
    case peerUp = "peer-up"
    case peerDown = "peer-down"
    case linkUp = "link-up"
    case linkDown = "link-down"
    /// A link that is up loses messages, or does so no more.
    case linkLoss = "link-loss"
    case linkLossEnded = "link-loss-ended"
    /// Something that `track =` names broke, or works again.
    case trackedDown = "tracked-down"
    case trackedUp = "tracked-up"
    /// Virtual addresses that this director holds had been taken away by somebody else.
    case addressesRestored = "addresses-restored"
    /// A link, the watchdog or the way of the advertisements cannot be used, or is in use.
    case deviceDown = "device-down"
    case deviceUp = "device-up"
    /// The kernel's sync daemon of a role runs, ends, or cannot run.
    case syncStarted = "sync-started"
    case syncStopped = "sync-stopped"
    case syncFailed = "sync-failed"
    /// The director may take over from one that works, or may not yet.
    case ready = "ready"
    case notReady = "not-ready"
    /// Advertisements or messages of links that were not acted on, summed up.
    case packetsRefused = "packets-refused"
    /// director-vrrp tells nothing any more, or tells again.
    case pairLost = "vrrp-lost"
    case pairConnected = "vrrp-connected"
    /// What monitors outside report (`director event`), or a policy raises.
    case eventRaised = "event-raised"
    case eventCleared = "event-cleared"
    /// The heartbeats of applications (`director alive`).
    case aliveStarted = "alive-started"
    case aliveSilent = "alive-silent"
    case aliveBack = "alive-back"
    case aliveEnded = "alive-ended"
    /// A policy gave up a mastership or had the peer fenced.
    case policyActed = "policy-acted"
    case stopping = "stopping"
}
