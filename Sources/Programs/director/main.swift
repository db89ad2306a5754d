import Glibc
import Logs

// What was called decides: a link's name, or the first word.
let words = CommandLine.arguments
let name = words.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? "director"
exit(Invocation(program: words.first ?? name, name: name, arguments: Array(words.dropFirst())).run())
