import Manual
import Testing

struct ProseTests {
    @Test func markupIsReadAsBlocks() {
        let prose: Prose = """
            First `line`
            goes on.

            - a :: one
              more
            - b :: two

            ## Part

                $ example

                again
            """
        #expect(
            prose.blocks == [
                .paragraph("First `line` goes on."), .items([.init("a", "one more"), .init("b", "two")]),
                .title("Part"), .example(["$ example", "", "again"]),
            ])
    }

    @Test func nothingInATextIsTakenForARequestOfRoff() {
        let page = ManualPage(
            name: "x", section: 8, summary: "a \\ in it", synopsis: [],
            sections: [.init("One", ".SH is text\n\n- .TP :: 'quoted\n\n    .example -x\n\n`--flag` is bold")])
        let text = page.manText
        #expect(text.contains("a \\e in it"))
        #expect(text.contains("\n\\&.SH is text\n"))
        #expect(text.contains("\n\\&'quoted\n"))
        #expect(text.contains("\n\\&.example \\-x\n"))
        #expect(text.contains("\\fB\\-\\-flag\\fR is bold"))
    }

    @Test func whatIsTypedIsBoldAndWhatStandsForSomethingItalic() {
        let page = ManualPage(
            name: "x", section: 8, summary: "s", synopsis: ["x [--file FILE]"], sections: [])
        #expect(page.manText.contains("\\fBx\\fR [\\fB\\-\\-file\\fR \\fIFILE\\fR]"))
    }

    @Test(arguments: ManualPage.all.map(\.name))
    func pagesAreFoundByEveryName(name: String) throws {
        let page = try #require(ManualPage.named(name))
        #expect(ManualPage.named(page.fileName)?.name == name)
        #expect(ManualPage.named("\(name)(\(page.section))")?.name == name)
        #expect(page.manText.hasPrefix(".TH "))
        #expect(!page.manText.contains("`"))
    }

    @Test func helpFitsItsWidth() {
        for command in Command.allCases {
            for line in HelpText.of(command).split(separator: "\n") where !line.hasPrefix("Usage:") {
                #expect(line.count <= 120, "\(line)")
            }
        }
    }

    @Test func helpOfACommandHasItsOptionsAndItsText() {
        let help = HelpText.of(.events)
        #expect(help.hasPrefix("Usage: director events [--follow]"))
        #expect(help.contains("\n  --severity WORD    info, warning (errors too) or error\n"))
        #expect(HelpText.director.contains("director drain VIRTUAL REAL"))
    }
}
