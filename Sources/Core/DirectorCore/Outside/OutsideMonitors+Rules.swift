import DirectorConfig

/// What a report has to keep to, whoever looks: who reports finds out without a daemon. Each says what is wrong, nil
/// when nothing is.
extension OutsideMonitors {
    package static func problem(name: String) -> String? {
        OutsideName.isValid(name) ? nil : "'\(name.prefix(80))' is no name: \(OutsideName.rule)"
    }

    package static func problem(source: String) -> String? {
        OutsideName.isValid(source) ? nil : "'\(source.prefix(80))' is no name of a source: \(OutsideName.rule)"
    }

    package static func problem(text: String) -> String? {
        text.utf8.count <= textLimit ? nil : "the text has \(text.utf8.count) bytes, at most \(textLimit) are taken"
    }

    package static func problem(every: Duration) -> String? {
        guard !intervals.contains(every) else { return nil }
        return "a heartbeat comes every \(intervals.lowerBound.words) to \(intervals.upperBound.words), "
            + "not \(every.words)"
    }
}
