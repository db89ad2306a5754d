import Glibc

/// Counts and prints checks, one line each.
struct Checks {
    private(set) var failed = 0
    private(set) var passed = 0

    mutating func check(_ name: String, _ holds: Bool, _ detail: @autoclosure () -> String = "") {
        if holds {
            passed += 1
            print("ok    \(name)")
        } else {
            failed += 1
            print("FAIL  \(name)")
            for line in detail().split(separator: "\n") { print("      \(line)") }
        }
        fflush(nil)
    }

    mutating func equal<Value: Equatable>(_ name: String, _ found: Value, _ wanted: Value) {
        check(name, found == wanted, "found:  \(found)\nwanted: \(wanted)")
    }

    /// That lines are the same, whatever their order.
    mutating func sameLines(_ name: String, _ found: String, _ wanted: [String]) {
        let found = found.split(separator: "\n").map { String($0.trimmingTrailingBlanks()) }.sorted()
        let wanted = wanted.map { String($0[...].trimmingTrailingBlanks()) }.sorted()
        check(
            name, found == wanted,
            "only found:  \(found.filter { !wanted.contains($0) })\nonly wanted: \(wanted.filter { !found.contains($0) })"
        )
    }
}

extension Substring {
    func trimmingTrailingBlanks() -> Substring {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// What a program prints on standard output.
func output(_ command: String) -> String {
    guard let stream = popen(command, "r") else { return "cannot run \(command)" }
    defer { pclose(stream) }
    var text = ""
    var line: UnsafeMutablePointer<CChar>?
    var capacity = 0
    while getline(&line, &capacity, stream) > 0, let line { text += String(cString: line) }
    free(line)
    return text
}

/// Seconds on a clock that only goes forward.
func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
