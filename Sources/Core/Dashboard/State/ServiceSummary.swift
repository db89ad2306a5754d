package import DirectorCore
import HealthChecking

/// What a service's line says of all its real servers together.
package struct ServiceSummary: Hashable, Sendable {
    package var up = 0
    package var total = 0
    package var active: UInt64 = 0
    package var inactive: UInt64 = 0
    package var rates = ServerRates()
    package var trouble = Trouble.none

    init(_ service: ServiceSnapshot) {
        total = service.servers.count
        var worst = Trouble.none
        for server in service.servers {
            if server.isUp { up += 1 }
            count(server)
            worst = max(worst, Trouble(server))
        }
        for tier in service.tiers {
            for server in tier {
                count(server)
                worst = max(worst, Trouble(standby: server))
            }
        }
        trouble = worst > .some ? .some : worst
        if up == 0 || !service.inKernel || service.problem != nil { trouble = .bad }
    }

    private mutating func count(_ server: ServerSnapshot) {
        active += UInt64(server.activeConnections)
        inactive += UInt64(server.inactiveConnections)
        rates.connections &+= server.rates.connections
        rates.inBytes &+= server.rates.inBytes
        rates.outBytes &+= server.rates.outBytes
    }
}

/// How much somebody should look at a line.
package enum Trouble: Int, Comparable, Sendable {
    case none
    /// Not as it could be: a check that fails now and then, a server that was not checked yet.
    case slight
    /// Part of the service is out.
    case some
    /// Nothing works.
    case bad

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    init(_ server: ServerSnapshot) {
        if server.withdrawal != nil {
            // Somebody wants it so.
            self = .slight
            return
        }
        if server.isKept {
            self = .bad
            return
        }
        // What its agent says of it is not what its checks found, and as bad for the service.
        if server.state == .up, server.agent?.effect == .out {
            self = .some
            return
        }
        switch server.state {
        case .down: self = .bad
        case .unverified: self = .slight
        case .up: self = server.failures > 0 || server.kernelWeight != server.weight ? .slight : .none
        }
    }

    /// Of a server of a fallback tier, which serves nobody as long as all is well.
    init(standby server: ServerSnapshot) {
        self = server.state == .up && server.failures == 0 ? .none : .slight
    }
}
