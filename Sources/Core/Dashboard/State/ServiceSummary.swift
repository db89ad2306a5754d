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
            active += UInt64(server.activeConnections)
            inactive += UInt64(server.inactiveConnections)
            rates.connections &+= server.rates.connections
            rates.inBytes &+= server.rates.inBytes
            rates.outBytes &+= server.rates.outBytes
            worst = max(worst, Trouble(server))
        }
        trouble = worst > .some ? .some : worst
        if up == 0 || !service.inKernel || service.problem != nil { trouble = .bad }
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
        switch server.state {
        case .down: self = .bad
        case .unverified: self = .slight
        case .up: self = server.failures > 0 || server.kernelWeight != server.weight ? .slight : .none
        }
    }
}
