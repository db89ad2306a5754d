/// Whole lines of text for standard output or error, written without ever waiting for the reader; what it does not take
/// is dropped.
package struct LineStream: Sendable {
    private let output: LogOutput

    package init(descriptor: Int32) {
        output = LogOutput(descriptor: descriptor)
    }

    package func write(_ line: String) {
        output.write(Array(line.utf8), standingFor: 1)
    }
}
