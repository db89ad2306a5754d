/// Takes options off a line from left to right, by the conventions that ipvsadm's users know: short options in
/// bundles of which the last may have a value (`-At V`, `-p360`, `-t=V`), long ones with `=V` or a following word,
/// values that may begin with a hyphen, `--` for the end of options, and bare words anywhere, which are kept for
/// later.
struct OptionScanner {
    private let words: [String]
    private var index = 0
    /// What is left of a bundle of short options.
    private var bundle: Substring.UTF8View?
    private var optionsEnded = false
    /// The bare words met so far.
    private(set) var bareWords: [String] = []

    init(_ words: [String]) {
        self.words = words
    }

    struct Option {
        let option: RuleOption
        let value: String?
    }

    /// The last word that was looked at: the option, or its value where that is a word of its own. Messages quote it.
    var currentWord: String { index > 0 ? words[index - 1] : "" }

    /// The next option, nil at the end of the line.
    mutating func next() throws(RuleError) -> Option? {
        if let rest = bundle { return try short(rest) }
        while index < words.count {
            let word = words[index]
            index += 1
            let bytes = word.utf8
            guard !optionsEnded, bytes.first == UInt8(ascii: "-"), bytes.count > 1 else {
                bareWords.append(word)
                continue
            }
            let rest = bytes.dropFirst()
            guard rest.first == UInt8(ascii: "-") else { return try short(rest) }
            if rest.count == 1 {
                optionsEnded = true
                continue
            }
            return try long(Substring(rest.dropFirst()), word: word)
        }
        return nil
    }

    private mutating func long(_ text: Substring, word: String) throws(RuleError) -> Option {
        let equals = text.utf8.firstIndex(of: UInt8(ascii: "="))
        guard let option = RuleOption(long: text[..<(equals ?? text.endIndex)]) else {
            throw .syntax(word, "unknown option")
        }
        let attached = equals.map { String(text[text.utf8.index(after: $0)...]) }
        return try complete(option, attached: attached, word: word)
    }

    /// One letter of a bundle; what follows it is its value if it takes one, else the next letters.
    private mutating func short(_ text: Substring.UTF8View) throws(RuleError) -> Option {
        let word = currentWord
        bundle = nil
        guard let letter = text.first, let option = RuleOption(short: letter) else {
            throw .syntax(word, "unknown option")
        }
        let rest = text.dropFirst()
        if rest.first == UInt8(ascii: "=") {
            return try complete(option, attached: String(Substring(rest.dropFirst())), word: word)
        }
        if rest.isEmpty { return try complete(option, attached: nil, word: word) }
        if case .none = option.argument {
            bundle = rest
            return Option(option: option, value: nil)
        }
        return try complete(option, attached: String(Substring(rest)), word: word)
    }

    private mutating func complete(
        _ option: RuleOption, attached: String?, word: String
    ) throws(RuleError) -> Option {
        switch option.argument {
        case .none:
            if attached != nil { throw .syntax(word, "option does not take an argument") }
            return Option(option: option, value: nil)
        case .required:
            if let attached { return Option(option: option, value: attached) }
            guard index < words.count else { throw .syntax(word, "missing argument") }
            index += 1
            return Option(option: option, value: words[index - 1])
        case .optional:
            if let attached { return Option(option: option, value: attached) }
            guard index < words.count, words[index].utf8.first != UInt8(ascii: "-") else {
                return Option(option: option, value: nil)
            }
            index += 1
            return Option(option: option, value: words[index - 1])
        }
    }
}
