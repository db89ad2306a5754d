import Patterns
import Testing

/// Patterns that libpcre2 would refuse or read in another way than Perl.
struct PerlSpellingTests {
    /// Perl 5.36.0 has answered these: `my $p = '...'; $subject =~ /$p/`.
    @Test(arguments: [
        (#"[\w-.]+@x"#, #"a-.b@x"#, true),
        (#"[\w-.]+@x"#, #"+@x"#, false),
        (#"[\d-z]"#, #"-"#, true),
        (#"[\d-z]"#, #"e"#, false),
        (#"[a-\d]"#, #"-"#, true),
        (#"[a-\d]"#, #"b"#, false),
        (#"[[:alpha:]-z]"#, #"-"#, true),
        (#"[\w--z]"#, #"."#, false),
        (#"[\w-.-z]"#, #"="#, true),
        (#"[\N{U+61}-c]"#, #"b"#, true),
        (#"(?<n>up)|(?<n>ok)"#, #"ok"#, true),
        (#"\yfoo"#, #"yfoo"#, true),
        (#"C:\Users"#, #"C:Users"#, true),
        (#"C:\Users"#, #"C:\Users"#, false),
        (#"\u0041"#, #"u0041"#, true),
        (#"\u0041"#, #"A"#, false),
        (#"[\y\A]"#, #"A"#, true),
        (#"[\y\A]"#, #"\"#, false),
        (#"\_x"#, #"_x"#, true),
        (#"\F\T"#, #"FT"#, true),
        (#"\N{U+41}"#, #"A"#, true),
        (#"\N{U+41}"#, #"N"#, false),
        (#"\N{2}$"#, #"ab"#, true),
        (#"a{3,1}"#, #"aaa"#, false),
        (#"a{3,1}|ok"#, #"ok"#, true),
        (#"x?a{3,1}"#, #"x"#, false),
        (#"^ok{,3}$"#, #"o"#, true),
        (#"^ok{,3}$"#, #"okkk"#, true),
        (#"^ok{,3}$"#, #"okkkk"#, false),
        (#"^ok{,3}$"#, #"ok{,3}"#, false),
        (#"^ok{ 1, 3 }$"#, #"okk"#, true),
        (#"^ok{ 2 }$"#, #"okk"#, true),
        (#"^ok{ 2 , }$"#, #"okkk"#, true),
        (#"^ok{,}$"#, #"ok{,}"#, true),
        (#"^[{,3}]$"#, #","#, true),
        (#"^a\{,3}$"#, #"a{,3}"#, true),
        (#"^{,3}$"#, #"{,3}"#, true),
        (#"({1,3})"#, #"{1,3}"#, true),
        (#"(?=x|{2})"#, #"{2}"#, true),
        (#"^a(?#{,1}){,2}$"#, #"aa"#, true),
        (#"^a{,2}?b"#, #"aab"#, true),
        (#"\\{,2}x"#, #"\\x"#, true),
        (#"[:digit:]+"#, #"git"#, true),
        (#"[:digit:]+"#, #"5"#, false),
        (#"^*ok"#, #"not ok"#, true),
        (#"\b?ok"#, #"ok"#, true),
        (#"$?ok"#, #"ok"#, true),
    ])
    func `a pattern is found where Perl finds it`(pattern: String, subject: String, found: Bool) throws {
        #expect(try Pattern(pattern).search(Array(subject.utf8)) == (found ? .found : .notFound))
    }

    /// Perl refuses these, too.
    @Test(arguments: [
        "a{3,1}*x", "[\\N]", "(?i-a)ok", "[[:foo:]]", "[b-a]", "a{70000}", "(?<=a+)b", "\\x{41", "(?y)", "a**",
    ])
    func `what is no pattern stays none`(text: String) {
        #expect(patternProblem(text) != nil)
    }

    /// In a program's text Perl quotes with these; in a variable, as a file's pattern is one, they are two letters.
    @Test func `a quoted part means what was meant`() throws {
        let pattern = try Pattern(#"^\Qa.b{,2}[\y\E{,2}$"#)
        #expect(pattern.search(Array(#"a.b{,2}[\yyy"#.utf8)) == .notFound)
        #expect(pattern.search(Array(#"a.b{,2}[\y"#.utf8)) == .found)
    }

    @Test(arguments: [
        (#"(?<=a{1,3})b"#, "lookbehind assertion is not fixed length at character 1"),
        (#"[\w-.](?<=a{,3})b"#, "lookbehind assertion is not fixed length at character 7"),
        (#"(?(1)a|b)"#, "reference to non-existent subpattern at character 3"),
        (#"\p{IsAlpha}"#, "unknown property after \\P or \\p at character 12"),
    ])
    func `what only libpcre2 refuses is not called wrong`(text: String, problem: String) {
        #expect(patternProblem(text) == "is a pattern that libpcre2 cannot match: \(problem)")
    }

    @Test func `a problem is told where it was written`() {
        #expect(
            patternProblem(#"[\w-.]a{,3}\N{U+41}(?u)(b"#)
                == "is no Perl pattern: missing closing parenthesis at character 26")
    }
}
