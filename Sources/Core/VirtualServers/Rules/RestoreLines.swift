/// The lines of a restore file, each the words of one command. Words stand between blanks, tabs and carriage returns;
/// there is no quoting and there are no comments. The word `ipvsadm` is dropped wherever it stands, and lines without
/// words are skipped.
package struct RestoreLines: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>
    /// Longer words fall into pieces of this length, as they do in ipvsadm's buffer.
    private static let longestWord = 4096

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    package mutating func next() -> [String]? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let line = rest[..<(end ?? rest.endIndex)]
            rest = end.map { rest[($0 + 1)...] } ?? []
            let words = Self.words(line)
            if !words.isEmpty { return words }
        }
        return nil
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [String] {
        var words: [String] = []
        var index = line.startIndex
        while index < line.endIndex {
            if isSeparator(line[index]) {
                index += 1
                continue
            }
            var stop = index
            while stop < line.endIndex, !isSeparator(line[stop]), stop - index < longestWord { stop += 1 }
            let word = line[index..<stop]
            let text = word.firstIndex(of: 0).map { word[..<$0] } ?? word
            let string = WordBytes.text(text)
            if string != "ipvsadm" { words.append(string) }
            index = stop
        }
        return words
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
