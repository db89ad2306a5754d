import ControlProtocol
import DirectorCore
import EventLoop
import VirtualRouting

/// The engine's part in the pair.
extension Engine {
    /// Looks after the pair from the first configuration on.
    func beginPair() {
        pair.onChange = { [unowned self] in pairChanged() }
        pair.follow()
        duties.begin()
    }

    private func pairChanged() {
        duties.look()
        onChange()
    }

    /// What operators ordered on the peer holds here, too, and is written down.
    func takeOver(_ orders: [SharedOrder]) {
        guard director?.takeOver(orders, at: EventLoop.moment) == true else { return followUp() }
        reconcile()
    }

    /// `director takeover` and `standby`.
    func carryOut(_ order: PairOrder, router: String?, user: UInt32) async -> ControlResponse {
        guard let configuration else { return .refused("the engine has not started yet") }
        guard !configuration.routers.isEmpty else {
            return .refused(
                "the configuration has no vrrp section, so there is nothing to \(order == .takeover ? "take" : "give")")
        }
        let group = router.flatMap(routerGroup(of:))
        if let router, group == nil {
            let names = configuration.routerGroups.map(\.name)
            return .refused("no virtual router '\(router)': there are \(names.joined(separator: ", "))")
        }
        let name = await userName(user)
        switch await pair.carryOut(order, router: group) {
        case .done(let text):
            var record = EventRecord(
                order == .takeover ? .takeoverOrdered : .standbyOrdered, at: EventLoop.wallTime,
                "\(text) (director \(order.rawValue) by \(name))")
            record.router = group
            report(record)
            return .done(["text": .string(text)])
        case .refused(let reason): return .refused(reason)
        }
    }

    /// The group that has this name or a section of this name: orders are for groups.
    func routerGroup(of name: String) -> String? {
        let groups = configuration?.routerGroups ?? []
        if groups.contains(where: { $0.name == name }) { return name }
        return groups.first { group in group.sections.contains { $0.name == name } }?.name
    }
}
