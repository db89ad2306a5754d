import Glibc
internal import Synchronization

/// Standard output and error, for usage texts and errors of the command line. Whole texts, written before going on.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    private static let outputFailure = Atomic<Int32>(0)

    /// Why what was written last to standard output is not there, an errno; nil when all is.
    package static var outputProblem: Int32? {
        let number = outputFailure.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// Writes everything; false when the stream is closed or full for good.
    @discardableResult
    package func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if self == .output { Self.outputFailure.store(count < 0 ? errno : EIO, ordering: .relaxed) }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
