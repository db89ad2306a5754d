import Manual
import Testing

@testable import DirectorConfig

/// Every key that the parser knows has its paragraph, and every paragraph its key.
struct CompletenessTests {
    private static func names(_ places: [KeyEntry.Place]) -> Set<String> {
        Set(KeyEntry.all.filter { places.contains($0.place) }.flatMap(\.names))
    }

    @Test func everyKeyOfColumnOneHasItsParagraph() {
        #expect(Self.names([.global, .both, .head]) == Set(Directive.globalNames))
    }

    @Test func everyKeyOfAVirtualSectionHasItsParagraph() {
        #expect(Self.names([.section, .both]) == Set(Directive.sectionNames))
    }

    @Test func everyKeyOfAVRRPSectionHasItsParagraph() {
        #expect(Self.names([.router]) == Set(RouterKey.names))
    }

    @Test func everyCommandIsFoundByItsName() {
        for command in Command.allCases { #expect(Command(rawValue: command.rawValue) == command) }
        #expect(Command(rawValue: "statu") == nil)
        #expect(Command(rawValue: "") == nil)
    }

    @Test func noKeyIsExplainedTwice() {
        let routers = KeyEntry.all.filter { $0.place == .router }.flatMap(\.names)
        let others = KeyEntry.all.filter { $0.place != .router }.flatMap(\.names)
        #expect(Set(routers).count == routers.count)
        #expect(Set(others).count == others.count)
    }

    /// What `on =` may name stands in the manual.
    @Test(arguments: EventKind.allCases)
    func everyEventIsNamed(kind: EventKind) throws {
        let page = try #require(ManualPage.named("ldirectord.cf")).manText
        let words = page.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "\\") }
        #expect(words.contains { $0.replacing("\\-", with: "-") == kind.rawValue }, "\(kind.rawValue)")
    }

    /// A paragraph says something, where the key may stand, and never only repeats the name.
    @Test(arguments: KeyEntry.all.map(\.title))
    func paragraphsSayEnough(title: String) throws {
        let entry = try #require(KeyEntry.all.first { $0.title == title })
        #expect(entry.text.count > 40, "\(entry.text)")
        #expect(entry.value.hasPrefix("= "))
    }

    /// Times and numbers have limits, and the page gives them.
    @Test(arguments: KeyEntry.all.map(\.title))
    func limitsAreTold(title: String) throws {
        let entry = try #require(KeyEntry.all.first { $0.title == title })
        let words = entry.value.split { !$0.isLetter && $0 != "-" }
        guard words.contains("TIME") || words.contains("N") else { return }
        #expect(entry.range != nil || entry.text.contains(" to "), "\(title) \(entry.value)")
    }

    @Test(arguments: Command.allCases)
    func commandsAreExplained(command: Command) {
        #expect(command.entry.usage.hasPrefix(command.rawValue))
        #expect(command.entry.summary.hasSuffix("."))
        #expect(!command.entry.prose.blocks.isEmpty)
    }
}
