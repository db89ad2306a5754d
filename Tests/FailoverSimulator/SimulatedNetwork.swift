/// Who can reach whom: on the segments that advertisements go over, and on each link, in each direction.
struct SimulatedNetwork {
    let directors: Int
    let segments: Int
    /// First the segments, then the links.
    private(set) var ways: [[Way]]

    struct Way {
        var isOpen = true
        /// Since when nothing was lost on it. A way that is shut loses everything.
        var isCleanSince: Int64 = 0
    }

    init(directors: Int, segments: Int, links: Int) {
        self.directors = directors
        self.segments = segments
        ways = Array(repeating: Array(repeating: Way(), count: directors * directors), count: segments + links)
    }

    func path(ofLink link: Int) -> Int { segments + link }
    var links: Range<Int> { segments..<ways.count }

    func isOpen(_ path: Int, _ from: Int, _ to: Int) -> Bool { ways[path][from * directors + to].isOpen }

    mutating func cut(_ path: Int, _ one: Int, _ other: Int, oneWay: Bool) {
        ways[path][one * directors + other].isOpen = false
        if !oneWay { ways[path][other * directors + one].isOpen = false }
    }

    mutating func heal(_ paths: Range<Int>, at time: Int64) {
        for path in paths {
            for index in ways[path].indices where !ways[path][index].isOpen {
                ways[path][index] = Way(isOpen: true, isCleanSince: time)
            }
        }
    }

    mutating func noteLoss(_ path: Int, _ from: Int, _ to: Int, at time: Int64) {
        ways[path][from * directors + to].isCleanSince = time
    }

    /// Since when everything arrives both ways; nil where it does not.
    func isCleanSince(_ path: Int, _ one: Int, _ other: Int) -> Int64? {
        let (there, back) = (ways[path][one * directors + other], ways[path][other * directors + one])
        return there.isOpen && back.isOpen ? max(there.isCleanSince, back.isCleanSince) : nil
    }
}
