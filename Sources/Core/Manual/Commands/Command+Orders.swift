/// The orders of operators.
extension Command {
    var orderEntry: CommandEntry {
        let summary =
            switch self {
            case .drain: "Gives a real server no new connections and removes it when its old ones have ended."
            case .disable: "Takes a real server out at once, whatever its checks say."
            default: "Lets the checks decide over a drained or disabled real server again."
            }
        return CommandEntry(
            "\(rawValue) VIRTUAL REAL [--runtime-dir DIR]", summary, options: [.runtimeDirectory],
            words: 5, completes: .serviceAndServer, prose: Self.aboutOrders)
    }

    private static let aboutOrders: Prose = """
        `VIRTUAL` is what `ipvsadm -Ln` prints: `TCP 192.0.2.1:80`, `192.0.2.1:80`, `[2001:db8::1]:80`, `FWM 7`,
        `FWM 7 IPv6`; or its `servicename` in the configuration. `REAL` is `10.0.0.1:80` or `[2001:db8::2]:80`.
        What only one service or server can be meant by is enough: the address without the port, 7 for FWM 7;
        ports may be names (`192.0.2.1:http`).

        - drain :: weight 0 until the connections have ended, or the time of `drain = TIME` in the configuration
          is over; then the server is removed from the kernel's table
        - disable :: out at once: weight 0 with `quiescent = yes`, else removed
        - enable :: takes either back, and ends the hold of a server that changed too often (`flap`)

        The order holds, with the user who gave it, across reloads and restarts of the daemon for as long as the
        server stays in the configuration, and waits while its whole section is not there. Giving it again changes
        nothing. `director status` shows it.
        """
}
