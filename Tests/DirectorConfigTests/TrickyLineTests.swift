import Testing

/// Files from editors, web pages and other systems: what is said of them, and where.
@Suite struct TrickyLineTests {
    private static let service = "virtual = 192.0.2.1:80\n"

    @Test(
        arguments: [
            // Columns count bytes from 1, whatever the bytes are.
            (
                service + "\t\treal\t=\t10.0.0.1:80\tnat\n",
                ["2:22: error: the forwarding method is gate, masq or ipip, "]
            ),
            (
                service + "\treal = 10.0.0.1:80 masq\n\tvirtualhost = \"müller.example\" x\n",
                ["3:33: warning: what stands behind the quotes is not read: ' x'"]
            ),
            (
                "virtual = 192.0.2.1:80\r\n\treal = 10.0.0.1:80 nat\r\n",
                ["1:23: warning: lines end in CR LF", "2:21: error: the forwarding method"]
            ),
            (
                "\u{FEFF}checkinterval = x\n" + service + "\treal = 10.0.0.1:80 masq\n",
                ["1:1: warning: the file starts with a byte order mark", "1:17: error: checkinterval is a number"]
            ),
            // There are no continued lines.
            (
                service + "\treal = 10.0.0.1:80 \\\n\t\tmasq\n",
                [
                    "2:21: warning: a '\\' does not continue a line", "2:21: error: the forwarding method",
                    "3:3: error: unknown key 'masq'",
                ]
            ),
            // A no-break space looks like a blank.
            (service + "\treal\u{A0}= 10.0.0.1:80 masq\n", ["2:2: error: unknown key 'real\\xc2\\xa0'"]),
            (service + "\treal = 10.0.0.1:80\u{A0}masq\n", ["2:18: error: '80\\xc2\\xa0masq' is neither a port"]),
            (service + "\treal = 10.0.0.1:80\r masq\n", ["2:20: error: a carriage return stands within the line"]),
            // getaddrinfo reads octal numbers.
            (
                "virtual = 010.0.0.1:80\n\treal = 10.0.0.09:80 masq\n",
                [
                    "1:11: warning: 010.0.0.1 is read as 10.0.0.1; ldirectord takes numbers with a leading 0 for octal",
                    "2:9: warning: 10.0.0.09 is read as 10.0.0.9",
                ]
            ),
            // Lines below a section that was to be opened are no mistakes of their own.
            (
                "virutal = 192.0.2.1:80\n\treal = 10.0.0.1:80 masq\n\tscheduler = rr\n",
                ["1:1: error: unknown key 'virutal', did you mean 'virtual'?"]
            ),
            (
                service + "\treal = 10.0.0.1:80 masq\nVIRTUAL6 = [2001:db8::1]:80\n\treal6 = [fd00::1]:80 masq\n",
                ["3:1: error: unknown key 'VIRTUAL6', did you mean 'virtual6'?"]
            ),
        ] as [(String, [String])])
    func isSaidInItsPlace(_ file: String, _ says: [String]) {
        let found = rendered(parse(file).diagnostics)
        #expect(found.count == says.count, "\(found)")
        for (line, start) in zip(found, says) { #expect(line.hasPrefix(start)) }
    }
}
