import EventLoop
import Glibc
import TimeTypes

/// When each group sent its last advertisement as master, in a file of the runtime directory: a process that died and
/// is back before the peers could miss it goes on as master. The monotonic clock is that of the machine's start, and
/// the runtime directory is empty after one.
@LoopActor final class MastershipMemory {
    private let descriptor: Int32
    private let groups: [String]
    private var before: [String: Int64] = [:]
    /// Nanoseconds in decimal, one line for each group.
    private static let width = 20

    init(path: String, groups: [String]) {
        self.groups = groups
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let length = min(max(0, lseek(descriptor, 0, SEEK_END)), 1 << 20)
        var bytes = [UInt8](repeating: 0, count: Int(length))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        for line in String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2, let instant = Int64(words[0]) { before[String(words[1])] = instant }
        }
        rewrite()
    }

    isolated deinit { if descriptor >= 0 { close(descriptor) } }

    /// What an earlier process has left; nil when it was not master.
    func lastAdvertisement(of group: String) -> MonotonicInstant? {
        guard let instant = before[group], instant > 0 else { return nil }
        return MonotonicInstant(nanoseconds: instant)
    }

    /// Each line starts at a place of its own, so that a note is one small write.
    private var places: [Int] {
        var next = 0
        return groups.map { name in
            defer { next += Self.width + 1 + name.utf8.count + 1 }
            return next
        }
    }

    private lazy var cachedPlaces = places

    private func rewrite() {
        guard descriptor >= 0 else { return }
        // What an earlier process left stays until this one has decided: it may die before that, too.
        let text = groups.map { Self.padded(before[$0] ?? 0) + " " + $0 + "\n" }.joined()
        _ = ftruncate(descriptor, 0)
        let bytes = Array(text.utf8)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    /// Nil: not master any more.
    func note(_ group: Int, at instant: MonotonicInstant?) {
        guard descriptor >= 0 else { return }
        let bytes = Array(Self.padded(instant?.nanoseconds ?? 0).utf8)
        _ = pwrite(descriptor, bytes, bytes.count, off_t(cachedPlaces[group]))
    }

    func forget() {
        for group in groups.indices { note(group, at: nil) }
    }

    private static func padded(_ number: Int64) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
