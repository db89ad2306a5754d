/// Who can reach whom: on the network of the advertisements, and on each link.
struct SimulatedNetwork {
    private let directors: Int
    private var network: [Bool]
    private var links: [[Bool]]
    /// Since when a link's way is open.
    private var openSince: [[Int64]]

    init(directors: Int, links: Int) {
        self.directors = directors
        network = Array(repeating: true, count: directors * directors)
        self.links = Array(repeating: network, count: links)
        openSince = Array(repeating: Array(repeating: 0, count: directors * directors), count: links)
    }

    private func way(_ from: Int, _ to: Int) -> Int { from * directors + to }

    func reaches(_ from: Int, _ to: Int) -> Bool { network[way(from, to)] }
    func reaches(_ from: Int, _ to: Int, link: Int) -> Bool { links[link][way(from, to)] }

    mutating func cut(_ one: Int, _ other: Int, oneWay: Bool) {
        network[way(one, other)] = false
        if !oneWay { network[way(other, one)] = false }
    }

    mutating func cut(link: Int, _ one: Int, _ other: Int, oneWay: Bool) {
        links[link][way(one, other)] = false
        if !oneWay { links[link][way(other, one)] = false }
    }

    mutating func heal() {
        for index in network.indices { network[index] = true }
    }

    mutating func healLinks(at time: Int64) {
        for link in links.indices {
            for index in links[link].indices where !links[link][index] {
                links[link][index] = true
                openSince[link][index] = time
            }
        }
    }

    /// Both ways, on one network or link at least: enough to settle who is master.
    func hearEachOther(_ one: Int, _ other: Int) -> Bool {
        if reaches(one, other), reaches(other, one) { return true }
        return links.contains { $0[way(one, other)] && $0[way(other, one)] }
    }

    /// For how long a link has been open both ways.
    func linkUpSince(_ link: Int, _ one: Int, _ other: Int, _ time: Int64) -> Int64 {
        let (there, back) = (way(one, other), way(other, one))
        guard links[link][there], links[link][back] else { return 0 }
        return time - max(openSince[link][there], openSince[link][back])
    }
}
