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

    /// It is there, and not for this user.
    package var isForbidden: Bool { errno == EACCES }

    /// Why there is no connection to a daemon, for who asks it something.
    static func connecting(to path: String, errno: Int32) -> SocketError {
        switch errno {
        // Its queue of connections is full.
        case EAGAIN: SocketError("\(path): the daemon does not answer", errno: 0)
        case EACCES:
            SocketError(
                "cannot connect to \(path), which is for root and the groups of readers, reporters and operators in "
                    + "the configuration", errno: errno)
        default: SocketError("cannot connect to \(path)", errno: errno)
        }
    }

    private static func words(_ number: Int32) -> String {
        var text = [CChar](repeating: 0, count: 128)
        unsafe clinux_describe_error(number, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
