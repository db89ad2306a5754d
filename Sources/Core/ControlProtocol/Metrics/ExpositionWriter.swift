import DirectorCore
import TimeTypes

/// The text that collectors of metrics read, written family by family: OpenMetrics 1.0, or the older text of Prometheus
/// (0.0.4) for those who ask for that.
package struct ExpositionWriter {
    package enum Format: Hashable, Sendable {
        case openMetrics, prometheus

        /// What the HTTP header of the answer says.
        package var contentType: String {
            switch self {
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            }
        }
    }

    enum Kind {
        case gauge, counter, histogram, info
    }

    let format: Format
    private(set) var bytes: [UInt8] = []
    private var name = ""
    private var suffix = ""

    init(_ format: Format, reserving size: Int = 0) {
        self.format = format
        bytes.reserveCapacity(size)
    }

    /// Opens a family; its samples follow.
    mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
        self.name = name
        suffix = kind == .counter ? "_total" : kind == .info ? "_info" : ""
        // The older text names a counter, and what OpenMetrics calls an info, by its samples.
        let shown = format == .openMetrics ? name : name + suffix
        let word =
            switch kind {
            case .gauge: "gauge"
            case .counter: "counter"
            case .histogram: "histogram"
            case .info: format == .openMetrics ? "info" : "gauge"
            }
        bytes += "# TYPE \(shown) \(word)\n".utf8
        if format == .openMetrics, let unit { bytes += "# UNIT \(shown) \(unit)\n".utf8 }
        bytes += "# HELP \(shown) \(Self.escaped(help, quotes: format == .openMetrics))\n".utf8
    }

    mutating func sample(_ labels: Labels, _ value: some SampleValue) {
        bytes += name.utf8
        bytes += suffix.utf8
        bytes += labels.text.utf8
        bytes.append(UInt8(ascii: " "))
        bytes += value.sampleText.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Of a family that has one sample, without labels.
    mutating func sample(_ value: some SampleValue) {
        sample(Labels(), value)
    }

    /// Of times, whose numbers are nanoseconds, or of plain numbers.
    mutating func histogram(_ labels: Labels, _ histogram: Histogram, ofTimes: Bool) {
        func shown(_ number: Int64) -> String { ofTimes ? Self.seconds(number) : "\(number)" }
        var below: UInt64 = 0
        for (bound, count) in zip(histogram.bounds, histogram.counts) {
            below &+= count
            let limit = ofTimes ? shown(bound) : "\(bound).0"
            bytes += "\(name)_bucket\(labels.with("le", limit).text) \(below)\n".utf8
        }
        bytes += "\(name)_bucket\(labels.with("le", "+Inf").text) \(histogram.total)\n".utf8
        bytes += "\(name)_sum\(labels.text) \(shown(histogram.sum))\n".utf8
        bytes += "\(name)_count\(labels.text) \(histogram.total)\n".utf8
    }

    mutating func end() {
        if format == .openMetrics { bytes += "# EOF\n".utf8 }
    }

    /// Nanoseconds as seconds in decimal, with a fraction as long as it has to be.
    static func seconds(_ nanoseconds: Int64) -> String {
        let magnitude = nanoseconds.magnitude
        var fraction = String(magnitude % 1_000_000_000)
        fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
        while fraction.count > 1, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000_000).\(fraction)"
    }

    static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

/// The labels of a sample, written once for all the families that have them.
struct Labels: Sendable {
    private var inner = ""

    init() {}

    init(_ pairs: (name: String, value: String)...) {
        for pair in pairs { self = with(pair.name, pair.value) }
    }

    func with(_ name: String, _ value: String) -> Labels {
        var labels = self
        if !inner.isEmpty { labels.inner += "," }
        labels.inner += "\(name)=\"\(ExpositionWriter.escaped(value, quotes: true))\""
        return labels
    }

    var text: String { inner.isEmpty ? "" : "{\(inner)}" }
}

/// What a sample may be.
protocol SampleValue {
    var sampleText: String { get }
}

extension Int64: SampleValue { var sampleText: String { String(self) } }
extension UInt64: SampleValue { var sampleText: String { String(self) } }
extension Bool: SampleValue { var sampleText: String { self ? "1" : "0" } }
/// Seconds, exact to the nanosecond.
extension Duration: SampleValue { var sampleText: String { ExpositionWriter.seconds(nanoseconds) } }
