internal import CLinux
package import TimeTypes

/// What the clock on this machine's wall shows.
package enum LocalClock {
    package static func time(_ moment: WallTime) -> CalendarTime {
        var local = clinux_calendar()
        let seconds = moment.milliseconds / 1000
        guard unsafe clinux_local_time(seconds, &local) else {
            return CalendarTime(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, weekday: 4)
        }
        return CalendarTime(
            year: Int(local.year), month: Int(local.month), day: Int(local.day), hour: Int(local.hour),
            minute: Int(local.minute), second: Int(local.second), weekday: Int(local.weekday),
            offsetMinutes: Int(local.offset_minutes))
    }
}
