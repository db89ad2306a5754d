/// What policies mean together with the rest of the file.
extension FileReader {
    mutating func lintPolicies(_ configuration: Configuration) {
        let all = configuration.policies + configuration.virtuals.flatMap(\.policies)
        guard !all.isEmpty else { return }
        lintRouters(all, configuration.routers)
        lintLoops(all)
    }

    private mutating func lintRouters(_ policies: [EventPolicy], _ routers: [RouterConfiguration]) {
        let names = routers.map(\.name) + routers.compactMap(\.group)
        for word in policyRouters where !names.contains(word.value) {
            let near = Suggestion.nearest(to: word.value, among: names).map { ", did you mean '\($0)'?" } ?? ""
            problems.error(word.place, "there is no 'vrrp = \(word.value.utf8.shown)' in this file\(near)")
        }
        for policy in policies {
            switch policy.action {
            case .standby(nil) where routers.isEmpty:
                problems.error(
                    Place(policy.line, 1), "standby gives up a mastership, and the file has no vrrp section")
            case .fence(nil) where routers.count { $0.fence != nil } != 1:
                problems.error(
                    Place(policy.line, 1),
                    "fence needs the name of a vrrp section with a 'fence =' line, unless there is exactly one")
            case .fence(let name?) where names.contains(name) && !isFenced(name, routers):
                problems.error(Place(policy.line, 1), "fence: 'vrrp = \(name)' has no 'fence =' line")
            default: break
            }
        }
    }

    private func isFenced(_ name: String, _ routers: [RouterConfiguration]) -> Bool {
        routers.contains { ($0.name == name || $0.group == name) && $0.fence != nil }
    }

    /// An event that raises itself, directly or by way of others, would never end; that it is cut off at some depth
    /// does not make it right.
    private mutating func lintLoops(_ policies: [EventPolicy]) {
        let raising = policies.compactMap { policy -> (policy: EventPolicy, from: String?, to: String)? in
            guard policy.trigger.kind == .eventRaised, case .raise(let name) = policy.action else { return nil }
            return (policy, policy.trigger.name, name)
        }
        for start in raising {
            var reached: Set = [start.to]
            var frontier = reached
            while !frontier.isEmpty {
                let next = Set(raising.filter { $0.from.map(frontier.contains) ?? true }.map(\.to))
                frontier = next.subtracting(reached)
                reached.formUnion(next)
            }
            // One that any event raises is raised by itself.
            guard start.from.map(reached.contains) ?? true else { continue }
            problems.error(
                Place(start.policy.line, 1),
                "event \(start.to) raises itself again by way of its policies: such a circle never ends")
        }
    }
}
