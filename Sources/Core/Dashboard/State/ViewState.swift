package import DirectorCore
import HealthChecking
package import NetworkTypes
package import VirtualServers

/// How somebody looks at the dashboard: what is sorted, folded, sought and selected. None of it comes from the daemon.
package struct ViewState: Hashable, Sendable {
    package enum Sort: String, Hashable, Sendable, CaseIterable {
        case file, trouble, name, active, rate
    }

    package enum Row: Hashable, Sendable {
        case service(VirtualService.ID)
        case server(VirtualService.ID, Endpoint)
        /// A fallback tier, from 0, and a server of one.
        case tier(VirtualService.ID, Int)
        case tierServer(VirtualService.ID, Int, Endpoint)

        var service: VirtualService.ID {
            switch self {
            case .service(let id), .server(let id, _), .tier(let id, _), .tierServer(let id, _, _): id
            }
        }
    }

    /// What keys go to.
    package enum Mode: Hashable, Sendable {
        case table
        case help
        /// A text is being typed.
        case search
        case filter
        /// An order waits for a yes.
        case confirm(Order)
    }

    /// What is to be done to a real server.
    package struct Order: Hashable, Sendable {
        package var action: OperatorAction
        package var service: VirtualService.ID
        package var server: Endpoint

        package init(action: OperatorAction, service: VirtualService.ID, server: Endpoint) {
            self.action = action
            self.service = service
            self.server = server
        }
    }

    package enum EventPane: Hashable, Sendable {
        case some, many, none
    }

    package var mode = Mode.table
    package var sort = Sort.file
    package var isReversed = false
    package var onlyTrouble = false
    package var search = ""
    package var filter = ""
    package var events = EventPane.some
    package var selected: Row?
    /// The row of the table at the top of the screen.
    package var top = 0
    /// Where the selected row was last, for when it is gone.
    package var cursor = 0
    /// What was folded or unfolded by hand.
    package var folds: [VirtualService.ID: Bool] = [:]
    /// For all that was not; nil lets the size of the farm decide.
    package var foldsAll: Bool?
    /// For a pipe rather than a screen: all rows, nothing about keys.
    package var isPage = false
    /// One line for the operator, until the next key.
    package var notice = ""
    /// The line of the help at the top of the screen.
    var helpTop = 0

    /// The line at the bottom has something to ask or to say.
    var needsFooter: Bool {
        switch mode {
        case .search, .filter, .confirm: true
        case .table, .help: !notice.isEmpty
        }
    }

    package init() {}
}
