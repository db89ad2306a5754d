extension EventHistory {
    /// Far from where numbers end, and any number of events that a program can have told.
    package static let highestNumber: Int64 = 1 << 52

    /// Those of a file's records that were written one after the other: the longest run of ascending numbers. A number
    /// that a damaged disk has made higher or lower hides nothing but its own record.
    package static func inOrder(_ records: [EventRecord]) -> [EventRecord] {
        // The last record of a run of each length, with the lowest number that was found; and what each one follows.
        var ends: [Int] = []
        var before = [Int?](repeating: nil, count: records.count)
        for (index, record) in records.enumerated() where (1...highestNumber).contains(record.number) {
            var (low, high) = (0, ends.count)
            while low < high {
                let middle = (low + high) / 2
                if records[ends[middle]].number < record.number { low = middle + 1 } else { high = middle }
            }
            before[index] = low > 0 ? ends[low - 1] : nil
            if low == ends.count { ends.append(index) } else { ends[low] = index }
        }
        var run: [EventRecord] = []
        var next = ends.last
        while let index = next {
            run.append(records[index])
            next = before[index]
        }
        return run.reversed()
    }
}
