import DirectorCore
import Testing
import TimeTypes

struct SettingsKeeperTests {
    private static let now = WallTime(milliseconds: 0)
    private let wanted = ["expire_nodest_conn": "1"]

    /// A kernel that takes everything.
    private struct Kernel {
        var values: [String: String]
        var told: [String] = []

        mutating func keep(_ keeper: inout SettingsKeeper, _ wanted: [String: String]) {
            let (writes, reports) = keeper.review(wanted: wanted, actual: values, at: SettingsKeeperTests.now)
            told = reports.map(\.text)
            var names = reports.map(\.name)
            for write in writes {
                values[write.name] = write.value
                guard let report = write.report else { continue }
                told.append(report.text)
                names.append(report.name)
            }
            // Policies tell one setting from another by its name.
            for (text, name) in zip(told, names) { #expect(name.map { text.contains(".\($0) ") } == true, "\(text)") }
        }
    }

    @Test func aValueIsSetToldAndThenLeftInPeace() {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: ["expire_nodest_conn": "0"])
        kernel.keep(&keeper, wanted)
        #expect(kernel.values == wanted)
        #expect(kernel.told == ["sysctl net.ipv4.vs.expire_nodest_conn set from 0 to 1"])
        kernel.keep(&keeper, wanted)
        #expect(kernel.told.isEmpty)
    }

    @Test(arguments: ["0", "1"])
    func aStrangersChangeIsPutRightWhateverWasFoundAtFirst(found: String) {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: ["expire_nodest_conn": found])
        kernel.keep(&keeper, wanted)
        kernel.values["expire_nodest_conn"] = "0"
        kernel.keep(&keeper, wanted)
        #expect(kernel.values == wanted)
        #expect(
            kernel.told == ["sysctl net.ipv4.vs.expire_nodest_conn was set from 1 to 0 by somebody else: put right"])
    }

    @Test func whatIsNotWantedAnyMoreIsGivenBackAsItWasFound() {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: ["expire_nodest_conn": "0", "sync_threshold": "3 50"])
        kernel.keep(&keeper, ["expire_nodest_conn": "1", "sync_threshold": "0 50"])
        kernel.keep(&keeper, ["expire_nodest_conn": "1", "sync_threshold": "0 100"])
        kernel.keep(&keeper, [:])
        #expect(kernel.values == ["expire_nodest_conn": "0", "sync_threshold": "3 50"])
        #expect(keeper.changes.isEmpty)
    }

    @Test func whatSomebodyElseSetMeanwhileIsNotGivenBack() {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: ["conn_reuse_mode": "1"])
        kernel.keep(&keeper, ["conn_reuse_mode": "0"])
        kernel.values["conn_reuse_mode"] = "2"
        kernel.keep(&keeper, [:])
        #expect(kernel.values == ["conn_reuse_mode": "2"])
    }

    @Test func theNextRunKnowsWhatToGiveBack() {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: ["expire_nodest_conn": "0", "sync_threshold": "3 50"])
        kernel.keep(&keeper, ["expire_nodest_conn": "1", "sync_threshold": "0 50"])
        let text = SettingsMemoryText.write(keeper.changes)
        #expect(text == "expire_nodest_conn: 0 -> 1\nsync_threshold: 3 50 -> 0 50\n")
        var next = SettingsKeeper(changes: SettingsMemoryText.read(text))
        kernel.keep(&next, [:])
        #expect(kernel.values == ["expire_nodest_conn": "0", "sync_threshold": "3 50"])
    }

    @Test(arguments: ["", "x", "a: -> 1", "a: 1 ->", "a: 1 -> b", "a: 1 2 3", ":", "a: x -> 1"])
    func aBrokenMemoryIsPassedOver(line: String) {
        #expect(SettingsMemoryText.read(line + "\nb: 0 -> 1\n") == ["b": .init(found: "0", set: "1")])
    }

    @Test func aRefusalIsToldOnceAndItsEndToo() {
        var keeper = SettingsKeeper()
        for turn in 0..<3 {
            let (writes, _) = keeper.review(wanted: wanted, actual: ["expire_nodest_conn": "0"], at: Self.now)
            #expect(writes.count == 1)
            if turn > 0 { #expect(writes[0].report == nil) }
            let told = keeper.refusal(of: "expire_nodest_conn", "permission denied", at: Self.now).map(\.text)
            #expect(
                told == (turn == 0 ? ["sysctl net.ipv4.vs.expire_nodest_conn cannot be set: permission denied"] : []))
        }
        let (writes, reports) = keeper.review(wanted: wanted, actual: wanted, at: Self.now)
        #expect(writes.isEmpty)
        #expect(reports.map(\.text) == ["sysctl net.ipv4.vs.expire_nodest_conn is 1 now"])
    }

    @Test func aSettingThatTheKernelLacksIsToldOnce() {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: [:])
        kernel.keep(&keeper, wanted)
        #expect(
            kernel.told == ["sysctl net.ipv4.vs.expire_nodest_conn cannot be set: this kernel has no such setting"])
        kernel.keep(&keeper, wanted)
        #expect(kernel.told.isEmpty && kernel.values.isEmpty)
    }

    @Test func theKernelsOwnRaiseOfADefenceIsNoStrangersChange() {
        var keeper = SettingsKeeper()
        var kernel = Kernel(values: ["drop_entry": "0"])
        kernel.keep(&keeper, ["drop_entry": "1"])
        kernel.values["drop_entry"] = "2"
        kernel.keep(&keeper, ["drop_entry": "1"])
        #expect(kernel.told.isEmpty)
        #expect(kernel.values == ["drop_entry": "2"])
    }
}
