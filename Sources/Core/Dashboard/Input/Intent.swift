package import DirectorCore

/// What somebody wants by a key.
package enum Intent: Hashable, Sendable {
    case quit, suspend, redraw, help
    case move(Int)
    /// By screens.
    case page(Int)
    case first, last
    case toggleFold, fold, unfold, foldAll
    case nextSort, reverse, toggleTrouble, nextEventPane
    case beginSearch, beginFilter
    case findNext, findPrevious
    /// While a text is typed.
    case type(Unicode.Scalar)
    case erase, accept, cancel
    /// Asks before it is done.
    case order(OperatorAction)
    case confirm

    /// Nil for a key that means nothing there.
    package init?(_ key: Key, in mode: ViewState.Mode) {
        switch (mode, key) {
        case (_, .control("c")): self = .quit
        case (_, .control("z")): self = .suspend
        case (_, .control("l")): self = .redraw
        case (.help, .escape), (.help, .character("q")): self = .cancel
        case (.help, _): self = .page(1)
        case (.confirm, .character("y")), (.confirm, .character("Y")): self = .confirm
        case (.confirm, _): self = .cancel
        case (.search, let key), (.filter, let key):
            guard let intent = Self.typing(key) else { return nil }
            self = intent
        case (.table, .character(let letter)):
            guard let intent = Self.letters[letter] else { return nil }
            self = intent
        case (.table, let key):
            guard let intent = Self.keys[key] else { return nil }
            self = intent
        }
    }

    private static func typing(_ key: Key) -> Intent? {
        switch key {
        case .character(let scalar): .type(scalar)
        case .backspace, .control("h"): .erase
        case .enter: .accept
        case .escape, .control("g"), .control("u"): .cancel
        case .up: .move(-1)
        case .down: .move(1)
        default: nil
        }
    }

    private static let letters: [Unicode.Scalar: Intent] = [
        "q": .quit, "?": .help, "h": .help, "j": .move(1), "k": .move(-1), "g": .first, "G": .last, " ": .toggleFold,
        "+": .unfold, "-": .fold, "z": .foldAll, "s": .nextSort, "r": .reverse, "p": .toggleTrouble,
        "e": .nextEventPane, "/": .beginSearch, "f": .beginFilter, "n": .findNext, "N": .findPrevious,
        "d": .order(.drain), "x": .order(.disable), "a": .order(.enable),
    ]

    private static let keys: [Key: Intent] = [
        .up: .move(-1), .down: .move(1), .left: .fold, .right: .unfold, .pageUp: .page(-1), .pageDown: .page(1),
        .home: .first, .end: .last, .enter: .toggleFold, .escape: .cancel, .control("f"): .page(1),
        .control("b"): .page(-1), .control("d"): .page(1), .control("u"): .page(-1),
    ]
}
