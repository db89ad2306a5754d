internal import CLinux

/// What the loop could not do: what was tried, on what, and the system's reason.
package struct LoopError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case watch, signal, spawn, blocking
    }

    package let code: Code
    package let context: String
    /// The system's error number, 0 when the reason is in the context alone.
    package let errno: Int32

    package init(_ code: Code, _ context: String, errno: Int32 = 0) {
        self.code = code
        self.context = context
        self.errno = errno
    }

    package var description: String {
        errno == 0 ? context : "\(context): \(ErrnoText.describe(errno))"
    }
}

/// The system's words for an error number.
package enum ErrnoText {
    package static func describe(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        unsafe clinux_describe_error(number, &buffer, buffer.count)
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
