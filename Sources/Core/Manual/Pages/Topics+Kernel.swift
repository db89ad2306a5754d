/// What is held in the kernel.
extension ManualPage.Section {
    static let kernelSettings = Self(
        "IPVS settings of the kernel",
        #"""
        What is wanted is read back once a second; what somebody else changed is put right and told (`sysctl-drift`).
        A stop that leaves no virtual service in the kernel gives back what was found, even what a run before a crash
        found; with `cleanstop = no` the kernel goes on balancing and keeps the settings. Names that the kernel does
        not have are errors of the file, with the nearest name.

        Two are held without being written, since without them clients stay with dead servers:

        `expire_nodest_conn = 1` (the kernel's default is 0), only while some service is of UDP: when a server is
        removed, packets of its connections are not dropped for ever. A flow of datagrams (DNS, SIP, RADIUS from one
        port) goes on to another server with its next packet. It holds for the whole table: a TCP client of a removed
        server is told at once, and connections do not outlive a table that a stranger clears and Director puts back;
        so a farm of TCP alone, whose clients would rather wait, is left as found (and a mark that carries UDP needs
        the line `sysctl = expire_nodest_conn 1`). Flows leave a server that is *removed*: with `quiescent = yes` a
        failed UDP server keeps its entry and its flows, so use `quiescent = no` there, or `ops = yes`.

        `expire_quiescent_template = 1` (default 0), only while some service of UDP is both `persistent` and
        `quiescent`: else a client is sent to its old server although that failed and has weight 0. It holds for the
        whole table and for weights that are set to 0 on purpose, too: persistent clients leave a server that is
        emptied with their next connection. `sysctl = expire_quiescent_template 0` keeps them. With persistent
        services of TCP alone it is left as found, as ldirectord leaves it; who would rather have clients leave a
        failed quiescent server at once than keep those of one that is emptied gently writes `sysctl =
        expire_quiescent_template 1`.

        `director check` says which of the two are set for a file without being written in it.
        """#)
}
