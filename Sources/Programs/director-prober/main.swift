import Daemons

DaemonProcess.main(
    "prober",
    help: """
        Runs the health checks that director-engine asks for, without any privilege: started by root it becomes user
        NAME (default: director-prober if there is one, else nobody).

        """,
    start: ProberProgram.start)
