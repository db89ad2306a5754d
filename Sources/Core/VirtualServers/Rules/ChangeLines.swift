/// Changes of the table as the lines that `ipvsadm -R` takes. Unlike those of `-S` they lose nothing: thresholds, flags
/// without a name and marks of 2^31 and more are in them.
package enum ChangeLines {
    /// One line for each command, numeric; commands that `-R` has no line for are left out.
    package static func render(_ commands: some Sequence<IPVSCommand>) -> [UInt8] {
        var text = TextColumns()
        for command in commands {
            if let line = line(for: command) { text.append(line + "\n") }
        }
        return text.bytes
    }

    private static func line(for command: IPVSCommand) -> String? {
        switch command {
        case .addService(let service): "-A \(key(service.id))\(SaveLines.settings(of: service, complete: true))"
        case .editService(let service): "-E \(key(service.id))\(SaveLines.settings(of: service, complete: true))"
        case .deleteService(let id): "-D \(key(id))"
        case .addServer(let server, let id): "-a \(key(id))\(settings(of: server))"
        case .editServer(let server, let id): "-e \(key(id))\(settings(of: server))"
        case .deleteServer(let endpoint, let id): "-d \(key(id)) -r \(endpoint)"
        case .zero, .flush, .setTimeouts, .startDaemon, .stopDaemon: nil
        }
    }

    private static func key(_ id: VirtualService.ID) -> String {
        if case .firewallMark(let mark, let family) = id { return "-f \(mark)" + (family == .ipv6 ? " -6" : "") }
        return SaveLines.words(for: id, .numeric)
    }

    private static func settings(of server: RealServer) -> String {
        var text = " -r \(server.endpoint)\(SaveLines.words(for: server.method)) -w \(server.weight)"
        // IP in IP is what a tunnel is when nothing is said.
        if server.method != .ipip { text += SaveLines.tunnelWords(for: server.method) }
        if server.upperThreshold != 0 { text += " -x \(server.upperThreshold)" }
        if server.lowerThreshold != 0 { text += " -y \(server.lowerThreshold)" }
        return text
    }
}
