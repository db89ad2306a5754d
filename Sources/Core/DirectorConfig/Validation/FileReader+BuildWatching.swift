internal import HealthChecking

extension FileReader {
    /// What watches the servers of a section beside their checks.
    mutating func buildWatching(_ section: Section, _ virtual: inout VirtualConfiguration) {
        buildSentinels(section, &virtual)
    }

    private mutating func buildSentinels(_ section: Section, _ virtual: inout VirtualConfiguration) {
        let written = section.watch.sentinel
        guard written?.value ?? globals.watch.sentinel?.value ?? false else { return }
        var isUsed = false
        for index in virtual.reals.indices {
            // Only what is asked over TCP can have an idle connection.
            guard case .probe(var spec) = virtual.reals[index].check, spec.hasConnection,
                !isOfDatagrams(spec, virtual)
            else { continue }
            spec.sentinel = CheckSpec.Sentinel(rechecks: virtual.failureCount)
            virtual.reals[index].check = .probe(spec)
            isUsed = true
        }
        if let written, !isUsed, !virtual.reals.isEmpty {
            problems.warning(
                written.place, "sentinel has no effect here: the servers are not checked over a TCP connection")
        }
    }

    /// A program may check anything; the port of a UDP service is hardly one of TCP.
    private func isOfDatagrams(_ spec: CheckSpec, _ virtual: VirtualConfiguration) -> Bool {
        if case .program = spec.kind { virtual.service.id.transport == .udp } else { false }
    }
}
