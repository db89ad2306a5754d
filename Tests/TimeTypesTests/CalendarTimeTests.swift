import Testing
import TimeTypes

struct CalendarTimeTests {
    static let time = CalendarTime(
        year: 2026, month: 1, day: 3, hour: 4, minute: 5, second: 6, weekday: 6, offsetMinutes: -210)

    @Test func textsHaveTheFormsThatOthersKnow() {
        #expect(Self.time.ctimeText == "Sat Jan  3 04:05:06 2026")
        #expect(Self.time.syslogText == "Jan  3 04:05:06")
        #expect(Self.time.mailText == "Sat, 3 Jan 2026 04:05:06 -0330")
    }
}
