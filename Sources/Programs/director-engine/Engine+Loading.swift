import DirectorConfig
import DirectorCore
import EventLoop
import TimeTypes

/// How another configuration is taken over: the kernel is asked first, then director-vrrp, and a file counts as a
/// whole.
extension Engine {
    /// Has the kernel take over a changed configuration, until `keepLoad` or `takeBackLoad`. Nil when it did, else why
    /// it did not.
    /// - Parameter isFile: the file as it is now, and not what is in force with new addresses.
    func load(_ configuration: Configuration, isFile: Bool = true) -> String? {
        guard director != nil else { return "the engine has not started yet" }
        guard !hasStopped else { return "the engine stops" }
        guard configuration != director?.configuration else {
            // One that was refused is as it was again.
            if isFile, configurationProblem != nil {
                configurationProblem = nil
                tellLoaded(configuration)
            }
            if isFile, director?.owePlaces() == true { reconcile() }
            return nil
        }
        operations.loading()
        handOut(director?.load(configuration, isProvisional: true, isFile: isFile, at: EventLoop.moment) ?? [])
        if let reason = reconcile() {
            if isFile {
                configurationProblem = reason
                measures.refusedLoads += 1
            }
            return "the new configuration is taken back, since \(reason)"
        }
        if isFile { configurationProblem = nil }
        return nil
    }

    /// What was loaded is in force everywhere: what follows from it is done.
    func keepLoad() {
        guard !hasStopped, let previous = director?.keepLoad(), let configuration else { return }
        loadedAt = EventLoop.wallTime
        onConfiguration(configuration)
        measures.loads += 1
        tellMetricsAddress()
        pair.follow()
        if previous.routers.isEmpty != configuration.routers.isEmpty { onRouters(!configuration.routers.isEmpty) }
        keepSettings()
        if previous.forwardedFamilies != configuration.forwardedFamilies { tellOfForwarding() }
        operations.reloaded()
        policies.take(configuration)
        reconcile()
        tellLoaded(configuration)
    }

    private func tellLoaded(_ configuration: Configuration) {
        report(
            EventRecord(
                .configurationLoaded, at: EventLoop.moment,
                "configuration \(options.configurationFile) is in force: \(configuration.virtuals.count) virtual services"
            ))
    }

    /// Returns to what was in force before, since director-vrrp does not take its part of the file.
    func takeBackLoad() {
        guard !hasStopped, let requests = director?.takeBackLoad(at: EventLoop.moment) else { return }
        handOut(requests)
        reconcile()
    }

    /// The file cannot be used; what was in force stays.
    func refuse(_ reason: String) {
        guard configurationProblem != reason else { return }
        configurationProblem = reason
        measures.refusedLoads += 1
        report(
            EventRecord(
                .configurationRefused, .error, at: EventLoop.wallTime,
                "configuration not taken over, the previous one stays in force: \(reason)"))
    }
}
