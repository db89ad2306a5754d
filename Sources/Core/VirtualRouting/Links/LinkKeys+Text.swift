/// The key file: Linux-HA's authkeys with a method that is worth its name.
///
///     auth 2
///     1 sha256 the-secret-of-last-year
///     2 sha256 the-secret-of-this-year
extension LinkKeys {
    /// What is wrong with a key file, at a line from 1 (0: the whole file).
    package struct FileProblem: Error, Hashable, Sendable {
        package var line: Int
        package var text: String
    }

    package static let shortestSecret = 16

    package init(text: String) throws(FileProblem) {
        var signing: (id: UInt8, line: Int)?
        var secrets: [UInt8: [UInt8]] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if first == "auth" {
                guard words.count == 2, let id = UInt8(words[1]) else {
                    throw FileProblem(line: number, text: "auth names the key that signs: auth 1")
                }
                signing = (id, number)
                continue
            }
            let (id, secret) = try Self.key(words, line: number)
            guard secrets.updateValue(secret, forKey: id) == nil else {
                throw FileProblem(line: number, text: "key \(id) stands in the file already")
            }
        }
        guard let signing else {
            throw FileProblem(line: 0, text: "a line is missing that names the key that signs: auth 1")
        }
        guard let keys = LinkKeys(signing: signing.id, secrets: secrets) else {
            throw FileProblem(
                line: signing.line, text: "no key \(signing.id): add a line \(signing.id) sha256 SECRET")
        }
        self = keys
    }

    /// The secret itself is in no message.
    private static func key(_ words: [Substring], line: Int) throws(FileProblem) -> (UInt8, [UInt8]) {
        guard let id = UInt8(words[0]) else {
            throw FileProblem(line: line, text: "a line is: ID sha256 SECRET, with an id of 0 to 255")
        }
        guard words.count >= 2, words[1] == "sha256" else {
            throw FileProblem(line: line, text: "the method of key \(id) must be sha256: \(id) sha256 SECRET")
        }
        guard words.count == 3 else {
            throw FileProblem(line: line, text: "key \(id) needs a secret of one word: \(id) sha256 SECRET")
        }
        guard words[2].utf8.count >= shortestSecret else {
            throw FileProblem(
                line: line,
                text: "the secret of key \(id) is shorter than \(shortestSecret) characters: "
                    + "make one with openssl rand -hex 32")
        }
        return (id, Array(words[2].utf8))
    }
}
