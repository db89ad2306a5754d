/// Commands in order, in small pieces: the thousands of a start find room between what is there already, where one list
/// of them all would need as much besides.
package struct CommandList: Equatable, Sendable {
    private static let pieceBits = 3
    private static let pieceLength = 1 << pieceBits

    /// All but the last have `pieceLength`.
    private var pieces: [[IPVSCommand]] = []

    package init() {}

    package mutating func append(_ command: IPVSCommand) {
        if pieces.last.map({ $0.count == Self.pieceLength }) ?? true {
            var piece: [IPVSCommand] = []
            piece.reserveCapacity(Self.pieceLength)
            pieces.append(piece)
        }
        pieces[pieces.count - 1].append(command)
    }

    package static func += (list: inout Self, more: Self) {
        for command in more { list.append(command) }
    }

    package static func + (left: Self, right: Self) -> Self {
        var list = left
        list += right
        return list
    }
}

extension CommandList: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { pieces.last.map { (pieces.count - 1) << Self.pieceBits + $0.count } ?? 0 }
    package subscript(_ index: Int) -> IPVSCommand { pieces[index >> Self.pieceBits][index & (Self.pieceLength - 1)] }
}

extension CommandList: ExpressibleByArrayLiteral {
    package init(arrayLiteral commands: IPVSCommand...) { self.init(commands) }

    package init(_ commands: some Sequence<IPVSCommand>) {
        for command in commands { append(command) }
    }
}
