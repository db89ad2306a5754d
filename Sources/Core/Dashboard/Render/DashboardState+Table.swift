import ControlProtocol
import DirectorCore
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

extension DashboardState {
    func drawTable(_ frame: inout Frame, _ layout: Layout, _ rows: [TableRow]) {
        let visible = rows.dropFirst(view.top).prefix(layout.table.count)
        let columns = Columns(
            width: frame.size.columns, longestName: longestName(visible, frame.size.columns),
            longestWeight: longestWeight(visible))
        if let head = layout.head {
            for column in columns.columns {
                frame.write(column.kind.title, at: column, row: head, style: .dim)
            }
        }
        guard let snapshot else {
            drawNothing(&frame, layout.table)
            return
        }
        if rows.isEmpty, let first = layout.table.first {
            let text =
                snapshot.services.isEmpty
                ? "no virtual services are configured" : "nothing to show; Esc shows everything again"
            frame.write(" \(text)", row: first, column: 0, style: .dim)
        }
        for (index, row) in zip(layout.table, visible) {
            let service = snapshot.services[row.service]
            let isSelected = id(of: row) == view.selected
            // Whose servers these are is seen, too, when its own line is above the screen.
            if index == layout.table.lowerBound, !row.isService, !isSelected {
                draw(service, TableRow(service: row.service), &frame, index, columns)
                continue
            }
            if let server = service.server(at: row) {
                draw(server, row, &frame, index, columns, at: snapshot.time)
            } else if let tier = row.tier {
                draw(tier, of: service, &frame, index, columns)
            } else {
                draw(service, row, &frame, index, columns)
            }
            finish(&frame, index, columns, isSelected: isSelected)
        }
    }

    private func drawNothing(_ frame: inout Frame, _ table: Range<Int>) {
        guard let first = table.first else { return }
        if case .lost(_, let reason) = feed {
            let lines =
                Shortening.lines(reason, width: frame.size.columns - 1, limit: 3)
                + ["Trying again. The kernel goes on with its table:", "`director ipvs -Ln` shows it."]
            for (index, line) in zip(table, lines) {
                frame.write(" \(line)", row: index, column: 0, style: index == first ? .strong : .plain)
            }
        } else {
            frame.write(" waiting for the daemon ...", row: first, column: 0, style: .dim)
        }
    }

    /// As long as those on the screen need.
    private func longestName(_ rows: ArraySlice<TableRow>, _ width: Int) -> Int {
        guard let services = snapshot?.services else { return 0 }
        return rows.map { row in
            let service = services[row.service]
            if row.isService { return "\(service.id) \(service.scheduler)".utf8.count + 2 }
            return service.server(at: row).map { Self.names($0, row, width)[0].utf8.count } ?? 0
        }.max() ?? 0
    }

    private func longestWeight(_ rows: ArraySlice<TableRow>) -> Int {
        guard let services = snapshot?.services else { return 0 }
        return rows.map { services[$0.service].server(at: $0)?.weightText.utf8.count ?? 0 }.max() ?? 0
    }

    /// From long to short: the forwarding method where there is room for it.
    private static func names(_ server: ServerSnapshot, _ row: TableRow, _ width: Int) -> [String] {
        let name = "    \(row.tier == nil ? "" : "  ")\(server.endpoint)"
        return width >= 100 ? ["\(name) \(server.method)", name] : [name]
    }

    /// The longest of the names that fits; one that does not loses its middle.
    private func write(
        names: [String], _ frame: inout Frame, _ line: Int, _ columns: Columns, style: Style = .plain
    ) {
        guard let column = columns[.name] else { return }
        let name = Shortening.fitting(column.width, names)
        let mark = name.prefix { $0 == " " }
        let short = Shortening.middle(
            String(name.dropFirst(mark.count)), to: column.width - mark.count, ascii: frame.ascii)
        frame.write(mark + short, at: column, row: line, style: style)
    }

    private func draw(_ tier: Int, of service: ServiceSnapshot, _ frame: inout Frame, _ line: Int, _ columns: Columns) {
        let servers = service.tiers[tier]
        let isActive = service.activeTier == tier
        let style = known(isActive ? .warning : .dim)
        for (kind, text) in [
            (Columns.Kind.name, "    fallback tier \(tier + 1)"),
            (.state, "\(servers.count(where: \.isUp))/\(servers.count)\(isLive ? "" : "?")"),
            (.reason, isActive ? "stands in" : "waiting"),
        ] {
            let wide = kind == .reason ? columns.wideReason(for: text) : nil
            if let column = wide ?? columns[kind] { frame.write(text, at: column, row: line, style: style) }
        }
    }

    private func draw(
        _ service: ServiceSnapshot, _ row: TableRow, _ frame: inout Frame, _ line: Int, _ columns: Columns
    ) {
        let summary = summaries[row.service]
        let mark = isFolded(row.service) ? (frame.ascii ? "+" : "\u{25B8}") : (frame.ascii ? "-" : "\u{25BE}")
        let style: Style = summary.trouble == .bad ? .bad : summary.trouble > .slight ? .warning : .good
        let reason = reason(service)
        let wide = reason.flatMap { columns.wideReason(for: $0.0) }
        func write(_ kind: Columns.Kind, _ text: String, _ style: Style = .strong) {
            guard let column = columns[kind], column.start < wide?.start ?? .max else { return }
            frame.write(text, at: column, row: line, style: known(style))
        }
        let name = "\(mark) \(service.id)"
        self.write(names: ["\(name) \(service.scheduler)", name], &frame, line, columns, style: known(.strong))
        write(.state, "\(summary.up)/\(summary.total)\(isLive ? "" : "?")", style)
        write(.active, ShortNumber.text(summary.active))
        write(.inactive, ShortNumber.text(summary.inactive))
        write(.rate, ShortNumber.text(summary.rates.connections))
        write(.inBytes, ShortNumber.text(summary.rates.inBytes))
        write(.outBytes, ShortNumber.text(summary.rates.outBytes))
        if let column = columns[.spark], wide == nil {
            let values = rates.values(service: row.service, server: nil, count: column.width)
            write(
                .spark,
                Sparkline.text(values, width: column.width, maximum: values.max() ?? 0, ascii: frame.ascii), .plain)
        }
        if let (text, style) = reason, let column = wide ?? columns[.reason] {
            frame.write(text, at: column, row: line, style: known(style))
        }
    }

    private func reason(_ service: ServiceSnapshot) -> (String, Style)? {
        if let problem = service.problem { return ("refused: \(problem)", .bad) }
        if !service.inKernel { return ("NOT IN THE KERNEL", .bad) }
        if let tier = service.activeTier {
            let servers = service.tiers.indices.contains(tier) ? service.tiers[tier] : []
            let names = servers.filter { $0.state == .up }.map(\.endpoint.description).joined(separator: ", ")
            return ("tier \(tier + 1) stands in: \(names)", .warning)
        }
        guard service.fallbackActive, let fallback = service.fallback else { return nil }
        return ("fallback \(fallback) stands in", .warning)
    }

    private func draw(
        _ server: ServerSnapshot, _ row: TableRow, _ frame: inout Frame, _ line: Int, _ columns: Columns,
        at now: WallTime
    ) {
        let (word, style) = server.look
        let reason = StatusText.reason(server, at: now, isBrief: true)
        let wide = style == .good ? nil : columns.wideReason(for: reason)
        func write(_ kind: Columns.Kind, _ text: String, _ style: Style = .plain) {
            guard let column = columns[kind], column.start < wide?.start ?? .max else { return }
            frame.write(text, at: column, row: line, style: known(style))
        }
        self.write(names: Self.names(server, row, frame.size.columns), &frame, line, columns, style: known(.plain))
        write(.state, isLive ? word : "\(word)?", style)
        write(.age, server.stateSince.map { (now - $0).shortAge } ?? "-")
        let isAsConfigured =
            server.state != .up || server.withdrawal != nil || server.kernelWeight == server.weight
            || row.tier != nil && server.kernelWeight == nil
        write(.weight, server.weightText, isAsConfigured ? .plain : .warning)
        write(.active, ShortNumber.text(UInt64(server.activeConnections)))
        write(.inactive, ShortNumber.text(UInt64(server.inactiveConnections)))
        write(.rate, ShortNumber.text(server.rates.connections))
        write(.inBytes, ShortNumber.text(server.rates.inBytes))
        write(.outBytes, ShortNumber.text(server.rates.outBytes))
        if let column = columns[.spark], wide == nil {
            let own = rates.values(service: row.service, server: placeInRates(row), count: column.width)
            write(.spark, Sparkline.text(own, width: column.width, maximum: own.max() ?? 0, ascii: frame.ascii))
        }
        if let latency = server.latency { write(.latency, ShortNumber.text(latency)) }
        if let column = wide ?? columns[.reason] {
            let style = known(server.state == .down ? .strong : .dim)
            frame.write(reason, at: column, row: line, style: style)
        }
    }

    /// Servers of tiers follow the real ones.
    private func placeInRates(_ row: TableRow) -> Int? {
        guard let tier = row.tier, let service = snapshot?.services[row.service] else { return row.server }
        return row.server.map { $0 + service.servers.count + service.tiers[..<tier].reduce(0) { $0 + $1.count } }
    }

    /// What nobody knows any more has no colour.
    private func known(_ style: Style) -> Style {
        guard !isLive else { return style }
        return switch style {
        case .good, .plain, .dim: .dim
        default: .strong
        }
    }

    /// The search and the cursor, over what is written.
    private func finish(_ frame: inout Frame, _ line: Int, _ columns: Columns, isSelected: Bool) {
        if !view.search.isEmpty { paintFound(&frame, line, columns) }
        guard isSelected else { return }
        frame.paint(row: line) { $0 == .bad || $0 == .warning ? .selectedBad : .selected }
    }

    private func paintFound(_ frame: inout Frame, _ line: Int, _ columns: Columns) {
        let wanted = Array(view.search.lowercased().unicodeScalars)
        for kind in [Columns.Kind.name, .reason] {
            guard let column = columns[kind] else { continue }
            let end = min(column.start + column.width, frame.size.columns)
            let text = (column.start..<max(column.start, end)).map { place in
                frame[line, place].scalar.map { Unicode.Scalar(String($0).lowercased()) ?? $0 }
            }
            for start in text.indices where start + wanted.count <= text.count {
                guard zip(wanted, text[start...]).allSatisfy({ $0 == $1 }) else { continue }
                let first = column.start + start
                frame.paint(row: line, columns: first..<first + wanted.count) { _ in .found }
            }
        }
    }
}

extension ServerSnapshot {
    /// A short word for the state, and how it looks.
    var look: (String, Style) {
        if let withdrawal { return (stateWord, withdrawal.isDraining ? .warning : .strong) }
        if heldUntil != nil || isKept { return (stateWord, .warning) }
        if state == .up, let agent, agent.effect != .none {
            // Its checks pass, and it gets nothing all the same.
            return (agent.effect == .out ? "AG. OUT" : stateWord, .warning)
        }
        return switch state {
        case .up: (stateWord, failures > 0 ? .warning : .good)
        case .down: (stateWord, .bad)
        case .unverified: ("unver.", .warning)
        }
    }
}

extension ServerSnapshot {
    /// The kernel's and the configured one.
    fileprivate var weightText: String { "\(kernelWeight.map(String.init) ?? "-")/\(weight)" }
}

extension Duration {
    /// In six columns at most, as long as nobody runs a farm for a million days.
    fileprivate var shortAge: String {
        let days = components.seconds / 86_400
        return days < 100 ? age : "\(days)d"
    }
}

extension Frame {
    fileprivate mutating func write(_ text: String, at column: Columns.Column, row: Int, style: Style) {
        if column.kind.isNumber {
            writeRight(text, row: row, column: column.start, width: column.width, style: style)
        } else {
            write(text, row: row, column: column.start, width: column.width, style: style)
        }
    }
}
