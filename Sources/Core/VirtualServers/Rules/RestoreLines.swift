/// The lines of a restore file, each the words of one command. Words stand between blanks and tabs; there is no
/// quoting and there are no comments. The word `ipvsadm` is dropped wherever it stands, and lines without words are
/// skipped.
package struct RestoreLines: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>
    /// Longer words fall into pieces of this length, as they do in ipvsadm's buffer.
    private static let longestWord = 4096

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    package mutating func next() -> [String]? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let words = Self.words(rest[..<end])
            rest = rest[Swift.min(end + 1, rest.endIndex)...]
            if !words.isEmpty { return words }
        }
        return nil
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var index = line.startIndex
        // A carriage return at the end comes from an editor of another system.
        var end = line.endIndex
        while end > index, line[end - 1] == 0x20 || (0x09...0x0D).contains(line[end - 1]) { end -= 1 }
        while index < end {
            if line[index] == 0x20 || line[index] == 0x09 {
                index += 1
                continue
            }
            var stop = index
            while stop < end, line[stop] != 0x20, line[stop] != 0x09, stop - index < longestWord { stop += 1 }
            let word = line[index..<stop]
            let text = word.firstIndex(of: 0).map { word[..<$0] } ?? word
            let string = String(decoding: text, as: UTF8.self)
            if string != "ipvsadm" { words.append(string) }
            index = stop
        }
        return words
    }
}
