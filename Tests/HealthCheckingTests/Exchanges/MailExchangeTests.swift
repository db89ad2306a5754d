import HealthChecking
import Testing

struct MailExchangeTests {
    private static let ehlo = "EHLO localhost.localdomain\r\n"
    private static let helo = "HELO localhost.localdomain\r\n"
    private static let quit = "saying 'QUIT\\x0d\\x0a'"

    static let smtp: [Conversation] = [
        Conversation(
            "greeting and EHLO",
            [
                .server("220 mx ESMTP\r\n"), .client(ehlo),
                .server("250-mx\r\n250-SIZE 1000\r\n250 STARTTLS\r\n"),
            ], "passed: EHLO accepted \(quit)"),
        Conversation(
            "a greeting of several lines, ends without CR",
            [.server("220-mx\n220-be patient\n220 go\n"), .client(ehlo), .server("250 mx\n")],
            "passed: EHLO accepted \(quit)"),
        Conversation(
            "HELO where EHLO is unknown",
            [.server("220 mx\r\n"), .client(ehlo), .server("502 what?\r\n"), .client(helo), .server("250 mx\r\n")],
            "passed: HELO accepted \(quit)"),
        Conversation(
            "both refused",
            [
                .server("220 mx\r\n"), .client(ehlo), .server("502 what?\r\n"), .client(helo),
                .server("550-no\r\n550 never\r\n"),
            ], "HELO refused with '550 never'"),
        Conversation("refused at once", [.server("554 go away\r\n")], "refused with '554 go away'"),
        Conversation("a question instead of a greeting", [.server("354 go on\r\n")], "refused with '354 go on'"),
        Conversation("too busy", [.server("421 later\r\n")], "refused with '421 later'"),
        Conversation("silence", [], "no greeting"),
        Conversation("half a greeting", [.server("220 m")], "no greeting"),
        Conversation("the first of several lines", [.server("220-mx\r\n")], "no greeting"),
        Conversation(
            "silence after the greeting", [.server("220 mx\r\n"), .client(ehlo)], "no answer to EHLO"),
        Conversation(
            "half an answer", [.server("220 mx\r\n"), .client(ehlo), .server("250-mx\r\n")],
            "no answer to EHLO"),
        Conversation("closed at once", [.closes], "connection closed by the server before its greeting"),
        Conversation(
            "closed in the middle", [.server("220 mx\r\n"), .client(ehlo), .server("250-m"), .closes],
            "connection closed by the server before its answer to EHLO"),
        Conversation(
            "another protocol", [.server("+OK ready\r\n")], "'+OK ready' is no SMTP greeting"),
        Conversation("an HTTP error", [.server("HTTP/1.1 400 Bad\r\n")], "'HTTP/1.1 400 Bad' is no SMTP greeting"),
        Conversation("a code of two digits", [.server("22 mx\r\n")], "'22 mx' is no SMTP greeting"),
        Conversation("a code with more", [.server("2200 mx\r\n")], "'2200 mx' is no SMTP greeting"),
        Conversation("an empty line", [.server("\r\n")], "'' is no SMTP greeting"),
        Conversation("a code beyond any", [.server("999 mx\r\n")], "'999 mx' is no SMTP greeting"),
        Conversation(
            "bytes of TLS", [.bytes([0x15, 3, 1, 0, 2, 2, 0x0A])],
            "'\\x15\\x03\\x01\\x00\\x02\\x02' is no SMTP greeting"),
    ]

    @Test(arguments: smtp, [false, true])
    func anSMTPServerIsUpThatGreetsAndTakesEHLOOrHELO(conversation: Conversation, bytewise: Bool) {
        #expect(conversation.led(by: LineExchange.smtp, bytewise: bytewise) == conversation.outcome)
    }

    static let pop: [Conversation] = [
        Conversation(
            "a login",
            [
                .server("+OK ready\r\n"), .client("USER u\r\n"), .server("+OK\r\n"), .client("PASS p w\r\n"),
                .server("+OK 2 messages\r\n"), .client("STAT\r\n"), .server("+OK 2 320\r\n"),
            ], "passed: logged in \(quit)"),
        Conversation(
            "a login by digest where the greeting has a time",
            [
                .server("+OK hi <1896.697170952@dbc.mtview.ca.us>\r\n"),
                .client("APOP u 5873f2f1e4dc9687a3e5d19229b1e6bf\r\n"), .server("+OK\r\n"), .client("STAT\r\n"),
                .server("+OK 0 0\r\n"),
            ], "passed: logged in \(quit)"),
        Conversation(
            "the password itself where the digest is refused",
            [
                .server("+OK hi <1896.697170952@dbc.mtview.ca.us>\r\n"),
                .client("APOP u 5873f2f1e4dc9687a3e5d19229b1e6bf\r\n"), .server("-ERR no\r\n"),
                .client("USER u\r\n"), .server("+OK\r\n"), .client("PASS p w\r\n"), .server("-ERR no\r\n"),
            ], "PASS refused with '-ERR no'"),
        Conversation(
            "no time, though something in angle brackets", [.server("+OK <hi>\r\n"), .client("USER u\r\n")],
            "no answer to USER"),
        Conversation(
            "a wrong password",
            [
                .server("+OK ready\r\n"), .client("USER u\r\n"), .server("+OK\r\n"), .client("PASS p w\r\n"),
                .server("-ERR [AUTH] no\r\n"),
            ], "PASS refused with '-ERR [AUTH] no'"),
        Conversation(
            "a login that leads nowhere",
            [
                .server("+OK ready\r\n"), .client("USER u\r\n"), .server("+OK\r\n"), .client("PASS p w\r\n"),
                .server("+OK\r\n"), .client("STAT\r\n"), .server("-ERR locked\r\n"),
            ], "STAT refused with '-ERR locked'"),
        Conversation("refused", [.server("-ERR no\r\n")], "refused with '-ERR no'"),
        Conversation("a word that only begins so", [.server("+OKAY\r\n")], "'+OKAY' is no POP3 greeting"),
        Conversation("another protocol", [.server("* OK hi\r\n")], "'* OK hi' is no POP3 greeting"),
        Conversation(
            "closed after the greeting", [.server("+OK\r\n"), .client("USER u\r\n"), .closes],
            "connection closed by the server before its answer to USER"),
    ]

    @Test(arguments: pop, [false, true])
    func aPOPServerLetsUsIn(conversation: Conversation, bytewise: Bool) {
        let exchange = LineExchange.pop(login: "u", password: "p w")
        #expect(conversation.led(by: exchange, bytewise: bytewise) == conversation.outcome)
    }

    @Test(arguments: [
        Conversation("a greeting", [.server("+OK <1.2@mx>\r\n")], "passed: greeting \(quit)"),
        Conversation("refused", [.server("-ERR no\r\n")], "refused with '-ERR no'"),
        Conversation("silence", [], "no greeting"),
    ])
    func withoutALoginAPOPServerNeedOnlyGreet(conversation: Conversation) {
        #expect(
            conversation.led(by: LineExchange.pop(login: nil, password: nil), bytewise: false) == conversation.outcome)
    }

    private static let login = "a1 LOGIN \"u\\\"x\" \"p\\\\w\"\r\n"
    private static let logout = "saying 'a3 LOGOUT\\x0d\\x0a'"

    static let imap: [Conversation] = [
        Conversation(
            "a login",
            [
                .server("* OK ready\r\n"), .client(login), .server("* CAPABILITY IMAP4rev1\r\na1 OK in\r\n"),
                .client("a2 NOOP\r\n"), .server("a2 OK done\r\n"),
            ], "passed: logged in \(logout)"),
        Conversation(
            "small letters", [.server("* ok\r\n"), .client(login), .server("a1 ok\r\n"), .client("a2 NOOP\r\n")],
            "no answer to NOOP"),
        Conversation(
            "a wrong password", [.server("* OK\r\n"), .client(login), .server("a1 NO [AUTHENTICATIONFAILED] no\r\n")],
            "LOGIN refused with 'a1 NO [AUTHENTICATIONFAILED] no'"),
        Conversation(
            "a login without TLS is not wanted", [.server("* OK\r\n"), .client(login), .server("a1 BAD no\r\n")],
            "LOGIN refused with 'a1 BAD no'"),
        Conversation(
            "thrown out", [.server("* OK\r\n"), .client(login), .server("* BYE full\r\n")],
            "LOGIN refused with '* BYE full'"),
        Conversation(
            "no login where we are in already",
            [.server("* PREAUTH hi\r\n"), .client("a2 NOOP\r\n"), .server("a2 OK done\r\n")],
            "passed: logged in \(logout)"),
        Conversation("refused", [.server("* BYE full\r\n")], "refused with '* BYE full'"),
        Conversation("another protocol", [.server("220 mx\r\n")], "'220 mx' is no IMAP greeting"),
        Conversation(
            "an answer to somebody else", [.server("* OK\r\n"), .client(login), .server("a2 OK\r\n")],
            "'a2 OK' is no IMAP answer to LOGIN"),
        Conversation(
            "information without an end", [.server("* OK\r\n"), .client(login), .server("* 1 EXISTS\r\n"), .closes],
            "connection closed by the server before its answer to LOGIN"),
    ]

    @Test(arguments: imap, [false, true])
    func anIMAPServerLetsUsIn(conversation: Conversation, bytewise: Bool) {
        let exchange = LineExchange.imap(login: "u\"x", password: "p\\w")
        #expect(conversation.led(by: exchange, bytewise: bytewise) == conversation.outcome)
    }

    @Test(arguments: [
        Conversation(
            "greeting and NOOP", [.server("* OK\r\n"), .client("a2 NOOP\r\n"), .server("a2 OK\r\n")],
            "passed: greeting and NOOP \(logout)"),
        Conversation(
            "a greeting alone", [.server("* PREAUTH hi\r\n"), .client("a2 NOOP\r\n")], "no answer to NOOP"),
    ])
    func withoutALoginAnIMAPServerAnswersNOOP(conversation: Conversation) {
        #expect(
            conversation.led(by: LineExchange.imap(login: nil, password: nil), bytewise: false) == conversation.outcome)
    }

    @Test func aServerThatSaysTooMuchIsNotHeardOut() {
        var exchange = LineExchange.smtp
        let endless = [UInt8](repeating: 0x32, count: 4096)
        var steps: [ExchangeStep] = []
        for _ in 0..<3 { steps.append(exchange.receive(endless[...])) }
        #expect(steps == [.more, .more, .failed("the greeting is a line of more than 8192 bytes")])
        exchange = LineExchange.smtp
        let lines = Array("220-more\r\n".utf8)
        var last = ExchangeStep.more
        for _ in 0..<6554 where last == .more { last = exchange.receive(lines[...]) }
        #expect(last == .failed("the greeting is more than 65536 bytes"))
    }
}
