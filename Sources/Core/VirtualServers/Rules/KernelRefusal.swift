/// What the kernel's error numbers mean for each operation (`<errno.h>` of Linux).
package enum KernelRefusal {
    /// The kinds of operation whose errors read differently.
    package enum Operation: Sendable {
        case addService, editService, deleteService, zero, readService
        case addServer, editServer, deleteServer
        case startDaemon, stopDaemon
        case other
    }

    private static let eperm: Int32 = 1
    private static let enoent: Int32 = 2
    private static let esrch: Int32 = 3
    private static let enomem: Int32 = 12
    private static let eexist: Int32 = 17
    private static let einval: Int32 = 22
    private static let emsgsize: Int32 = 90
    private static let enoprotoopt: Int32 = 92
    private static let eopnotsupp: Int32 = 95
    private static let eafnosupport: Int32 = 97

    /// The text for an error; nil where the system's own text is meant.
    package static func text(_ errno: Int32, _ operation: Operation) -> String? {
        switch (operation, errno) {
        case (.addService, eexist): "Service already exists"
        case (.addService, enoent), (.editService, enoent): "Scheduler or persistence engine not found"
        case (.editService, esrch), (.deleteService, esrch), (.zero, esrch), (.readService, esrch): "No such service"
        case (.addServer, eexist): "Destination already exists"
        case (.addServer, esrch), (.editServer, esrch), (.deleteServer, esrch): "Service not defined"
        case (.editServer, enoent), (.deleteServer, enoent): "No such destination"
        case (.startDaemon, eexist): "Daemon has already run"
        case (.stopDaemon, esrch): "No daemon is running"
        case (_, eperm): "Permission denied (you must be root)"
        case (_, einval): "Invalid operation.  Possibly wrong module version, address not unicast, ..."
        case (_, enoprotoopt): "Protocol not available"
        case (_, enomem): "Memory allocation problem"
        case (_, eopnotsupp): "Operation not supported with IPv6"
        case (_, eafnosupport): "Operation not supported with specified address family"
        case (_, emsgsize): "Module is wrong version"
        default: nil
        }
    }
}

extension IPVSCommand {
    /// What the command is to the reader of its error.
    package var operation: KernelRefusal.Operation {
        switch self {
        case .addService: .addService
        case .editService: .editService
        case .deleteService: .deleteService
        case .addServer: .addServer
        case .editServer: .editServer
        case .deleteServer: .deleteServer
        case .zero: .zero
        case .startDaemon: .startDaemon
        case .stopDaemon: .stopDaemon
        case .flush, .setTimeouts: .other
        }
    }
}
