import ControlProtocol
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualRouting
import VirtualServers

struct MetricsTests {
    static let now = WallTime(milliseconds: 1_769_848_200_250)

    static func report() throws -> MetricsReport {
        var server = ServerSnapshot(
            endpoint: try #require(Endpoint("10.0.0.1:80")), method: "masq",
            health: HealthTracker(.up, reason: "HTTP 200", at: now), failureCount: 1, check: "http", weight: 3,
            kernelWeight: 2, connections: ConnectionCounts())
        server.activeConnections = 7
        server.latency = .microseconds(1_500)
        var down = server
        down.endpoint = try #require(Endpoint("[2001:db8::1]:80"))
        down.state = .down
        down.kernelWeight = nil
        var service = ServiceSnapshot(
            id: .address(.tcp, try #require(Endpoint("192.0.2.1:80"))), scheduler: "wrr", persistenceTimeout: nil,
            inKernel: true, problem: nil, fallback: nil, fallbackActive: false, servers: [server, down])
        var standby = server
        standby.endpoint = try #require(Endpoint("10.0.1.1:80"))
        service.tiers = [[standby]]
        let engine = EngineSnapshot(
            pid: 7, startedAt: now, configurationFile: "/etc/x", configurationLoadedAt: now, proberConnected: true,
            checkCount: 2)
        var snapshot = Snapshot(time: now, engine: engine, services: [service], events: [])
        var pair = PairState(
            pid: 9, startedAt: now, name: "one",
            routers: [PairRouter(name: "web", role: .master, since: now, reason: "r", priority: 150)])
        pair.links = [PairLink(medium: "udp 10.9.0.2:694 via eth1", detects: false)]
        pair.peers = [PairPeer(name: "two", state: .up, since: now)]
        pair.counters.sent = 5
        pair.counters.refused = [.init(reason: "bad \"checksum\"", count: 2)]
        pair.lateness.add(.microseconds(3))
        snapshot.pair = PairSnapshot(problem: nil, heardAt: now, state: pair)
        var measures = EngineMeasures()
        measures.checked("http", CheckResult(passed: false, reason: "x", latency: .milliseconds(2)), lateness: .zero)
        measures.planSizes.add(3)
        measures.applied([.flush], refused: 1, in: .milliseconds(30))
        measures.acknowledgement.add(.milliseconds(700))
        measures.happened(.warning)
        let traffic = Traffic(
            connections: 1, inPackets: 2, outPackets: 3, inBytes: UInt64(Int64.max), outBytes: 5)
        var process = ProcessMeasures(name: "director-engine", pid: 7, restarts: 1)
        process.residentBytes = 4096
        process.processorTime = .milliseconds(1_250)
        return MetricsReport(
            snapshot: snapshot, traffic: [ServiceTraffic(service: traffic, servers: [traffic, nil, nil])],
            measures: measures, processes: [process, ProcessMeasures(name: "director-vrrp", pid: nil, restarts: 0)])
    }

    static func text(_ format: ExpositionWriter.Format) throws -> String {
        String(decoding: MetricsText.render(try report(), format), as: UTF8.self)
    }

    @Test(arguments: [
        "# TYPE director_server_connections counter",
        #"director_server_connections_total{service="TCP 192.0.2.1:80",server="10.0.0.1:80"} 1"#,
        #"director_server_incoming_bytes_total{service="TCP 192.0.2.1:80",server="10.0.0.1:80"} 9223372036854775807"#,
        "# UNIT director_server_incoming_bytes bytes",
        #"director_server_up{service="TCP 192.0.2.1:80",server="[2001:db8::1]:80"} 0"#,
        #"director_server_up{service="TCP 192.0.2.1:80",server="10.0.1.1:80",tier="1"} 1"#,
        #"director_server_kernel_weight{service="TCP 192.0.2.1:80",server="10.0.0.1:80"} 2"#,
        #"director_server_state{service="TCP 192.0.2.1:80",server="[2001:db8::1]:80",state="down"} 1"#,
        #"director_server_check_duration_seconds{service="TCP 192.0.2.1:80",server="10.0.0.1:80"} 0.0015"#,
        #"director_check_duration_seconds_bucket{check="http",le="0.0025"} 1"#,
        #"director_check_duration_seconds_sum{check="http"} 0.002"#,
        #"director_check_failures_total{check="http"} 1"#,
        #"director_plan_commands_bucket{le="5.0"} 1"#, #"director_plan_commands_bucket{le="2.0"} 0"#,
        "director_plan_commands_sum 3", #"director_kernel_commands_total{command="other"} 1"#,
        #"director_kernel_acknowledgement_seconds_bucket{le="1.0"} 1"#,
        #"director_kernel_acknowledgement_seconds_bucket{le="0.5"} 0"#,
        #"director_vrrp_state{router="web",state="master"} 1"#, #"director_vrrp_state{router="web",state="backup"} 0"#,
        #"director_vrrp_refused_advertisements_total{reason="bad \"checksum\""} 2"#,
        #"director_vrrp_lateness_seconds_bucket{le="0.000004"} 1"#,
        #"director_process_cpu_seconds_total{process="director-engine"} 1.25"#,
        #"director_process_up{process="director-vrrp"} 0"#, "director_engine_start_time_seconds 1769848200.25",
        #"director_build_info{version="\#(Release.version)"} 1"#, "director_engine_up 1",
    ])
    func whatIsKnownHasItsLine(line: String) throws {
        #expect(try Self.text(.openMetrics).split(separator: "\n").contains { $0 == line })
    }

    @Test func whatIsNotKnownHasNone() throws {
        let text = try Self.text(.openMetrics)
        #expect(!text.contains(#"director_server_kernel_weight{service="TCP 192.0.2.1:80",server="[2001:db8::1]:80"}"#))
        #expect(!text.contains(#"connections_total{service="TCP 192.0.2.1:80",server="[2001:db8::1]:80"}"#))
        #expect(!text.contains(#"resident_memory_bytes{process="director-vrrp"}"#))
    }

    @Test func openMetricsEndsAndTheOlderTextNamesCountersByTheirSamples() throws {
        #expect(try Self.text(.openMetrics).hasSuffix("\n# EOF\n"))
        let older = try Self.text(.prometheus)
        #expect(!older.contains("# EOF") && !older.contains("# UNIT"))
        #expect(older.contains("# TYPE director_server_connections_total counter\n"))
        #expect(older.contains("# TYPE director_build_info gauge\n"))
    }

    /// Every sample stands behind the TYPE and HELP of its family, each family once.
    @Test(arguments: [ExpositionWriter.Format.openMetrics, .prometheus])
    func familiesStayTogether(format: ExpositionWriter.Format) throws {
        var family = ""
        var seen: Set<Substring> = []
        for line in try Self.text(format).split(separator: "\n") where line != "# EOF" {
            let words = line.split(separator: " ")
            if words[0] == "#" {
                guard words[1] == "TYPE" else {
                    #expect(words[2] == family)
                    continue
                }
                #expect(seen.insert(words[2]).inserted, "\(line)")
                family = String(words[2])
            } else {
                let name = line.prefix { $0 != "{" && $0 != " " }
                #expect(name.hasPrefix(family), "\(line) in \(family)")
            }
        }
        #expect(seen.count > 50)
    }

    @Test func labelsAndHelpAreEscaped() throws {
        var report = try Self.report()
        report.processes[0].name = "a\"b\\c\nd"
        let text = String(decoding: MetricsText.render(report, .openMetrics), as: UTF8.self)
        #expect(text.contains(#"director_process_up{process="a\"b\\c\nd"} 1"#))
    }

    @Test func aReportIsTheSameAfterItsJourney() throws {
        let report = try Self.report()
        #expect(try MetricsReport(json: JSON(parsing: report.json.line)) == report)
    }

    @Test func withoutAnEngineNothingThatWasIsTold() {
        let text = String(decoding: MetricsText.renderUnreachable(.openMetrics), as: UTF8.self)
        #expect(text.contains("director_engine_up 0\n") && text.hasSuffix("# EOF\n"))
        #expect(text.split(separator: "\n").count == 4)
    }

    @Test func aHistogramCountsEachValueOnce() {
        var histogram = Histogram(bounds: [10, 20])
        for value in [Int64(-5), 0, 10, 11, 20, 21, .max] { histogram.add(value) }
        #expect(histogram.counts == [3, 2, 2] && histogram.total == 7)
        #expect(Histogram(bounds: [1], counts: [1], sum: 0) == nil)
    }
}
