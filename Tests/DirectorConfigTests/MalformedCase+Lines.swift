extension MalformedCase {
    /// Lines, keys and sections.
    static let lines: [MalformedCase] = [
        MalformedCase(
            "a key in the wrong case",
            "Quiescent=yes\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: unknown key 'Quiescent', did you mean 'quiescent'?"
            ]),
        MalformedCase(
            "a key with exchanged letters",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tschduler=wrr\n",
            says: [
                "3:2: error: unknown key 'schduler', did you mean 'scheduler'?"
            ]),
        MalformedCase(
            "a key with a letter too many",
            "checkintervall=5\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: unknown key 'checkintervall', did you mean 'checkinterval'?"
            ]),
        MalformedCase(
            "a key nobody knows",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tcolour=blue\n",
            says: [
                "3:2: error: unknown key 'colour'"
            ]),
        MalformedCase(
            "a line of prose",
            "Please balance this\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: unknown key 'Please'"
            ]),
        MalformedCase(
            "a key without its value's sign",
            "checkinterval 5\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:15: error: '=' is missing after checkinterval: write checkinterval = VALUE"
            ]),
        MalformedCase(
            "a value without a key",
            "=5\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: a key is missing before the '='"
            ]),
        MalformedCase(
            "a section's key in column 1",
            "scheduler=rr\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: 'scheduler' is a key of virtual sections: indent it by a tab or four blanks under its virtual"
            ]),
        MalformedCase(
            "a section's key in column 1 within the section",
            "virtual=192.0.2.1:80\n"
                + "scheduler=rr\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "2:1: error: 'scheduler' is a key of virtual sections: indent it by a tab or four blanks under its virtual"
            ]),
        MalformedCase(
            "a misspelt section's key in column 1",
            "persistant=60\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: unknown key 'persistant'; 'persistent' is a key of virtual sections"
            ]),
        MalformedCase(
            "a global key in a section",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tautoreload=yes\n",
            says: [
                "3:2: error: 'autoreload' is a global key, not one of a virtual section: start it in column 1, before the sections"
            ]),
        MalformedCase(
            "a misspelt global key in a section",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tautorelaod=yes\n",
            says: [
                "3:2: error: unknown key 'autorelaod'; 'autoreload' is a global key"
            ]),
        MalformedCase(
            "an indented global key",
            "  quiescent=yes\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:3: error: 'quiescent' outside of a section must start in column 1"
            ]),
        MalformedCase(
            "a section's key before any section",
            "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:2: error: 'real' is indented, but no virtual section is open before it"
            ]),
        MalformedCase(
            "an indented virtual",
            " virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:2: error: virtual must start in column 1: take the blanks before it away"
            ]),
        MalformedCase(
            "two blanks of indentation",
            "virtual=192.0.2.1:80\n"
                + "  real=192.0.2.11:80 masq\n",
            says: [
                "2:3: error: 'real' is indented by 2, a line of a section by four blanks or a tab at least"
            ]),
        MalformedCase(
            "a blank line within a section",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\n"
                + "\tscheduler=rr\n"
                + "\tservice=http\n",
            says: [
                "4:2: error: 'scheduler' belongs to no section: the blank line 3 ended that of line 1"
            ]),
        MalformedCase(
            "a global line within a section",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "quiescent=yes\n"
                + "\tscheduler=rr\n",
            says: [
                "4:2: error: 'scheduler' belongs to no section: the unindented line 3 ended that of line 1"
            ]),
        MalformedCase(
            "a NUL byte",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11\u{0}:80 masq\n",
            says: [
                "2:17: error: the control character \\x00 has no place in a configuration: remove it"
            ]),
        MalformedCase(
            "an escape sequence",
            "\u{1b}[31mquiescent=yes\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:1: error: the control character \\x1b has no place in a configuration: remove it"
            ]),
        MalformedCase(
            "a carriage return within a line",
            "virtual=192.0.2.1:80\n"
                + "\tscheduler=rr\rreal=192.0.2.11:80 masq\n",
            says: [
                "2:14: error: a carriage return stands within the line: lines end in LF, or in CR LF"
            ]),
        MalformedCase(
            "a line that ends in the middle",
            "virtual\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:8: error: '=' is missing after virtual: write virtual = VALUE"
            ]),
        MalformedCase(
            "several mistakes at once",
            "chekinterval=5\n"
                + "quiescent=maybe\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 nat\n"
                + "\trequest=index.html\n",
            says: [
                "1:1: error: unknown key 'chekinterval', did you mean 'checkinterval'?",
                "2:11: error: quiescent is yes or no, not 'maybe'",
                "4:21: error: the forwarding method is gate, masq or ipip, not 'nat': for NAT write masq",
                "5:10: error: request must be in double quotes: request = \"index.html\"",
            ]),
    ]
}
