/// A key of the configuration, for its manual page.
package struct KeyEntry: Sendable {
    package enum Place: Sendable {
        case global, section, both
        /// It opens a section, in column 1.
        case head
        /// Within a `vrrp` section.
        case router
    }

    /// The names, the first of which stands for all.
    package var names: [String]
    /// What stands behind the name: `= N`.
    package var value: String
    package var place: Place
    /// Nil where there is none to tell.
    package var standard: String?
    /// Values that are permitted, where the form does not say it.
    package var range: String?
    package var prose: Prose
    /// Where ldirectord does something else; nil for Director's own keys and where it does not.
    package var ldirectord: String?
    /// ldirectord does not know it.
    package var isOwn: Bool

    package init(
        _ names: String..., value: String, _ place: Place, range: String? = nil, standard: String? = nil,
        isOwn: Bool = false, ldirectord: String? = nil, _ prose: Prose
    ) {
        self.names = names
        self.value = value
        self.place = place
        self.standard = standard
        self.range = range
        self.prose = prose
        self.ldirectord = ldirectord
        self.isOwn = isOwn
    }

    /// The line that says where it may stand and what holds without it.
    package var facts: String {
        let place =
            switch self.place {
            case .global: "Global"
            case .section: "In a virtual section"
            case .both: "Global, and in a virtual section, which goes before"
            case .head: "Global, opens a section"
            case .router: "In a vrrp section"
            }
        var facts = [place]
        if let range { facts.append(range) }
        if let standard { facts.append("default \(standard)") }
        if isOwn, self.place != .router { facts.append("Director's own") }
        return facts.joined(separator: "; ") + "."
    }
}
