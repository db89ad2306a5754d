/// A value that stands apart from its owner, which holds a word in its place, and that copies share until one of them
/// changes its own: for what is large, and as it was at the beginning in most of thousands.
@propertyWrapper package struct Apart<Value> {
    indirect enum Place {
        case apart(Value)
    }

    private var place: Place

    package init(wrappedValue: Value) { place = .apart(wrappedValue) }

    package var wrappedValue: Value {
        get {
            switch place {
            case .apart(let value): value
            }
        }
        set { place = .apart(newValue) }
    }
}

extension Apart.Place: Equatable where Value: Equatable {}
extension Apart.Place: Hashable where Value: Hashable {}
extension Apart.Place: Sendable where Value: Sendable {}
extension Apart: Equatable where Value: Equatable {
    /// Gives up its own copy where the other one is equal.
    package mutating func share(with other: Self) {
        if self == other { self = other }
    }
}
extension Apart: Hashable where Value: Hashable {}
extension Apart: Sendable where Value: Sendable {}
