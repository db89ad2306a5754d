import ControlProtocol
package import DirectorCore
package import TimeTypes

/// The status page: what a director knows, to look at in a browser. It loads nothing, runs nothing, changes nothing,
/// and asks for itself again every few seconds.
package struct Page: Sendable {
    /// Rows of real servers that a page has; a browser should not choke on it.
    package static let serverLimit = 1_000
    static let noticeLimit = 20

    /// What was known last; nil when nothing ever was.
    package var snapshot: Snapshot?
    package var heardAt: WallTime?
    /// Why that may not be true any more; nil when it is.
    package var problem: String?
    package var now: WallTime

    package init(snapshot: Snapshot?, heardAt: WallTime?, problem: String?, now: WallTime) {
        self.snapshot = snapshot
        self.heardAt = heardAt
        self.problem = problem
        self.now = now
    }

    var isLive: Bool { problem == nil && snapshot != nil }

    package var html: String {
        var body = bar
        if let snapshot {
            body += notices(snapshot)
            if let pair = snapshot.pair { body += pairSection(pair, at: snapshot.time) }
            body += servicesSection(snapshot)
            body += eventsSection(snapshot.events)
        } else {
            body += "<p>The kernel goes on with its table as it is: <code>director ipvs -Ln</code> shows it.</p>"
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="refresh" content="5">
            <title>\(escaped(title))</title>
            <style>\(Self.style)</style>
            </head>
            <body class="\(isLive ? "live" : "stale")">
            \(body)
            </body>
            </html>

            """
    }

    private var title: String {
        guard let snapshot else { return "NO ANSWER - director" }
        guard isLive else { return "STALE - director" }
        let total = snapshot.services.reduce(0) { $0 + $1.servers.count }
        let up = snapshot.services.reduce(0) { $0 + $1.upCount }
        return "\(up)/\(total) up - director"
    }

    /// Live, and how much is well; or since when nobody knows.
    private var bar: String {
        guard let snapshot else {
            return "<header class=\"alarm\" role=\"alert\"><h1>director: NO ANSWER</h1><p>"
                + escaped(problem ?? "the engine has not answered yet") + "</p></header>"
        }
        if let problem {
            let age = heardAt.map { (now - $0).age } ?? "some time"
            return
                "<header class=\"alarm\" role=\"alert\"><h1>director: STALE</h1><p>This is how it was \(age) ago, at "
                + "\(escaped((heardAt ?? snapshot.time).description)), NOT how it is: \(escaped(problem))</p></header>"
        }
        let engine = snapshot.engine
        let total = snapshot.services.reduce(0) { $0 + $1.servers.count }
        let up = snapshot.services.reduce(0) { $0 + $1.upCount }
        return """
            <header><h1>director: LIVE</h1>
            <p>\(up) of \(total) real servers up, \(snapshot.services.count) virtual services; \
            \(escaped(snapshot.time.description))</p>
            <p>engine \(engine.pid), up \((snapshot.time - engine.startedAt).age); \
            \(escaped(engine.configurationFile)), loaded \
            \((snapshot.time - engine.configurationLoadedAt).age) ago; \(engine.checkCount) checks</p></header>

            """
    }

    /// What is wrong with the daemon rather than with a service.
    private func notices(_ snapshot: Snapshot) -> String {
        var notices: [String] = []
        let engine = snapshot.engine
        if let problem = engine.configurationProblem {
            notices.append("The configuration on disk is NOT IN FORCE: \(problem)")
        }
        if !engine.proberConnected {
            notices.append("No prober is connected: servers keep their state, nobody checks them.")
        }
        if let reason = engine.shortage {
            notices.append("Checks CANNOT BE RUN here (\(reason)): their servers keep their state.")
        }
        if let problem = engine.journalProblem { notices.append("Events are NOT KEPT across restarts: \(problem)") }
        let outside = StatusText.outside(engine.outside, at: snapshot.time)
        notices += outside.prefix(Self.noticeLimit)
        if outside.count > Self.noticeLimit {
            notices.append("\(outside.count - Self.noticeLimit) more events are raised or heartbeats silent.")
        }
        guard !notices.isEmpty else { return "" }
        return "<ul class=\"notices\">" + notices.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>\n"
    }

    private func eventsSection(_ events: [EventRecord]) -> String {
        guard !events.isEmpty else { return "" }
        let rows = events.suffix(30).reversed().map { event in
            let look: Look =
                switch event.severity {
                case .info: .plain
                case .warning: .warning
                case .error: .bad
                }
            return "<tr>" + cell(event.time.description) + cell(event.severity.rawValue, look) + cell(event.text)
                + "</tr>\n"
        }
        return
            "<section><h2>Latest events</h2>\n<table>\(heads(["time", "", "what"]))\n\(rows.joined())</table></section>\n"
    }
}
