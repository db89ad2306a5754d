import HealthChecking
import Testing

struct StatusSetTests {
    @Test(arguments: [
        ("200", "200"), ("200,301-399", "200,301-399"), (" 404 , 200 - 299 ", "200-299,404"),
        ("200,201,202", "200-202"),
        ("200-299,250-350", "200-350"), ("599", "599"), ("204,200,204", "200,204"),
    ])
    func aListIsReadAndWrittenInOrder(written: String, shown: String) throws {
        let set = try #require(StatusSet(written))
        #expect(set.description == shown)
        #expect(StatusSet(shown) == set)
    }

    @Test(arguments: [
        "", ",", "200,", "199", "600", "20", "2000", "abc", "200-", "-200", "300-200", "200-250-299", "2 00", "+200",
        "0200", "200;301", "２００",
    ])
    func whatIsNoListIsRefused(written: String) {
        #expect(StatusSet(written) == nil)
    }

    @Test func moreRangesThanAnybodyNeedsAreRefused() {
        let many = (0..<65).map { "\(200 + 2 * $0)" }
        #expect(StatusSet(many.joined(separator: ",")) == nil)
        #expect(StatusSet(many.dropLast().joined(separator: ","))?.ranges.count == 64)
    }

    @Test func itContainsItsEndsAndNothingBeyond() throws {
        let set = try #require(StatusSet("200,301-399"))
        #expect(
            [199, 200, 201, 300, 301, 350, 399, 400, 0, -1].map(set.contains) == [
                false, true, false, false, true, true, true, false, false, false,
            ])
        #expect(set.hasRedirect)
        #expect(!StatusSet.success.hasRedirect)
        #expect(StatusSet.success.contains(204) && !StatusSet.success.contains(304))
    }
}
