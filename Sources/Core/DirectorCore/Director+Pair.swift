/// What the pair wants to know of the balancing.
extension Director {
    /// At least one real server takes connections; also where there is none to check, and before all were.
    package var servesAnybody: Bool {
        guard allChecked else { return true }
        let servers = services.values.flatMap { $0.health.values }
        return servers.isEmpty || servers.contains { $0.state == .up }
    }

    /// What the kernel refused of a service, and so does not have; nil when it has everything.
    package var firstRefusal: String? { refusals.min { $0.key < $1.key }?.value }
}
