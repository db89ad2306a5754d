package import NetworkTypes

/// One change of the kernel's IPVS state: what a line of `ipvsadm -R` says.
package enum IPVSCommand: Hashable, Sendable {
    // Apart, since the ones below are ten times as many, and with these among them each would take half as much again.
    indirect case addService(VirtualService)
    indirect case editService(VirtualService)
    case deleteService(VirtualService.ID)
    case addServer(RealServer, to: VirtualService.ID)
    case editServer(RealServer, of: VirtualService.ID)
    case deleteServer(Endpoint, from: VirtualService.ID)
    /// Counters of one service and its real servers, or of everything.
    case zero(VirtualService.ID?)
    /// Removes every service of the network namespace.
    case flush
    case setTimeouts(ConnectionTimeouts)
    case startDaemon(SyncDaemon)
    case stopDaemon(SyncDaemon.Role)
}
