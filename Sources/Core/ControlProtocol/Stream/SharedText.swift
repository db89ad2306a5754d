/// A text that may wait for many clients at once and is in memory once.
package final class SharedText: Sendable {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }
}
