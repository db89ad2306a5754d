import Glibc

/// The one thing that the supervisor wants to know of the configuration, without parsing it.
enum ConfigurationGlance {
    /// Bytes that a file may have, as for `ConfigurationFile`.
    private static let sizeLimit = 64 << 20

    /// Whether a line opens a vrrp section.
    static func hasVRRP(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // What is no configuration for the engine has no end for us, either: a device, say.
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        var rest = Self.sizeLimit
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var search = VRRPLineSearch()
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0, rest > 0 else { return search.isFound }
            rest -= count
            for byte in chunk[..<count] where search.see(byte) { return true }
        }
    }
}

/// Looks for a line that starts with `vrrp` and a blank or `=`.
struct VRRPLineSearch {
    private static let word = Array("vrrp".utf8)
    private(set) var isFound = false
    /// Bytes of the word that the line has so far; nil when it starts otherwise.
    private var matched: Int? = 0

    mutating func see(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: "\n") {
            matched = 0
        } else if let count = matched {
            if count < Self.word.count {
                matched = byte == Self.word[count] ? count + 1 : nil
            } else {
                isFound = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "=")].contains(byte)
                matched = nil
            }
        }
        return isFound
    }
}
