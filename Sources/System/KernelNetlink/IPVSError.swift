package import VirtualServers

#if canImport(Glibc)
    internal import Glibc
#endif

/// What went wrong between this program and the kernel's IPVS.
package struct IPVSError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// There is no IPVS to talk to: `errno` is EPERM without the privilege, ENOPROTOOPT when the kernel has none.
        case unavailable
        /// The kernel answered with an error.
        case refused
        /// The answer was lost, and the kernel's table does not tell whether the command took effect.
        case unanswered
        /// The table changed during every attempt to read it.
        case interrupted
        /// The kernel's answer could not be read.
        case malformed
        /// A system call on the socket failed.
        case socket
    }

    package let code: Code
    /// What was to be done: `add service TCP 192.0.2.1:80`.
    package let context: String
    /// The kernel's reason, positive; 0 where there is none.
    package let errno: Int32
    private let detail: String?

    package init(_ code: Code, _ context: String, errno: Int32 = 0, detail: String? = nil) {
        self.code = code
        self.context = context
        self.errno = errno
        self.detail = detail
    }

    package static func unavailable(_ errno: Int32) -> IPVSError {
        IPVSError(.unavailable, "reach IPVS", errno: errno)
    }
}

extension IPVSError: CustomStringConvertible {
    package var description: String { "cannot \(context): \(reason)" }

    package var reason: String {
        if let detail { return detail }
        switch code {
        case .unavailable where errno == EPERM, .refused where errno == EPERM:
            return "this needs root, or the capability CAP_NET_ADMIN in this network namespace"
        case .unavailable where errno == ENOPROTOOPT:
            return "the kernel has no IP Virtual Server; it comes with the module ip_vs"
        case .unanswered:
            return errno == EAGAIN ? "the kernel did not answer in time" : "the kernel's answer was lost"
        case .interrupted: return "the table changed at every attempt to read it"
        default: return Self.text(errno)
        }
    }

    static func text(_ errno: Int32) -> String {
        unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error \(errno)"
    }
}

extension IPVSError {
    /// The kernel's refusal of a command, with what that number means for this command.
    static func refused(_ command: IPVSCommand, errno: Int32) -> IPVSError {
        IPVSError(.refused, command.summary, errno: errno, detail: command.meaning(of: errno))
    }
}

extension IPVSCommand {
    /// The command as an operator would say it, for messages.
    package var summary: String {
        switch self {
        case .addService(let service): "add service \(service.id)"
        case .editService(let service): "change service \(service.id)"
        case .deleteService(let id): "remove service \(id)"
        case .addServer(let server, let id): "add real server \(server.endpoint) to \(id)"
        case .editServer(let server, let id): "change real server \(server.endpoint) of \(id)"
        case .deleteServer(let endpoint, let id): "remove real server \(endpoint) from \(id)"
        case .zero(let id?): "zero the counters of \(id)"
        case .zero(nil): "zero all counters"
        case .flush: "remove all services"
        case .setTimeouts: "set the connection timeouts"
        case .startDaemon(let daemon): "start the \(daemon.role) sync daemon on \(daemon.interface)"
        case .stopDaemon(let role): "stop the \(role) sync daemon"
        }
    }

    /// The kernel uses few numbers for many reasons; what each says depends on the command
    /// (net/netfilter/ipvs/ip_vs_ctl.c).
    fileprivate func meaning(of errno: Int32) -> String? {
        switch (self, errno) {
        case (_, EPERM): "this needs root, or the capability CAP_NET_ADMIN in this network namespace"
        case (.addService, EEXIST): "the service exists already"
        case (.addServer, EEXIST): "the service has this real server already"
        case (.addService(let service), ENOENT), (.editService(let service), ENOENT):
            service.persistenceEngine.map {
                "the kernel lacks scheduler \(service.scheduler) or persistence engine \($0)"
            }
                ?? "the kernel lacks scheduler \(service.scheduler)"
        case (.editServer, ENOENT), (.deleteServer, ENOENT): "the service has no such real server"
        case (.startDaemon, EEXIST): "it runs already"
        case (.stopDaemon, ESRCH): "it does not run"
        case (.startDaemon(let daemon), ENODEV): "there is no interface \(daemon.interface)"
        case (_, ESRCH): "there is no such service"
        case (.addServer, ERANGE), (.editServer, ERANGE): "the lower threshold is above the upper one"
        case (.addServer, EINVAL), (.editServer, EINVAL):
            "the address must be one host's and reachable, and of the service's family unless it is tunnelled"
        default: nil
        }
    }
}
