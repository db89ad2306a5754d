/// Reads ldirectord.cf: every problem of the file with its place, and the typed configuration where there is no error.
///
/// The grammar is ldirectord's, quirks included, with Director's own keys beside it. What ldirectord reads in another
/// way than its author meant gets a warning that says both. The input is not trusted: whatever bytes come, the answer
/// is diagnostics, in time and memory bounded by the limits below.
package struct ConfigurationParser: Sendable {
    enum Limit {
        static let lineBytes = 1 << 20
        static let textBytes = 16_384
        static let rangeAddresses = Int(AddressRun.limit)
        static let realServers = 262_144
        static let sections = 65_536
    }

    private let file: String
    private let resolver: NameResolver
    private let validatePattern: @Sendable (String) -> String?
    private let kernelHasSetting: @Sendable (String) -> Bool
    private let keyFileProblem: @Sendable (String) -> KeyFileProblem?

    /// `file` is named in the diagnostics only. `validatePattern` says what is wrong with a Perl-compatible pattern,
    /// nil for a good one; this floor has no such library. `kernelHasSetting` is asked about IPVS settings that are not
    /// known here: the kernel may be newer. `keyFileProblem` says what is wrong with a file of link keys.
    package init(
        file: String, resolver: NameResolver,
        validatePattern: @escaping @Sendable (_ pattern: String) -> String? = { _ in nil },
        kernelHasSetting: @escaping @Sendable (_ name: String) -> Bool = { _ in false },
        keyFileProblem: @escaping @Sendable (_ path: String) -> KeyFileProblem? = { _ in nil }
    ) {
        self.file = file
        self.resolver = resolver
        self.validatePattern = validatePattern
        self.kernelHasSetting = kernelHasSetting
        self.keyFileProblem = keyFileProblem
    }

    package func parse(_ bytes: [UInt8]) -> ParsedConfiguration {
        var reader = FileReader(
            bytes, resolver: resolver, validatePattern: validatePattern, kernelHasSetting: kernelHasSetting,
            keyFileProblem: keyFileProblem, problems: Problems(file: file))
        reader.readLines()
        let configuration = reader.build()
        return ParsedConfiguration(
            configuration: reader.problems.errors == 0 ? configuration : nil, diagnostics: reader.problems.sorted())
    }
}

/// What a file says, or why it cannot be used.
package struct ParsedConfiguration: Sendable {
    /// Nil when there is an error among the diagnostics.
    package var configuration: Configuration?
    /// In the order of the file.
    package var diagnostics: [Diagnostic]

    package init(configuration: Configuration?, diagnostics: [Diagnostic]) {
        self.configuration = configuration
        self.diagnostics = diagnostics
    }
}
