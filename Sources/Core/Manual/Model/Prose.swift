/// Text of the manual, in a small markup that every form of it is made from: manual pages and help.
///
/// Blank lines part blocks. Lines that start with four blanks are an example, `## ` opens a part of a section,
/// `- TERM ::` an item whose text goes on in lines indented by two, everything else is a paragraph. Words in backquotes
/// are literal.
package struct Prose: Equatable, Sendable, ExpressibleByStringLiteral {
    package enum Block: Equatable, Sendable {
        case paragraph(String)
        case example([String])
        case title(String)
        case items([Item])
    }

    package struct Item: Equatable, Sendable {
        package var term: String
        package var text: String

        package init(_ term: String, _ text: String) {
            self.term = term
            self.text = text
        }
    }

    package var blocks: [Block]

    package init(_ blocks: [Block]) {
        self.blocks = blocks
    }

    package init(stringLiteral text: String) {
        self.init(text)
    }

    package init(_ text: String) {
        var blocks: [Block] = []
        var group: [Substring] = []
        func close() {
            guard let block = Self.block(group) else { return }
            group = []
            // Items, and the parts of an example, stay together over blank lines.
            switch (blocks.last, block) {
            case (.items(let before)?, .items(let more)): blocks[blocks.count - 1] = .items(before + more)
            case (.example(let before)?, .example(let more)):
                blocks[blocks.count - 1] = .example(before + [""] + more)
            default: blocks.append(block)
            }
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { close() } else { group.append(line) }
        }
        close()
        self.blocks = blocks
    }

    private static func block(_ lines: [Substring]) -> Block? {
        guard let first = lines.first else { return nil }
        if first.hasPrefix("## ") { return .title(String(first.dropFirst(3))) }
        if first.hasPrefix("    ") { return .example(lines.map { String($0.dropFirst(4)) }) }
        guard first.hasPrefix("- ") else { return .paragraph(lines.joined(separator: " ")) }
        var items: [Item] = []
        for line in lines {
            if line.hasPrefix("- ") {
                let parts = line.dropFirst(2).split(separator: " :: ", maxSplits: 1)
                items.append(Item(String(parts[0]), parts.count > 1 ? String(parts[1]) : ""))
            } else if !items.isEmpty {
                let more = line.drop { $0 == " " }
                items[items.count - 1].text += (items[items.count - 1].text.isEmpty ? "" : " ") + more
            }
        }
        return .items(items)
    }

    package static func + (left: Prose, right: Prose) -> Prose { Prose(left.blocks + right.blocks) }
}
