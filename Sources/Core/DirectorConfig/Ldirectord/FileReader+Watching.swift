/// Director's own keys about how a real server is watched beside its checks; they stand globally and in sections, nil
/// where nothing is written.
struct WatchSettings {
    var sentinel: Placed<Bool>?
}

extension FileReader {
    mutating func read(
        watch directive: Directive, _ scanner: inout Scanner, into watch: WritableKeyPath<FileReader, WatchSettings>
    ) {
        let place = scanner.place
        switch directive {
        case .sentinel:
            if let value = yesNo(directive, &scanner) { self[keyPath: watch].sentinel = Placed(value, place) }
        default: break
        }
    }
}
