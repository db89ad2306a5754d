internal import CLinux
import Glibc

/// What a unix socket could not do: what was tried, on which path, and the system's reason.
package struct SocketError: Error, Equatable, CustomStringConvertible {
    package let context: String
    package let errno: Int32

    package init(_ context: String, errno: Int32) {
        self.context = context
        self.errno = errno
    }

    package var description: String {
        errno == 0 ? context : "\(context): \(Self.words(errno))"
    }

    private static func words(_ number: Int32) -> String {
        var text = [CChar](repeating: 0, count: 128)
        unsafe clinux_describe_error(number, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
