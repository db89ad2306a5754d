/// One moment on both clocks. What is decided goes by the monotonic one, which never jumps; what a person reads is the
/// wall clock's time.
package struct Moment: Hashable, Sendable {
    package let wall: WallTime
    package let instant: MonotonicInstant

    package init(_ wall: WallTime, _ instant: MonotonicInstant) {
        self.wall = wall
        self.instant = instant
    }

    /// The same moment on the wall clock for an instant near this one, as far as can be said now.
    package func wall(at other: MonotonicInstant) -> WallTime {
        WallTime(milliseconds: wall.milliseconds + (other - instant).milliseconds)
    }
}
