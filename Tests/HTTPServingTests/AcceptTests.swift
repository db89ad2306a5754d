import HTTPServing
import Testing

struct AcceptTests {
    static let prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"

    @Test(arguments: [
        (prometheus, 500, 300), ("", 0, 0), ("*/*", 1000, 1000), ("text/*;q=0.7", 0, 700),
        ("text/plain", 0, 1000), ("application/openmetrics-text; version=\"1.0.0\"", 1000, 0),
        ("application/openmetrics-text;version=9", 0, 0), ("application/openmetrics-text;q=0", 0, 0),
        ("nonsense,;;,text/plain;q=x", 0, 1000),
    ])
    func qualitiesAreRead(header: String, openMetrics: Int, text: Int) {
        let types = AcceptedTypes(header)
        #expect(types.quality(of: "application/openmetrics-text", versions: ["1.0.0", "0.0.1"]) == openMetrics)
        #expect(types.quality(of: "text/plain", versions: ["0.0.4"]) == text)
    }
}
