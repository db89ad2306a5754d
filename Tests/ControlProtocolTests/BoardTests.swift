import ControlProtocol
import Foundation
import Testing

/// The Grafana board asks only for metrics that exist.
struct BoardTests {
    @Test func everyQueryNamesMetricsThatExist() throws {
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: top.appendingPathComponent("contrib/grafana/director.json"))
        let board = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let panels = try #require(board["panels"] as? [[String: Any]])
        let queries = panels.flatMap { $0["targets"] as? [[String: Any]] ?? [] }.compactMap { $0["expr"] as? String }
        #expect(queries.count > 20)
        var known: Set<String> = []
        for line in try MetricsTests.text(.openMetrics).split(separator: "\n") where !line.hasPrefix("#") {
            known.insert(String(line.prefix { $0 != "{" && $0 != " " }))
        }
        for query in queries {
            let names = query.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.filter { $0.hasPrefix("director_") }
            #expect(!names.isEmpty, "\(query)")
            for name in names { #expect(known.contains(String(name)), "\(name) in \(query)") }
        }
    }
}
