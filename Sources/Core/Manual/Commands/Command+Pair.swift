/// The orders to the pair.
extension Command {
    var pairEntry: CommandEntry {
        let summary =
            self == .takeover
            ? "This director takes the virtual addresses from its peer."
            : "This director gives the virtual addresses to its peer."
        return CommandEntry(
            "\(rawValue) [ROUTER] [--runtime-dir DIR]", summary, options: [.runtimeDirectory], words: 1,
            completes: .router,
            prose: Self.aboutPair)
    }

    private static let aboutPair: Prose = """
        `ROUTER` is the name of a vrrp section, or of the group that it belongs to; without it every one is meant.

        - takeover :: this director takes the addresses, and keeps them whatever its priority is, until it stops or
          something it tracks breaks
        - standby :: this director gives the addresses to its peer, and takes them again only when nobody else can;
          `director takeover` ends that, and so does `director standby` on the one that has them then

        Both outlive the death of director-vrrp and a reload, and end when directord is stopped. Without `ROUTER` the
        answer is a refusal when any of them refuses; the others have done it.

        Where the pair has links, nothing is lost: the successor has the addresses before the other one gives them up.
        """
}
