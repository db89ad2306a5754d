/// What a line of ipvsadm asks for: its first option, and the only one of its kind on the line.
package enum RuleCommand: UInt8, Sendable {
    case addService, editService, deleteService, flush, list
    case addServer, editServer, deleteServer
    case set, startDaemon, stopDaemon
    case restore, save, zero
    case help, version

    /// How messages call it.
    package var name: String {
        switch self {
        case .addService: "add-service"
        case .editService: "edit-service"
        case .deleteService: "delete-service"
        case .flush: "flush"
        case .list: "list"
        case .addServer: "add-server"
        case .editServer: "edit-server"
        case .deleteServer: "delete-server"
        case .set: "set"
        case .startDaemon: "start-daemon"
        case .stopDaemon: "stop-daemon"
        case .restore: "restore"
        case .save: "save"
        case .zero: "zero"
        case .help: "help"
        case .version: "version"
        }
    }
}
