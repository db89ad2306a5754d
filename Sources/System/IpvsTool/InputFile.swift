internal import Glibc

/// Reads files and standard input whole or in large pieces.
enum InputFile {
    /// What one read brings; empty at the end, or on an error, which ends the input too.
    static func chunk(of descriptor: Int32) -> [UInt8] {
        let limit = 1 << 18
        return unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var got = -1
            repeat {
                got = unsafe read(descriptor, buffer.baseAddress, limit)
            } while got < 0 && errno == EINTR
            count = max(got, 0)
        }
    }

    /// Everything up to the end.
    static func all(of descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = chunk(of: descriptor)
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    /// The whole of a file; nil when it cannot be opened.
    static func contents(of path: String) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return all(of: descriptor)
    }
}
