internal import CPCRE2

extension Pattern {
    /// Why there is no pattern of a text.
    package struct Problem: Error, Equatable, CustomStringConvertible {
        package enum Kind: Equatable, Sendable {
            /// Perl would not take it either.
            case notPerl
            /// Perl may match it, libpcre2 does not.
            case beyondLibrary
            /// It says nothing about the text.
            case noMemory
        }

        package let kind: Kind
        /// libpcre2's words: `missing closing parenthesis`.
        package let reason: String
        /// Where in the text, in bytes from its start.
        package let offset: Int

        package var description: String {
            kind == .noMemory ? reason : "\(reason) at character \(offset + 1)"
        }

        /// What is to be said of the text.
        package var predicate: String {
            switch kind {
            case .notPerl: "is no Perl pattern: \(self)"
            case .beyondLibrary: "is a pattern that libpcre2 cannot match: \(self)"
            case .noMemory: "cannot be compiled: \(self)"
            }
        }
    }
}

extension Pattern.Problem.Kind {
    /// - Parameter error: the number that libpcre2 gave when it compiled.
    init(_ error: Int32) {
        self =
            switch error {
            case PCRE2_ERROR_HEAP_FAILED, PCRE2_ERROR_NOMEMORY: .noMemory
            case PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH, PCRE2_ERROR_LOOKBEHIND_TOO_LONG,
                PCRE2_ERROR_LOOKBEHIND_TOO_COMPLICATED, PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY,
                PCRE2_ERROR_UNSUPPORTED_ESCAPE_SEQUENCE, PCRE2_ERROR_CODE_POINT_TOO_BIG,
                PCRE2_ERROR_PATTERN_TOO_LARGE, PCRE2_ERROR_PATTERN_TOO_COMPLICATED,
                PCRE2_ERROR_BACKSLASH_K_IN_LOOKAROUND, PCRE2_ERROR_BAD_SUBPATTERN_REFERENCE:
                .beyondLibrary
            default: .notPerl
            }
    }
}
