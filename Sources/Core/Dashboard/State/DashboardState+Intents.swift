import DirectorCore
import VirtualServers

extension DashboardState {
    /// What the program has to do after a key; nil for nothing but to draw.
    package enum Effect: Hashable, Sendable {
        case quit, suspend, redraw
        /// Confirmed: to be sent to the daemon, whose answer is the notice.
        case order(ViewState.Order)
    }

    package mutating func apply(_ intent: Intent, size: Size) -> Effect? {
        view.notice = ""
        switch intent {
        case .quit: return .quit
        case .suspend: return .suspend
        case .redraw: return .redraw
        case .help:
            view.mode = .help
            view.helpTop = 0
        case .page where view.mode == .help: turnHelp(size)
        case .move(let rows): select(view.cursor + rows)
        case .page(let pages): select(view.cursor + pages * max(1, Layout(self, size).table.count - 1))
        case .first: select(0)
        case .last: select(.max)
        case .toggleFold: setFold { !$0 }
        case .fold: setFold { _ in true }
        case .unfold: setFold { _ in false }
        case .foldAll: foldAll()
        case .nextSort:
            let all = ViewState.Sort.allCases
            view.sort = all[((all.firstIndex(of: view.sort) ?? 0) + 1) % all.count]
            select(0)
        case .reverse:
            view.isReversed.toggle()
            // Who sorts wants to see what comes first.
            select(0)
        case .toggleTrouble: view.onlyTrouble.toggle()
        case .nextEventPane: view.events = view.events == .some ? .many : view.events == .many ? .none : .some
        case .findNext: find(forward: true, fromNext: true)
        case .findPrevious: find(forward: false, fromNext: true)
        case .order(let action): ask(action)
        case .confirm:
            guard case .confirm(let order) = view.mode else { return nil }
            view.mode = .table
            return .order(order)
        default: edit(intent)
        }
        return nil
    }

    /// Keys of the line at the bottom.
    private mutating func edit(_ intent: Intent) {
        switch intent {
        case .beginSearch:
            view.mode = .search
            view.search = ""
        case .beginFilter:
            view.mode = .filter
            view.filter = ""
        case .type(let scalar): change { $0.unicodeScalars.append(scalar) }
        case .erase: change { if !$0.isEmpty { $0.unicodeScalars.removeLast() } }
        case .accept:
            if view.mode == .search { find(forward: true, fromNext: false) }
            view.mode = .table
        case .cancel:
            if case .confirm = view.mode { view.notice = "nothing was done" }
            // In the table it takes back what hides rows.
            if view.mode == .search || view.mode == .table { view.search = "" }
            if view.mode == .filter || view.mode == .table { view.filter = "" }
            if view.mode == .table { view.onlyTrouble = false }
            view.mode = .table
        default: break
        }
    }

    private mutating func change(_ edit: (inout String) -> Void) {
        if view.mode == .search {
            edit(&view.search)
            find(forward: true, fromNext: false)
        } else {
            edit(&view.filter)
        }
        let limit = 100
        view.search = String(view.search.prefix(limit))
        view.filter = String(view.filter.prefix(limit))
    }

    /// What was selected a moment ago is what is asked about, whatever moves on the screen.
    private mutating func ask(_ action: OperatorAction) {
        guard isLive else {
            view.notice = "the daemon does not answer: nothing can be changed now"
            return
        }
        if case .tierServer? = view.selected {
            view.notice = "\(action.rawValue): a server of a fallback tier takes no orders, only real servers do"
            return
        }
        guard case .server(let service, let server)? = view.selected else {
            view.notice = "\(action.rawValue): select a real server first"
            return
        }
        view.mode = .confirm(ViewState.Order(action: action, service: service, server: server))
    }

    // MARK: - Selection

    private mutating func select(_ index: Int) {
        let rows = rows()
        guard !rows.isEmpty else { return }
        view.cursor = min(max(index, 0), rows.count - 1)
        view.selected = id(of: rows[view.cursor])
    }

    private var selectedService: Int? {
        guard let id = view.selected?.service else { return nil }
        return snapshot?.services.firstIndex { $0.id == id }
    }

    private mutating func setFold(_ decide: (Bool) -> Bool) {
        guard let index = selectedService, let id = snapshot?.services[index].id else { return }
        view.folds[id] = decide(isFolded(index))
        if view.folds[id] == true { view.selected = .service(id) }
    }

    private mutating func foldAll() {
        let anyOpen = snapshot?.services.indices.contains { !isFolded($0) } ?? false
        view.foldsAll = anyOpen
        view.folds = [:]
        if anyOpen, let index = selectedService, let id = snapshot?.services[index].id { view.selected = .service(id) }
    }

    /// Goes to the next line with the sought text; folded services are opened for it.
    private mutating func find(forward: Bool, fromNext: Bool) {
        let wanted = view.search.lowercased()
        guard !wanted.isEmpty else { return }
        var everything = self
        everything.view.foldsAll = false
        everything.view.folds = [:]
        let rows = everything.rows()
        guard !rows.isEmpty else { return }
        let start = rows.firstIndex { id(of: $0) == view.selected } ?? 0
        for step in (fromNext ? 1 : 0)..<(rows.count + (fromNext ? 1 : 0)) {
            let index = (start + (forward ? step : rows.count - step % rows.count)) % rows.count
            guard text(of: rows[index]).contains(wanted) else { continue }
            if !rows[index].isService, isFolded(rows[index].service),
                let service = snapshot?.services[rows[index].service].id
            {
                view.folds[service] = false
            }
            view.selected = id(of: rows[index])
            return
        }
        view.notice = "nothing here has '\(view.search)' in it"
    }

    /// Keeps the selected row in sight after whatever has changed.
    package mutating func settle(_ size: Size) {
        let rows = rows()
        if let selected = view.selected, let index = rows.firstIndex(where: { id(of: $0) == selected }) {
            view.cursor = index
        } else {
            view.cursor = min(view.cursor, max(0, rows.count - 1))
            view.selected = rows.isEmpty ? nil : id(of: rows[view.cursor])
        }
        let visible = max(1, Layout(self, size).table.count)
        if view.cursor < view.top { view.top = view.cursor }
        // The service of a server at the top edge is worth its line.
        if view.cursor == view.top, view.top > 0, rows.indices.contains(view.top), !rows[view.top].isService {
            view.top = max(0, view.top - 1)
        }
        if view.cursor >= view.top + visible { view.top = view.cursor - visible + 1 }
        view.top = max(0, min(view.top, rows.count - visible))
    }
}
