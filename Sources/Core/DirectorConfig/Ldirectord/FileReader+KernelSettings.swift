/// `sysctl = NAME VALUE`, `sysctl NAME = VALUE` or `sysctl = none`: the kernel's IPVS settings.
extension FileReader {
    mutating func readKernelSetting(_ scanner: inout Scanner) {
        let place = scanner.place
        let name = settingName(scanner.take { !$0.isBlank && $0 != UInt8(ascii: "=") }, scanner)
        scanner.skipBlanks()
        if scanner.skip(UInt8(ascii: "=")) { scanner.skipBlanks() }
        guard !scanner.isAtEnd else {
            if name == "none" {
                globals.kernelSettings.leavesDefaults = true
            } else {
                problems.error(
                    place,
                    name.isEmpty
                        ? "sysctl needs a name and a value: sysctl = expire_nodest_conn 1"
                        : "sysctl \(name.utf8.shown) has no value: sysctl = \(name.utf8.shown) 1")
            }
            return
        }
        let known = KernelSettingCatalogue.known[name]
        guard known != nil || kernelHasSetting(name) else {
            let near = Suggestion.nearest(to: name, among: KernelSettingCatalogue.known.keys.sorted())
            let hint = near.map { ", did you mean '\($0)'?" } ?? ": it is a file of /proc/sys/net/ipv4/vs"
            problems.error(place, "unknown IPVS setting '\(name.utf8.shown)'\(hint)")
            return
        }
        let valuePlace = scanner.place
        let written = scanner.rest.count <= 64 ? scanner.text(scanner.rest) : ""
        guard let numbers = KernelSettingCatalogue.numbers(written), isAllowed(numbers, known) else {
            let right = known.map(KernelSettingCatalogue.words) ?? "one or more numbers"
            problems.error(valuePlace, "\(name) is \(right), not '\(scanner.shown(scanner.rest))'")
            return
        }
        if name == "sync_threshold", numbers.count == 2, numbers[1] > 0, numbers[0] >= numbers[1] {
            problems.error(
                valuePlace, "the first number of sync_threshold is below the second, not \(numbers[0]) \(numbers[1])")
            return
        }
        if let before = settingLines.updateValue(place.line, forKey: name) {
            problems.warning(place, "sysctl \(name) stands in line \(before) already: the last one counts")
        }
        globals.kernelSettings.written[name] = numbers.map(String.init).joined(separator: " ")
    }

    /// The name of the file; sysctl(8)'s way of writing it is understood too.
    private func settingName(_ range: Range<Int>, _ scanner: Scanner) -> String {
        let text = range.count <= 64 ? scanner.text(range) : scanner.shown(range)
        for prefix in ["net.ipv4.vs.", "net/ipv4/vs/", "/proc/sys/net/ipv4/vs/"] where text.hasPrefix(prefix) {
            return String(text.dropFirst(prefix.count))
        }
        return text
    }

    private func isAllowed(_ numbers: [Int64], _ ranges: [ClosedRange<Int64>]?) -> Bool {
        guard let ranges else { return true }
        return numbers.count == ranges.count && zip(numbers, ranges).allSatisfy { $1.contains($0) }
    }
}
