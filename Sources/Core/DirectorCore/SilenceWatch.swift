/// Whether somebody who has to say something now and then has fallen silent, found by looking again and again.
///
/// Looks are counted and not time: whoever looks late (its own process was stopped, the machine was busy) has not
/// listened meanwhile either, and that does not count against the other one.
package struct SilenceWatch: Sendable {
    /// Between two looks.
    package let period: Duration
    private var looks = 0

    package init(period: Duration = .seconds(1)) {
        self.period = period
    }

    /// Whether it has been silent for longer than this, by the looks so far.
    package func isLong(_ span: Duration) -> Bool { period * looks > span }

    /// It said something, or was given a reason to be silent for a while.
    package mutating func heard() {
        looks = 0
    }

    /// One look. Returns for how long it has been silent when that is longer than it may be, and then begins anew.
    package mutating func look(patience: Duration) -> Duration? {
        looks += 1
        let silence = period * looks
        guard silence > patience else { return nil }
        looks = 0
        return silence
    }
}
