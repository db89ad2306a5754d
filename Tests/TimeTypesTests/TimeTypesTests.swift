import Testing
import TimeTypes

struct TimeTypesTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_769_848_200_250, "2026-01-31T08:30:00.250Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
    ])
    func wallTimeIsWrittenInUTC(milliseconds: Int64, text: String) {
        #expect(WallTime(milliseconds: milliseconds).description == text)
    }

    @Test func instantsAndSpansAddUp() {
        let start = MonotonicInstant(nanoseconds: 5)
        #expect((start + .milliseconds(2)).nanoseconds == 2_000_005)
        #expect(start + .seconds(1) - start == .seconds(1))
        #expect(Duration.milliseconds(1_999).milliseconds == 1_999)
        #expect(start < start + .nanoseconds(1))
    }
}
