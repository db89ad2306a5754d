/// The HTTP statuses that count as an answer of a server that is up.
package struct StatusSet: Hashable, Sendable {
    /// In order, none touches the next: equal sets are equal values.
    package let ranges: [ClosedRange<UInt16>]

    /// ldirectord's: every status of success.
    package static let success = StatusSet([200...299])
    /// A final status has three digits, the first of which is not 1 (RFC 9110, section 15).
    package static let allowed: ClosedRange<UInt16> = 200...599
    /// Ranges that a set has at most.
    package static let limit = 64

    package init(_ ranges: [ClosedRange<UInt16>]) {
        var merged: [ClosedRange<UInt16>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, Int(range.lowerBound) <= Int(last.upperBound) + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    /// From `200,301-399`; nil when it is no such list, or names what is no final status.
    package init?(_ text: String) {
        var ranges: [ClosedRange<UInt16>] = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = item.split(separator: "-", omittingEmptySubsequences: false).map(Self.status)
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last,
                ranges.count < Self.limit
            else { return nil }
            ranges.append(first...last)
        }
        self.init(ranges)
    }

    private static func status(_ text: Substring) -> UInt16? {
        let digits = text.utf8.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }
        let rest = text.utf8.drop { $0 == UInt8(ascii: " ") }.dropFirst(digits.count)
        guard digits.count == 3, rest.allSatisfy({ $0 == UInt8(ascii: " ") }), let number = UInt16(Substring(digits))
        else { return nil }
        return allowed.contains(number) ? number : nil
    }

    package func contains(_ status: Int) -> Bool {
        ranges.contains { Int($0.lowerBound) <= status && status <= Int($0.upperBound) }
    }

    /// With a redirect among them the first answer is what is asked about, and redirects are not followed.
    package var hasRedirect: Bool {
        ranges.contains { $0.overlaps(300...399) }
    }
}

extension StatusSet: CustomStringConvertible {
    /// As it is written in the file.
    package var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
