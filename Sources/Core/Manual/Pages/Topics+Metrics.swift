/// What is served over HTTP.
extension ManualPage.Section {
    static let metrics = Self(
        "Metrics and status page",
        """
            metrics = 127.0.0.1:9189

        `director-metrics`, a process of its own as user `director-metrics` or `nobody` and without
        capabilities, serves `/metrics` and `/`. It asks the engine for each answer, at most once a second for
        all who ask; while the engine does not answer, `director_engine_up` is 0 and nothing else is told, and
        the page says that what it shows is not known to be true any more. A reload that changes the address
        moves it; one that somebody else has is tried again every five seconds. It takes GET and HEAD, requests of
        8 KB at most, 64 connections at a time, and 10 seconds for a request or for a reader that takes nothing.
        An answer has to be taken within a minute, and while others wait for a place, who has been busy for
        longest makes room after a second.

        Metrics are named director_...; each says what it means in its HELP line. Services and servers carry the
        names that `ipvsadm -Ln` prints as labels `service` and `server`, servers of fallback tiers a label
        `tier`. Counters of traffic are the kernel's own, in 64 bits. The board contrib/grafana/director.json of
        the sources shows them. For Prometheus:

            scrape_configs:
              - job_name: director
                static_configs:
                  - targets: ["127.0.0.1:9189"]
        """)
}
