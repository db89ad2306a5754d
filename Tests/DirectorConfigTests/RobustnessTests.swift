import Glibc
import Testing

@testable import DirectorConfig

/// Whatever bytes come: diagnostics, soon, and never a trap.
struct RobustnessTests {
    private static let seeds: [[UInt8]] =
        LdirectordCase.all.map { Array($0.file.utf8) } + MalformedCase.all.map { Array($0.file.utf8) }

    /// A generator with a seed, so that a failure comes again.
    private struct Random {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(bound, 1)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func changedFilesGiveOneLineEach(seed: UInt64) {
        var random = Random(state: seed)
        let words = [
            "\"", "#", "=", "\n", "\t", " ", "->", "::", "[", "]", "\0", "\r", "999999999999", "virtual=", "é",
        ]
        for _ in 0..<400 {
            var bytes = Self.seeds[random.next(Self.seeds.count)]
            for _ in 0...random.next(6) {
                let place = random.next(bytes.count + 1)
                switch random.next(5) {
                case 0 where place < bytes.count: bytes[place] = UInt8(random.next(256))
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: words[random.next(words.count)].utf8, at: place)
                case 3: bytes.insert(contentsOf: Self.seeds[random.next(Self.seeds.count)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + random.next(20)))
                }
            }
            let result = parse(bytes)
            #expect(result.diagnostics.allSatisfy { !$0.text.utf8.contains { $0 < 0x20 || $0 == 0x7F } })
            #expect((result.configuration == nil) == result.diagnostics.contains { $0.severity == .error })
        }
    }

    @Test(arguments: Array(0...47) + Array(58...64) + [91, 92, 93, 95, 108, 117, 127, 128, 195, 255] as [UInt8])
    func anyByteMayStandAnywhere(byte: UInt8) {
        let file = "quiescent=yes\nvirtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq 3 \"a\", \"b\" l:1 u:2\n"
        for place in 0...file.utf8.count {
            var bytes = Array(file.utf8)
            bytes.insert(byte, at: place)
            _ = parse(bytes)
        }
    }

    @Test func anEmptyFileIsNoError() {
        let result = parse("")
        #expect(result.configuration?.virtuals == [])
        #expect(
            rendered(result.diagnostics) == [
                "0:0: warning: the file has no virtual section: there is nothing to balance"
            ])
    }

    @Test func aLineOfTenMegabytesIsRefused() {
        let result = parse(Array(repeating: UInt8(ascii: "a"), count: 10 << 20))
        #expect(
            rendered(result.diagnostics) == ["1:0: error: the line has 10485760 bytes, at most 1048576 are read"])
    }

    @Test func aTextOfAMegabyteIsRefused() {
        let text = String(repeating: "a", count: 1_000_000)
        let result = parse("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n\trequest=\"\(text)\"\n")
        #expect(
            rendered(result.diagnostics) == ["3:10: error: request has 1000000 bytes, at most 16384 are allowed"])
    }

    @Test func afterAHundredErrorsTheRestIsNotRead() {
        let result = parse(String(repeating: "x\n", count: 1_000_000))
        #expect(result.diagnostics.count == 101)
        #expect(
            result.diagnostics.last?.description == "x.cf: error: too many errors, the rest of the file is not read")
    }

    @Test func warningsAreLimitedToo() {
        let result = parse(
            String(repeating: "fork=yes\n", count: 3_000) + "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 masq\n")
        #expect(result.configuration != nil)
        #expect(result.diagnostics.count == 1001)
        #expect(result.diagnostics.last?.text == "too many warnings, 1999 more are not shown")
    }

    @Test func rangesAreLimitedEachAndTogether() {
        let range = "\treal=10.0.0.0->10.0.255.255:80 masq\n\tchecktype=on\n"
        let one = parse("virtual=192.0.2.1:80\n" + range)
        let servers = one.configuration?.virtuals[0].reals.map(\.server.endpoint.description) ?? []
        #expect(servers.count == 65_536 && Set(servers).count == 65_536)
        #expect(servers.first == "10.0.0.0:80" && servers[256] == "10.0.1.0:80" && servers.last == "10.0.255.255:80")
        let tooMany = parse("virtual=192.0.2.1:80\n\treal=10.0.0.0->10.1.0.0:80 masq\n")
        #expect(
            rendered(tooMany.diagnostics) == ["2:7: error: the range has 65537 addresses, at most 65536 are allowed"])
        let many = parse((1...5).map { "virtual=\($0)\n" + range }.joined())
        #expect(rendered(many.diagnostics) == ["14:7: error: more than 262144 real servers in one file"])
    }

    @Test func rangesMayBeOfOneAndEndWhereAddressesEnd() {
        let end = parse("virtual=192.0.2.1:80\n\treal=255.255.255.254->255.255.255.255:80 masq\n")
        #expect(
            end.configuration?.virtuals[0].reals.map(\.server.endpoint.description) == [
                "255.255.255.254:80", "255.255.255.255:80",
            ])
        let one = parse("virtual=192.0.2.1:80\n\treal=10.0.0.1->10.0.0.1:80 masq\n")
        #expect(one.configuration?.virtuals[0].reals.map(\.server.endpoint.description) == ["10.0.0.1:80"])
    }

    /// What sections share with the one before is theirs all the same.
    @Test func sectionsSayWhatTheySayAlone() {
        let sections = [
            "virtual=192.0.2.1:80\n\treal=10.0.0.1:80 masq\n\tchecktype=connect\n",
            "virtual=192.0.2.2:80\n\treal=10.0.0.1:80 masq\n\tchecktype=connect\n\tdrain=5s\n\temailalert=a@b.c\n",
            "virtual=192.0.2.3:80\n\treal=10.0.0.1:80 masq\n\tchecktype=connect\n\tdrain=5s\n",
            "virtual=192.0.2.4:80\n\treal=10.0.0.1:80 masq\n\tchecktype=connect\n",
        ]
        let together = parse(sections.joined()).configuration?.virtuals ?? []
        let alone = sections.compactMap { parse($0).configuration?.virtuals.first }
        #expect(together.map(\.policy) == alone.map(\.policy))
        #expect(together.map(\.checks) == alone.map(\.checks))
        #expect(together.map(\.alerts) == alone.map(\.alerts))
        #expect(Set(together.map(\.policy)).count == 2 && Set(together.map(\.alerts)).count == 2)
    }

    @Test func whatALargeFarmHasManyOfIsSmall() {
        #expect(MemoryLayout<RealConfiguration>.stride <= 80)
        #expect(MemoryLayout<RealLine>.stride <= 56)
        #expect(MemoryLayout<Place>.size == 8)
    }

    @Test func windowsLinesAndAByteOrderMarkAreReadWithAWarningEach() {
        let result = parse(
            [0xEF, 0xBB, 0xBF] + Array("quiescent=yes\r\nvirtual=192.0.2.1:80\r\n\treal=192.0.2.11:80 masq\r\n".utf8))
        #expect(result.configuration?.virtuals[0].quiescent == true)
        #expect(result.diagnostics.map(\.line) == [1, 1])
    }

    /// The limit is far above what is needed and of processor time, so that a slow or busy machine passes; a quadratic
    /// parser does not.
    @Test func aThousandServicesOfTenServersAreReadFast() throws {
        var text = "checkinterval=5\nquiescent=yes\n"
        for service in 0..<1000 {
            text += "virtual=10.\(service >> 8).\(service & 255).1:80\n\tscheduler=wlc\n\trequest=\"alive.html\"\n"
            for server in 1...10 { text += "\treal=10.200.\(service & 255).\(server):80 masq \(server)\n" }
        }
        let bytes = Array(text.utf8)
        let start = clock()
        let result = parse(bytes)
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        #expect(result.configuration?.virtuals.count == 1000)
        #expect(result.diagnostics.isEmpty)
        #expect(seconds < 2)
    }
}
