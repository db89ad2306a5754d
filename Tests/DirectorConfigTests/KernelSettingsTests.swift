import DirectorConfig
import Testing

struct KernelSettingsTests {
    private static let service = "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n"

    private func wanted(_ text: String) throws -> [String: String] {
        let result = parse(text)
        return try #require(result.configuration, "\(rendered(result.diagnostics))").wantedKernelSettings
    }

    @Test(arguments: [
        "sysctl = conn_reuse_mode 0", "sysctl conn_reuse_mode = 0", "sysctl=conn_reuse_mode=0",
        "sysctl = conn_reuse_mode = 0   # as it was", "sysctl net.ipv4.vs.conn_reuse_mode = 0",
        "sysctl\tconn_reuse_mode\t=\t0",
    ])
    func everyWayOfWritingASettingIsRead(line: String) throws {
        let result = parse("\(line)\n\(Self.service)")
        #expect(result.diagnostics.isEmpty)
        #expect(result.configuration?.kernelSettings.written == ["conn_reuse_mode": "0"])
    }

    @Test func clientsNeverStayWithServersThatAreGone() throws {
        let datagrams = "\(Self.service)\tprotocol=udp\n"
        #expect(try wanted(datagrams) == ["expire_nodest_conn": "1"])
        #expect(try wanted("quiescent=yes\n\(datagrams)") == ["expire_nodest_conn": "1"])
        #expect(try wanted("\(datagrams)\tpersistent=60\n") == ["expire_nodest_conn": "1"])
        #expect(
            try wanted("quiescent=yes\n\(datagrams)\tpersistent=60\n") == [
                "expire_nodest_conn": "1", "expire_quiescent_template": "1",
            ])
        #expect(
            try wanted("quiescent=yes\n\(datagrams)\tquiescent=no\n\tpersistent=60\n") == ["expire_nodest_conn": "1"])
    }

    /// Weight 0 empties a server gently, also one of a quiescent service.
    @Test func persistentClientsOfTCPStayWithAServerThatIsEmptied() throws {
        #expect(try wanted("quiescent=yes\n\(Self.service)\tpersistent=60\n").isEmpty)
    }

    @Test func whatIsSetUnaskedIsSaid() throws {
        let text = "quiescent=yes\n\(Self.service)\tprotocol=udp\n\tpersistent=60\n"
        let notes = try #require(parse(text).configuration).kernelSettingNotes
        #expect(
            notes == [
                "expire_nodest_conn is set to 1 for all services, since UDP 192.0.2.1:80 is of UDP, whose flows would stay "
                    + "with a removed server; to leave it: sysctl = expire_nodest_conn 0",
                "expire_quiescent_template is set to 1 for all services, since UDP 192.0.2.1:80 is of UDP, persistent and "
                    + "quiescent: its clients would stay with a failed server; to leave it: sysctl = "
                    + "expire_quiescent_template 0",
            ])
        let written = "sysctl = expire_nodest_conn 0\nsysctl = expire_quiescent_template 1\n\(text)"
        #expect(try #require(parse(written).configuration).kernelSettingNotes.isEmpty)
        #expect(try #require(parse("sysctl = none\n\(text)").configuration).kernelSettingNotes.isEmpty)
    }

    @Test func connectionsOfTCPOutliveAnEntryThatComesBack() throws {
        #expect(try wanted(Self.service).isEmpty)
    }

    @Test func whatIsWrittenCountsBeforeTheDefaults() throws {
        #expect(
            try wanted("sysctl = expire_nodest_conn 0\nsysctl = sync_threshold 3  50\n\(Self.service)") == [
                "expire_nodest_conn": "0", "sync_threshold": "3 50",
            ])
        #expect(try wanted("sysctl = none\n\(Self.service)").isEmpty)
        #expect(try wanted("sysctl = none\nsysctl = pmtu_disc 0\n\(Self.service)") == ["pmtu_disc": "0"])
    }

    @Test func aDirectorWithoutServicesLeavesTheKernelAlone() throws {
        #expect(try wanted("checktimeout=1\n").isEmpty)
    }

    @Test(arguments: [
        (
            "sysctl = expire_nodest_con 1",
            "1:10: error: unknown IPVS setting 'expire_nodest_con', did you mean 'expire_nodest_conn'?"
        ),
        ("sysctl = xyzzy 1", "1:10: error: unknown IPVS setting 'xyzzy': it is a file of /proc/sys/net/ipv4/vs"),
        (
            "sysctl = ../../ip_forward 1",
            "1:10: error: unknown IPVS setting '../../ip_forward': it is a file of /proc/sys/net/ipv4/vs"
        ),
        ("sysctl = expire_nodest_conn 2", "1:29: error: expire_nodest_conn is 0 or 1, not '2'"),
        ("sysctl = expire_nodest_conn yes", "1:29: error: expire_nodest_conn is 0 or 1, not 'yes'"),
        ("sysctl = sync_threshold 3", "1:25: error: sync_threshold is 2 numbers, such as 3 50, not '3'"),
        (
            "sysctl = expire_nodest_conn",
            "1:10: error: sysctl expire_nodest_conn has no value: sysctl = expire_nodest_conn 1"
        ),
        ("sysctl =", "1:9: error: sysctl needs a name and a value: sysctl = expire_nodest_conn 1"),
        ("\tsysctl = none", "1:2: error: 'sysctl' outside of a section must start in column 1"),
    ])
    func whatIsWrongIsSaidWithItsPlace(line: String, text: String) {
        let result = parse("\(line)\n\(Self.service)")
        #expect(result.configuration == nil)
        #expect(rendered(result.diagnostics).first == text)
    }

    @Test func aNewerKernelsSettingIsTakenWhenTheKernelHasIt() {
        let parser = ConfigurationParser(
            file: "x.cf", resolver: testResolver, kernelHasSetting: { $0 == "brand_new" })
        let result = parser.parse(Array("sysctl = brand_new 7\n\(Self.service)".utf8))
        #expect(result.configuration?.kernelSettings.written == ["brand_new": "7"])
    }

    @Test func aSettingThatStandsTwiceIsSaid() {
        let result = parse("sysctl = pmtu_disc 0\nsysctl = pmtu_disc 1\n\(Self.service)")
        #expect(
            rendered(result.diagnostics) == [
                "2:10: warning: sysctl pmtu_disc stands in line 1 already: the last one counts"
            ])
        #expect(result.configuration?.kernelSettings.written == ["pmtu_disc": "1"])
    }
}
