import TimeTypes
import VirtualRouting

/// What a director has to know of what it hears on the links.
extension Simulation {
    /// Whether it is nothing new: a copy, or what a stranger has recorded.
    mutating func noteArrival(_ sent: SentHeartbeat, isReplay: Bool) -> Bool {
        let (to, local) = (sent.to, clock(sent.to))
        var word = oracle.words[to][sent.from]
        guard word.mayGoOn(with: sent, local, oracle.heartbeat) else { return true }
        let isIntroduced = sent.incarnation == word.incarnation && word.sequences[sent.link] != nil
        guard isIntroduced || sent.heartbeat.hears.contains(directors[to].boot) else { return false }
        let before = word.reports
        let isNews = word.take(sent, local, oracle.heartbeat)
        oracle.hosts[to].answered.insert(sent.link)
        guard isNews else {
            oracle.words[to][sent.from] = word
            return false
        }
        // Of a group that its file does not have it hears nothing.
        let told = sent.heartbeat.groups.compactMap { report in
            directors[to].groups.first { scenario.groups[$0].name == report.name }.map { (group: $0, report: report) }
        }
        for (group, report) in told {
            word.reports[group] = report
            word.inherited[group] = nil
        }
        oracle.words[to][sent.from] = word
        for group in scenario.groups.indices where before[group]?.role == .master {
            guard word.hasLeft || told.contains(where: { $0.group == group }), word.reports[group]?.role != .master
            else { continue }
            noteGivingUp(of: group, by: sent.from, at: to)
        }
        for (group, report) in told where report.role == .master && !directors[to].holds[group] {
            noteMaster(isLower: report.priority < priority(to, group), to, group)
        }
        return false
    }

    /// A master says on a link that it is none any more. When it goes, and no other is there, whoever is left acts
    /// within the skew of a 10 ms interval.
    private mutating func noteGivingUp(of group: Int, by other: Int, at director: Int) {
        guard !directors[director].holds[group], !isFaulty(director, group), directors[director].plan[group] != nil
        else { return }
        oracle.looksAgainAt = .min
        let local = clock(director)
        let isHeld = directors.indices.contains { third in
            third != other && oracle.words[director][third].reports[group]?.role == .master
        }
        let latest = local + 10_000_000 * (256 - Int64(priority(director, group))) / 256
        for router in oracle.views[director][group].routers.indices {
            var view = oracle.views[director][group].routers[router]
            view.dueAt = min(view.dueAt, local)
            if oracle.words[director][other].hasLeft, !isHeld { view.lateAt = min(view.lateAt, latest) }
            oracle.views[director][group].routers[router] = view
        }
    }
}

/// Which process of another director is believed, and what of its words.
extension Oracle.Word {
    /// A process that was replaced is over, and what was heard of one does not count again. But nobody can tell which of
    /// two lives while the later one has spoken once only: after two beats it is the one that goes on.
    fileprivate func mayGoOn(with sent: SentHeartbeat, _ local: Int64, _ beat: Int64) -> Bool {
        var highest = sequences[sent.link]
        if former.contains(sent.incarnation) {
            guard let replaced, replaced.incarnation == sent.incarnation, local - replaced.at >= 2 * beat else {
                return false
            }
            highest = replaced.sequences[sent.link]
        } else if sent.incarnation != incarnation {
            return true
        }
        return highest.map { sent.heartbeat.sequence > $0 } ?? true
    }

    /// Returns whether it says anything: not what is older than another link has brought.
    fileprivate mutating func take(_ sent: SentHeartbeat, _ local: Int64, _ beat: Int64) -> Bool {
        forgetInherited(at: local)
        if sent.incarnation != incarnation {
            let isBack = former.contains(sent.incarnation)
            if isBack || heardAt.map({ local - $0 < beat * 5 }) ?? false {
                for group in reports.indices where reports[group] != nil && inherited[group] == nil {
                    inherited[group] = local + beat * 5
                }
            } else {
                (reports, inherited) = (reports.map { _ in nil }, [:])
            }
            former.remove(sent.incarnation)
            former.insert(incarnation)
            let others = isBack ? replaced?.sequences : nil
            replaced = (incarnation, local, sequences)
            sequences = others ?? sequences.map { _ in nil }
            incarnation = sent.incarnation
            newest = 0
        } else if let replaced, local - replaced.at >= beat {
            self.replaced = nil
        }
        sequences[sent.link] = sent.heartbeat.sequence
        heardAt = local
        guard sent.heartbeat.moment >= newest else { return false }
        newest = sent.heartbeat.moment
        hasLeft = sent.heartbeat.isLeaving
        if hasLeft { (reports, inherited) = (reports.map { _ in nil }, [:]) }
        return true
    }

    private mutating func forgetInherited(at local: Int64) {
        for (group, until) in inherited where until <= local {
            reports[group] = nil
            inherited[group] = nil
        }
    }
}
