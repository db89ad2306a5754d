import Daemons

DaemonProcess.main(
    "metrics",
    help: """
        Serves metrics and the status page over HTTP at the address that the configuration names (metrics =), which
        directord puts into the variable DIRECTOR_METRICS. Started by root it becomes user NAME (default:
        director-metrics if there is one, else nobody) as soon as it listens.

        """,
    start: MetricsProgram.start)
