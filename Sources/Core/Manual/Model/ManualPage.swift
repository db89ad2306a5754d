/// A page of the manual.
package struct ManualPage: Sendable {
    package struct Section: Sendable {
        package var title: String
        package var prose: Prose

        package init(_ title: String, _ prose: Prose) {
            self.title = title
            self.prose = prose
        }
    }

    /// The day of the last change of substance, which pages carry.
    package static let date = "2026-11-21"

    package var name: String
    /// 5 for files, 8 for commands of the administrator.
    package var section: Int
    package var summary: String
    /// The lines of the synopsis.
    package var synopsis: [String]
    package var sections: [Section]

    package init(
        name: String, section: Int, summary: String, synopsis: [String], sections: [Section]
    ) {
        self.name = name
        self.section = section
        self.summary = summary
        self.synopsis = synopsis
        self.sections = sections
    }

    /// The file's name: `director.8`.
    package var fileName: String { "\(name).\(section)" }

    package static var all: [ManualPage] { [director, directord, configuration] }

    /// `director`, `director.8` and `director(8)` name the same page.
    package static func named(_ name: String) -> ManualPage? {
        all.first { page in
            [page.name, page.fileName, "\(page.name)(\(page.section))"].contains(name)
        }
    }
}
