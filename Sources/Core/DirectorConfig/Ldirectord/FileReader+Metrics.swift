internal import NetworkTypes

/// `metrics = ADDRESS:PORT` or `no`: where metrics and the status page are served. An address is written, not a name:
/// it has to be this machine's own.
extension FileReader {
    mutating func readMetrics(_ scanner: inout Scanner) {
        let place = scanner.place
        guard let value = text(.metrics, &scanner, .allowed) else { return }
        if value.value == "no" {
            globals.metrics = nil
            return
        }
        guard let endpoint = Endpoint(value.value), endpoint.port > 0, !endpoint.address.isMulticast else {
            problems.error(
                place,
                "metrics is an address of this machine with a port, such as 127.0.0.1:9189 or [::1]:9189, or no, "
                    + "not '\(value.value.utf8.shown)'")
            return
        }
        globals.metrics = endpoint
        if endpoint.address.isUnspecified {
            problems.warning(
                place, "everybody who reaches this machine can read the metrics and the status page: name one address")
        }
    }
}
