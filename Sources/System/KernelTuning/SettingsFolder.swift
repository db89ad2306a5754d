internal import Glibc

/// The kernel's settings below one folder of /proc/sys, those of the network namespace of whoever asks.
package struct SettingsFolder: Sendable {
    package static let ipvs = SettingsFolder("/proc/sys/net/ipv4/vs")

    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    package func has(_ name: String) -> Bool {
        guard let path = file(name) else { return false }
        return unsafe access(path, F_OK) == 0
    }

    /// The value, numbers parted by one blank; nil when the kernel has no such setting.
    package func read(_ name: String) -> String? {
        guard let path = file(name) else { return nil }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe Glibc.read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let words = bytes[..<count].split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A }
        return words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
    }

    /// Why the kernel did not take the value; nil when it did.
    package func write(_ name: String, _ value: String) -> String? {
        guard let path = file(name) else { return "there is no such setting" }
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return Self.reason(errno) }
        defer { close(descriptor) }
        // One write: the kernel parses what one write brings.
        let bytes = Array((value + "\n").utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        return count == bytes.count ? nil : Self.reason(count < 0 ? errno : EIO)
    }

    /// Nil for a name that would lead out of the folder.
    private func file(_ name: String) -> String? {
        let isPlain = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return isPlain && !name.isEmpty ? "\(path)/\(name)" : nil
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case ENOENT: "this kernel has no such setting"
        case EACCES, EPERM: "permission denied"
        case EINVAL, ERANGE: "the kernel does not take this value"
        case EROFS: "/proc/sys cannot be written here"
        default: "error \(number)"
        }
    }
}
