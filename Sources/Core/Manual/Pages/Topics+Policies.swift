/// What is done when something happens.
extension ManualPage.Section {
    static let policies = Self(
        "Events and policies",
        #"""
        `on = EVENT do ACTION` acts each time the event happens; `on = EVENT 3 in 1m do ACTION` when three have
        happened within a minute, and then counts from zero. What takes an event back takes it out of the count: with
        `on = real-server-down 3 in 1m`, a server that is up again does not count, so three servers must be down.

            on = service-down do mail oncall@example.org
            on = real-server-down 3 in 1m do program /usr/local/sbin/page rack
            on = event ups-on-battery do standby
            on = drift 10 in 5m do webhook https://chat.example.org/hooks/T0123

        The actions, one a line; several lines may name one event:

        - log [TEXT] :: a line of the log with level error
        - program PATH [ARGUMENT]... :: runs a program; no shell reads the line, arguments with blanks stand in double
          quotes. Programs for events of one service (or of one name) run one after the other, four at a time for
          all, each in a process group of its own that is killed after 60 seconds. What a program leaves running in
          its group when it ends is killed then; what is to stay is started with setsid(1). One that still runs when
          the daemon stops is waited for up to 4 seconds and goes on alone. The environment has DIRECTOR_EVENT,
          DIRECTOR_SEVERITY, DIRECTOR_TEXT, DIRECTOR_TIME, DIRECTOR_NUMBER, DIRECTOR_COUNT,
          DIRECTOR_SERVICE, DIRECTOR_SERVER, DIRECTOR_NAME, DIRECTOR_ROUTER, DIRECTOR_SOURCE, DIRECTOR_HOST and
          DIRECTOR_POLICY (the line in the file); what does not apply is empty. DIRECTOR_NAME is what an event is
          about that concerns no service: the outside event, the application, the peer, `link 1 with PEER`, what is
          tracked, the device, the kernel's setting
        - mail ADDRESS... :: by the server of `smtp`, from `emailalertfrom`; tried three times
        - webhook URL :: posts the event as JSON, as `director events --json` has it, with `host`, `count`, `policy` and
          `policyLine`; an answer of 200 to 299 is success, else it is tried twice more. With https an authority of
          the system must vouch for the certificate, whatever `tls-verify` and `tls-ca` say. A proxy that the
          daemon's environment names (`https_proxy`, `no_proxy`) is used, which checks and mail never do. Of the URL
          the log shows the host alone
        - standby [ROUTER] :: gives up the mastership of a `vrrp` section, of all without a name, as `director standby`
          does
        - fence [ROUTER] :: has the peer switched off by the plugin of the section's `fence`
        - event NAME :: raises another event, for other policies; a chain of them ends after four

        What an action failed at is an event (`action-failed`). A policy acts 60 times within a minute at most; that
        more was left out is said. The same outside event, or the same change by a stranger, is told in the log and the
        history once and then as a count; policies count each of them, a thousand at a time.
        """#)

    static let policyEvents = Self(
        "Events",
        #"""
        What `on =`, `director events --event` and the `event` of a JSON event name. What stands behind an arrow takes
        the one before it back. Besides, real-server-up takes back soft-failure and server-held, server-released takes
        back real-server-down, and vrrp-master and vrrp-backup take back vrrp-fault.

        - of a service or its servers :: real-server-down -> real-server-up, service-down -> service-up (no real
          server takes connections), soft-failure -> soft-failure-cleared (a failed check of a server that stays up),
          standby-down -> standby-up (of a fallback tier), server-held -> server-released (by `flap`), server-changed
          (the file gives a server in use another weight, method or threshold), server-draining or server-drained or
          server-disabled -> server-enabled, order-dropped (its server left the file), order-waits (its service did: it
          holds again when that returns), minup-reached -> minup-left, tier-on -> tier-off, fallback-on -> fallback-off,
          drift (somebody else changed the kernel's table), kernel-refused -> kernel-accepted, agent, remark,
          maintenance-ended
        - of the daemon :: started, stopping, engine-lost (told by the next one), configuration-refused ->
          configuration-loaded, prober-lost -> prober-connected, checks-not-run -> checks-run (this machine has no
          descriptors, memory or processes left for checks: servers keep their state), sysctl-refused -> sysctl-set,
          sysctl-drift, action-failed, action-done, events-not-kept -> events-kept (the disk takes none),
          policy-acted (standby or fence)
        - of the pair :: vrrp-master, vrrp-backup, vrrp-fault, vrrp-stopped, vrrp-conflict, vrrp-held, vrrp-refused,
          takeover-ordered, standby-ordered, fencing, fencing-failed, peer-down -> peer-up, link-down -> link-up,
          link-loss -> link-loss-ended (5 and more of 100 messages), tracked-down -> tracked-up, device-down ->
          device-up (a link's device, the watchdog, the way of the advertisements), addresses-restored (virtual
          addresses that somebody else took away), not-ready -> ready, sync-failed -> sync-started, sync-stopped,
          packets-refused, vrrp-lost -> vrrp-connected
        - from outside :: event-raised -> event-cleared: any name, while `event NAME` is that name and `event NAME up`
          its end; alive-silent -> alive-back: `alive NAME`, `alive NAME up`; alive-started, alive-ended
        """#)
}
