/// The word among some that was likely meant by another.
package enum Suggestion {
    /// The nearest words within a third of their length, the best first, at most `limit`.
    package static func near(to word: String, among words: [String], limit: Int) -> [String] {
        guard word.utf8.count <= 100 else { return [] }
        let lowered = Array(word.lowercased().utf8)
        let measured = words.compactMap { candidate -> (Int, String)? in
            let bytes = Array(candidate.lowercased().utf8)
            guard abs(bytes.count - lowered.count) <= max(1, bytes.count / 3) else { return nil }
            let distance = distance(lowered, bytes)
            return distance <= max(1, bytes.count / 3) ? (distance, candidate) : nil
        }
        return measured.sorted { $0 < $1 }.prefix(limit).map(\.1)
    }

    /// The nearest word within a third of its length, the first of equals; nil when none is near.
    static func nearest(to word: String, among words: some Sequence<String>) -> String? {
        guard word.utf8.count <= 40 else { return nil }
        let lowered = word.lowercased()
        var best: (distance: Int, word: String)?
        for candidate in words {
            let limit = max(1, candidate.utf8.count / 3)
            let distance = distance(Array(lowered.utf8), Array(candidate.utf8))
            if distance <= limit, best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and exchanges of neighbours that turn one word into the other.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var cost = last[column] + (left[row] == right[column] ? 0 : 1)
                cost = min(cost, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
