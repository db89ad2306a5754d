package import DirectorConfig
import Glibc
import KernelTuning
import NameQuestions
import NetworkTypes
import Patterns

/// Why a file could not be read or written.
package struct FileProblem: Error, Hashable, CustomStringConvertible {
    package var path: String
    package var errno: Int32
    package var reason: String
    package var isWriting = false

    package var description: String { "cannot \(isWriting ? "write" : "read") \(path): \(reason)" }
}

/// A configuration file, read and parsed.
package struct ConfigurationFile: Sendable {
    /// Bytes that a file may have.
    package static let sizeLimit = 64 << 20
    /// How long name servers may take for all names of a file, where nobody says otherwise: the system waits five
    /// seconds for one that is dead before it asks the next.
    package static let patience = Duration.seconds(30)

    /// When and as what the file was last seen; another identity means that it must be read again.
    package struct Identity: Hashable, Sendable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modified: Int64
        var modifiedNanoseconds: Int64
    }

    package let path: String
    package let identity: Identity
    package let parsed: ParsedConfiguration
    /// The file's last byte ends a line, or there is none.
    package let endsWithLine: Bool
    /// Tells contents apart.
    package let digest: UInt64
    private var text: FileText
    let names: FileNames

    /// Host names were looked up, so the same bytes may mean other addresses later.
    package var namesHosts: Bool { names.hasHosts }

    /// Names of hosts that keep the addresses that they had, since nobody can say what they are, and why.
    package var keptHosts: [String] {
        names.kept.sorted { $0.key < $1.key }.map { "\($0.key.name) (\($0.value))" }
    }

    /// Without its bytes where nobody asks for them any more: names are looked up again in them.
    package var lean: ConfigurationFile {
        var file = self
        if !namesHosts { file.text = FileText([]) }
        return file
    }

    /// Reads and parses the file. Blocks on the disk and on name servers.
    /// - Parameters:
    ///   - old: the file in force; a host that has several addresses keeps the one that it has there, and all of them
    ///     while no name server answers.
    ///   - resolvingNames: without it nobody is asked for names, for who needs neither addresses of hosts nor ports of
    ///     services.
    package init(
        path: String, keepingAddressesOf old: ConfigurationFile? = nil, resolvingNames: Bool = true,
        lookup: NameLookup = NameLookup(within: patience)
    ) throws(FileProblem) {
        let (bytes, identity) = try Self.read(path)
        self = Self.withNames(resolvingNames ? .current : .outline, lookup, before: old?.names.hosts ?? [:]) { names in
            (ConfigurationFile(path: path, bytes: bytes, identity: identity, names: names), names)
        }
    }

    /// What `read` makes of the names that it meets. Which there are is known when it has read once, and whether there
    /// are more when it has read with the answers: that a service has no port may lead to another name.
    static func withNames<Result>(
        _ purpose: FileNames.Purpose, _ lookup: NameLookup, before: [HostName: [IPAddress]] = [:],
        ports: [NameQuestion: UInt16?] = [:], first questions: [NameQuestion] = [],
        _ read: (FileNames) -> (Result, FileNames)
    ) -> Result {
        let start = ContinuousClock.now
        var answers = ports.mapValues { $0.map { NameAnswer.port($0) } ?? NameAnswer.none }
        var questions = questions
        while true {
            if !questions.isEmpty {
                // A dead name server keeps no service waiting.
                let ordered = questions.filter(\.isService) + questions.filter { !$0.isService }
                let found = lookup.ask(ordered, start)
                for question in ordered { answers[question] = found[question] }
            }
            let (result, names) = read(FileNames(before: before, for: purpose, answers))
            questions = names.unknown
            if questions.isEmpty { return result }
        }
    }

    /// The same bytes with host names looked up anew. Whatever name servers say or do not say, each name keeps some
    /// address: one that has vanished does not take the news of others away. Services keep their ports. Blocks on name
    /// servers.
    package func resolvedAgain(
        _ lookup: NameLookup = NameLookup(within: patience)
    ) throws(FileProblem) -> ConfigurationFile {
        let bytes = try bytes
        // Those that had no answer last time come first.
        let last = Set(names.kept.keys)
        let hosts = names.hosts.keys.sorted { left, right in
            last.contains(left) == last.contains(right) ? left < right : last.contains(left)
        }
        let (before, ports) = (names.hosts, names.services)
        return Self.withNames(.renewal, lookup, before: before, ports: ports, first: hosts.map(\.question)) { names in
            (ConfigurationFile(path: path, bytes: bytes, identity: identity, names: names), names)
        }
    }

    init(path: String, bytes: [UInt8], identity: Identity, names: FileNames, checksKeys: Bool = true) {
        let parser = Self.parser(path, names) { checksKeys ? LinkKeyFile.problem($0) : nil }
        self.path = path
        self.identity = identity
        self.names = names
        parsed = parser.parse(bytes)
        digest = Self.digest(bytes)
        endsWithLine = bytes.isEmpty || bytes.last == UInt8(ascii: "\n")
        text = FileText(bytes)
    }

    /// As they were read.
    var bytes: [UInt8] {
        get throws(FileProblem) { try text.bytes(of: path) }
    }

    /// What a file says, for who only looks.
    /// - Parameters:
    ///   - resolvingNames: as for `init`.
    ///   - keyFileProblem: what is wrong with a file of link keys, which are left alone without it.
    package static func parse(
        path: String, resolvingNames: Bool, lookup: NameLookup = NameLookup(within: patience),
        keyFileProblem: @escaping @Sendable (String) -> KeyFileProblem? = { _ in nil }
    ) throws(FileProblem) -> ParsedConfiguration {
        let (bytes, _) = try read(path)
        return withNames(resolvingNames ? .current : .outline, lookup) { names in
            (parser(path, names, keyFileProblem: keyFileProblem).parse(bytes), names)
        }
    }

    private static func parser(
        _ path: String, _ names: FileNames, keyFileProblem: @escaping @Sendable (String) -> KeyFileProblem?
    ) -> ConfigurationParser {
        ConfigurationParser(
            file: path, resolver: names.resolver, validatePattern: patternProblem,
            kernelHasSetting: { SettingsFolder.ipvs.has($0) }, keyFileProblem: keyFileProblem)
    }

    /// The identity of the file as it is now; nil when there is none.
    package static func identity(of path: String) -> Identity? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Identity(status)
    }

    /// The digest of the file's content; nil when it cannot be read. Blocks on the disk.
    package static func digest(of path: String) -> UInt64? {
        guard let (bytes, _) = try? read(path) else { return nil }
        return digest(bytes)
    }

    /// FNV-1a: nobody profits from two contents that look the same here.
    private static func digest(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }

    static func read(_ path: String) throws(FileProblem) -> ([UInt8], Identity) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileProblem(path: path, errno: Glibc.errno) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw FileProblem(path: path, errno: Glibc.errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileProblem(path: path, errno: EINVAL, reason: "not a plain file")
        }
        // One byte more than there should be, to see the end. It may have grown, and files of /proc tell no size.
        var room = min(Int(status.st_size), sizeLimit) + 1
        var bytes = try FileText.start(of: descriptor, room: room, path: path)
        while bytes.count == room, room <= sizeLimit {
            room = min(max(2 * room, 1 << 16), sizeLimit + 1)
            bytes = try FileText.start(of: descriptor, room: room, path: path)
        }
        guard bytes.count <= sizeLimit else {
            throw FileProblem(path: path, errno: EFBIG, reason: "larger than \(sizeLimit >> 20) MiB")
        }
        return (bytes, Identity(status))
    }
}

extension NameQuestion {
    fileprivate var isService: Bool { if case .service = self { true } else { false } }
}

extension ConfigurationFile.Identity {
    fileprivate init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}

extension FileProblem {
    init(path: String, errno: Int32) {
        let reason =
            switch errno {
            case ENOENT: "no such file"
            case EACCES, EPERM: "permission denied"
            case EISDIR: "it is a directory"
            case ENOSPC: "no space left on the device"
            case EROFS: "the file system is read-only"
            default: "error \(errno)"
            }
        self.init(path: path, errno: errno, reason: reason)
    }

    init(writing path: String, errno: Int32) {
        self.init(path: path, errno: errno)
        isWriting = true
    }
}
