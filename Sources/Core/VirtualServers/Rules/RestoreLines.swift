/// The lines of a restore file, each the words of one command. Words stand between blanks, tabs and carriage returns;
/// there is no quoting and there are no comments. The word `ipvsadm` is dropped wherever it stands, and lines without
/// words are skipped. A last line that ends in two or more separators in place of a newline is dropped: so does
/// ipvsadm, and a file restores the same rules with either.
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
            if end == nil, Self.isLost(line) { return nil }
            let words = Self.words(line)
            if !words.isEmpty { return words }
        }
        return nil
    }

    /// Whether the last line, which has no end, does not count: ipvsadm takes one separator with the word before it,
    /// and gives up a line that ends while it looks for the next word behind another one. It says nothing of that.
    private static func isLost(_ line: ArraySlice<UInt8>) -> Bool {
        line.count > 1 && line.suffix(2).allSatisfy(isSeparator)
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
            let string = WordBytes.text(text.span)
            if string != "ipvsadm" { words.append(string) }
            index = stop
        }
        return words
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
