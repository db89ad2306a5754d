package import NetworkTypes
package import TimeTypes

/// A message that lacks a member or has it in another shape than it should.
package struct DecodingFailure: Error, Equatable, CustomStringConvertible {
    package var member: String

    package init(_ member: String) {
        self.member = member
    }

    package var description: String { "the message has no valid '\(member)'" }
}

extension JSON {
    package func member(_ key: String) throws(DecodingFailure) -> JSON {
        guard let value = self[key] else { throw DecodingFailure(key) }
        return value
    }

    package func text(_ key: String) throws(DecodingFailure) -> String {
        guard let text = self[key]?.string else { throw DecodingFailure(key) }
        return text
    }

    package func integer(_ key: String) throws(DecodingFailure) -> Int64 {
        guard let value = self[key]?.integer else { throw DecodingFailure(key) }
        return value
    }

    package func flag(_ key: String) throws(DecodingFailure) -> Bool {
        guard let value = self[key]?.bool else { throw DecodingFailure(key) }
        return value
    }

    package func endpoint(_ key: String) throws(DecodingFailure) -> Endpoint {
        guard let endpoint = Endpoint(try text(key)) else { throw DecodingFailure(key) }
        return endpoint
    }

    /// Between 1970 and 2200: spans between such times can be reckoned with, whatever a damaged file says.
    package func time(_ key: String) throws(DecodingFailure) -> WallTime {
        let value = try integer(key)
        guard (0...7_258_118_400_000).contains(value) else { throw DecodingFailure(key) }
        return WallTime(milliseconds: value)
    }

    package func list<Element>(
        _ key: String, _ element: (JSON) throws(DecodingFailure) -> Element
    ) throws(DecodingFailure) -> [Element] {
        guard case .array(let values)? = self[key] else { throw DecodingFailure(key) }
        var elements: [Element] = []
        elements.reserveCapacity(values.count)
        for value in values { elements.append(try element(value)) }
        return elements
    }
}
