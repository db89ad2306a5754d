import Daemons

DaemonProcess.main(
    "vrrp",
    help: """
        Shares the virtual addresses of the configuration's vrrp sections with the peers: VRRP, links, announcements.

        """,
    start: VRRPProgram.start)
