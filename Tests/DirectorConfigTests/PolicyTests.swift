import DirectorConfig
import Testing

/// `on = EVENT [COUNT in WINDOW] do ACTION`: what is read, and what is said of what cannot be.
struct PolicyTests {
    private func file(_ global: String, section: String = "", pair: String = "") -> String {
        global + "\nvirtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n" + section + "\n" + pair
    }

    private static let pair = """
        vrrp = web
            interface = eth0
            id = 51
            address = 192.0.2.10/24
            fence = external/null hostlist=lb2
            link = udp 10.0.0.12 via eth1
            keys = /etc/director/keys
        """

    @Test(
        arguments: [
            ("on = drift do log", EventTrigger.kind(.drift), 1, nil, PolicyAction.log(nil)),
            (
                "on = real-server-down 3 in 1m do mail ops@example.org root", .kind(.realServerDown), 3, .seconds(60),
                .mail(["ops@example.org", "root"])
            ),
            (
                "on = service-down do program /usr/local/bin/page \"the web farm\" 7 # at night", .kind(.serviceDown),
                1, nil,
                .program(path: "/usr/local/bin/page", arguments: ["the web farm", "7"])
            ),
            (
                "on = event disk-full 2 in 10s do webhook https://chat.example.org/T/1",
                .named(.eventRaised, "disk-full"), 2,
                .seconds(10), .webhook("https://chat.example.org/T/1")
            ),
            ("on = event disk up do log fine again", .named(.eventCleared, "disk"), 1, nil, .log("fine again")),
            ("on = event disk down do log", .named(.eventRaised, "disk"), 1, nil, .log(nil)),
            ("on = alive backup do event backup-late", .named(.aliveSilent, "backup"), 1, nil, .raise("backup-late")),
            ("on = alive backup up do standby web", .named(.aliveBack, "backup"), 1, nil, .standby("web")),
            ("on = event ups do standby", .named(.eventRaised, "ups"), 1, nil, .standby(nil)),
            ("on = event ups do fence", .named(.eventRaised, "ups"), 1, nil, .fence(nil)),
        ] as [(String, EventTrigger, Int, Duration?, PolicyAction)])
    func aLineIsRead(line: String, trigger: EventTrigger, count: Int, window: Duration?, action: PolicyAction) throws {
        let parsed = parse(file(line, pair: Self.pair))
        let policy = try #require(parsed.configuration?.policies.first, "\(rendered(parsed.diagnostics))")
        #expect(policy.line == 1)
        #expect(policy.trigger == trigger)
        #expect(policy.count == count)
        #expect(policy.window == window)
        #expect(policy.action == action)
    }

    @Test func aSectionHasItsOwn() throws {
        let parsed = parse(
            file("on = drift do log", section: "\ton = real-server-down do log gone\n\ton = drift do log\n"))
        let configuration = try #require(parsed.configuration, "\(rendered(parsed.diagnostics))")
        #expect(configuration.policies.count == 1)
        #expect(configuration.virtuals[0].policies.map(\.line) == [4, 5])
    }

    @Test(arguments: [
        (
            "on = real-server-dwn do log",
            "1:6: error: unknown event 'real-server-dwn', did you mean 'real-server-down'?"
        ),
        (
            "on = drift",
            "1:11: error: 'do' and an action are missing: on = real-server-down 3 in 1m do mail ops@example.org"
        ),
        (
            "on = drift log",
            "1:12: error: 'do' and an action are missing: on = real-server-down 3 in 1m do mail ops@example.org"
        ),
        ("on = drift 3 do log", "1:14: error: the time is missing in which 3 are counted: 3 in 1m do ..."),
        ("on = drift 0 in 1m do log", "1:12: error: '0' is no count of 1 to 1000"),
        (
            "on = drift 3 in soon do log",
            "1:17: error: on: 'soon' is no time: 200ms, 5s, 2m, 1h, or a number of seconds"
        ),
        ("on = drift do mial ops@example.org", "1:15: error: unknown action 'mial', did you mean 'mail'?"),
        (
            "on = drift do",
            "1:14: error: an action is missing behind 'do': log, program, mail, webhook, standby, fence, event"
        ),
        ("on = drift do mail", "1:19: error: mail needs an address: mail ops@example.org"),
        ("on = drift do mail -oQ/tmp", "1:20: error: '-oQ/tmp' is no mail address"),
        (
            "on = drift do program page",
            "1:23: error: program needs the whole path of a program: program /usr/local/sbin/tell-somebody"
        ),
        ("on = drift do program /bin/x \"a b", "1:30: error: the closing quote is missing: \"a b"),
        (
            "on = drift do webhook ftp://x/",
            "1:23: error: 'ftp://x/' is no URL of http or https: webhook https://chat.example.org/hooks/T0123"
        ),
        ("on = drift do event a b", "1:23: error: 'b' behind the action event a has no meaning"),
        (
            "on = event -x do log",
            "1:12: error: '-x' is no name: up to 64 letters, digits, '.', '_' and '-', the first a letter or a digit"
        ),
        ("on = drift do standby", "1:1: error: standby gives up a mastership, and the file has no vrrp section"),
        ("on = drift do standby web", "1:23: error: there is no 'vrrp = web' in this file"),
        (
            "on = drift do fence",
            "1:1: error: fence needs the name of a vrrp section with a 'fence =' line, unless there is exactly one"
        ),
        (
            "on = event a do event a",
            "1:1: error: event a raises itself again by way of its policies: such a circle never ends"
        ),
        (
            "on = event-raised do event b",
            "1:1: error: event b raises itself again by way of its policies: such a circle never ends"
        ),
    ])
    func whatCannotBeReadIsSaid(line: String, says: String) {
        let parsed = parse(file(line))
        #expect(parsed.configuration == nil)
        #expect(rendered(parsed.diagnostics).contains(says), "\(rendered(parsed.diagnostics))")
    }

    @Test func whatIsMissingIsSaidOnce() {
        #expect(
            rendered(parse(file("on = drift do fence web")).diagnostics) == [
                "1:21: error: there is no 'vrrp = web' in this file"
            ])
        #expect(
            rendered(parse(file("on = alive")).diagnostics) == ["1:11: error: 'alive' needs a name: alive backup"])
    }

    @Test func aCircleOfSeveralIsFound() {
        let lines = "on = event a do event b\non = event b do event c\non = event c do event b\non = event x do event a"
        let errors = rendered(parse(file(lines)).diagnostics).filter { $0.contains("circle") }
        #expect(errors.count == 2)
        #expect(errors.allSatisfy { $0.hasPrefix("2:") || $0.hasPrefix("3:") })
    }

    @Test func whatHappensToNoServiceHasNoPlaceInASection() {
        let parsed = parse(file("", section: "\ton = event disk do log\n"))
        #expect(
            rendered(parsed.diagnostics).contains(
                "4:7: error: 'event' does not happen to a virtual service: start the line in column 1, outside of it"))
    }

    @Test func thereIsALimit() {
        let lines = Array(repeating: "on = drift do log", count: EventPolicy.limit + 1).joined(separator: "\n")
        #expect(rendered(parse(file(lines)).diagnostics).contains { $0.contains("more than 256 policies") })
    }

    @Test func aWebhooksSecretIsNotShown() {
        #expect(
            "\(PolicyAction.webhook("https://user:secret@chat.example.org/hooks/s3cret"))" == "webhook chat.example.org"
        )
    }
}
