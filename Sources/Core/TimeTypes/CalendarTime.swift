/// A moment as a clock on the wall shows it, for texts whose form other programs know.
package struct CalendarTime: Hashable, Sendable {
    package var year: Int
    /// 1 to 12.
    package var month: Int
    /// 1 to 31.
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int
    /// 0 is Sunday.
    package var weekday: Int
    /// What the clock is ahead of UTC.
    package var offsetMinutes: Int

    package init(
        year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, weekday: Int, offsetMinutes: Int = 0
    ) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.weekday = weekday
        self.offsetMinutes = offsetMinutes
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private var monthName: String { Self.months[max(0, min(11, month - 1))] }
    private var weekdayName: String { Self.weekdays[max(0, min(6, weekday))] }
    private var clock: String { "\(Self.padded(hour)):\(Self.padded(minute)):\(Self.padded(second))" }

    private static func padded(_ number: Int, with filler: String = "0") -> String {
        number < 10 ? filler + String(number) : String(number)
    }

    /// ctime(3): `Sat Nov  7 02:05:20 2026`.
    package var ctimeText: String {
        "\(weekdayName) \(monthName) \(Self.padded(day, with: " ")) \(clock) \(year)"
    }

    /// The stamp of a syslog message (RFC 3164): `Nov  7 02:05:20`.
    package var syslogText: String { "\(monthName) \(Self.padded(day, with: " ")) \(clock)" }

    /// The date of a mail (RFC 5322): `Sat, 7 Nov 2026 02:05:20 +0100`.
    package var mailText: String {
        let ahead = abs(offsetMinutes)
        let zone = "\(offsetMinutes < 0 ? "-" : "+")\(Self.padded(ahead / 60))\(Self.padded(ahead % 60))"
        return "\(weekdayName), \(day) \(monthName) \(year) \(clock) \(zone)"
    }
}
