package import HealthChecking

/// The `virtual` sections of a file, in its order. Each stands apart, so that whoever goes on with one shares it.
package struct VirtualConfigurations: Hashable, Sendable {
    package private(set) var shared: [Apart<VirtualConfiguration>] = []

    package init() {}
}

extension VirtualConfigurations: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { shared.count }

    package subscript(_ index: Int) -> VirtualConfiguration {
        get { shared[index].wrappedValue }
        set { shared[index].wrappedValue = newValue }
    }

    package mutating func replaceSubrange(
        _ range: Range<Int>, with new: some Collection<VirtualConfiguration>
    ) {
        shared.replaceSubrange(range, with: new.map { Apart(wrappedValue: $0) })
    }

    package mutating func reserveCapacity(_ count: Int) { shared.reserveCapacity(count) }

    package mutating func append(_ virtual: VirtualConfiguration) { shared.append(Apart(wrappedValue: virtual)) }
}

extension VirtualConfigurations: ExpressibleByArrayLiteral {
    package init(arrayLiteral virtuals: VirtualConfiguration...) { self.init(virtuals) }
}
