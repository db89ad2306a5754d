package import ControlProtocol
package import DirectorCore
package import TimeTypes
import VirtualServers

/// Everything that a frame is made of.
package struct DashboardState: Sendable {
    /// Whether what is shown is what is.
    package enum Feed: Hashable, Sendable {
        case connecting
        case live
        /// Since when nothing has been heard, and why.
        case lost(since: WallTime, reason: String)
    }

    /// Services beyond which those without trouble are folded, unless somebody wants it otherwise.
    static let foldingLimit = 50

    package private(set) var snapshot: Snapshot?
    package internal(set) var summaries: [ServiceSummary] = []
    package private(set) var rates = RateHistory()
    package var feed = Feed.connecting
    package var view = ViewState()

    package init() {}

    /// Takes in a line of the subscription. False when it does not fit what is known: only a new subscription helps.
    package mutating func take(_ message: StreamMessage) -> Bool {
        switch message {
        case .snapshot(let new):
            snapshot = new
            summaries = new.services.map(ServiceSummary.init)
            rates.rearrange(for: new)
        case .update(let update):
            guard snapshot?.apply(update) == true else { return false }
            summarize(update)
        case .events: return true
        case .refused: return false
        }
        feed = .live
        if let snapshot { rates.take(snapshot) }
        return true
    }

    private mutating func summarize(_ update: SnapshotUpdate) {
        guard let services = snapshot?.services else { return }
        var changed = Set(update.services.keys)
        for place in update.servers.keys { changed.insert(place.service) }
        for place in update.measures.keys { changed.insert(place.service) }
        for index in changed { summaries[index] = ServiceSummary(services[index]) }
    }

    package var isLive: Bool { feed == .live }

    func isFolded(_ service: Int) -> Bool {
        guard let services = snapshot?.services else { return false }
        if let byHand = view.folds[services[service].id] { return byHand }
        if let all = view.foldsAll { return all }
        return services.count > Self.foldingLimit && summaries[service].trouble < .some
    }
}
