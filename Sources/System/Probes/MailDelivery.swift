internal import CCurl
internal import Glibc

/// One mail to a mail server, by libcurl. It stands here because this module alone knows that library; it blocks, so it
/// is for a process that does nothing else.
package struct MailDelivery: Sendable {
    /// `host`, `host:port` or `[v6]:port`; the port is 25 without one.
    package var server: String
    /// What this host calls itself.
    package var hello: String
    package var sender: String
    package var recipients: [String]
    /// The whole time that it may take.
    package var timeout: Int

    package init(server: String, hello: String, sender: String, recipients: [String], timeout: Int = 30) {
        self.server = server
        self.hello = hello
        self.sender = sender
        self.recipients = recipients
        self.timeout = timeout
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Sends what stands on standard input. Returns what the server said against recipients while it took the others.
    package func send() throws(Failure) -> [String] {
        guard ccurl_global_init() == CURLE_OK, let handle = CurlHandle() else {
            throw Failure(description: "libcurl cannot be set up")
        }
        let answers = Answers()
        var list: UnsafeMutablePointer<curl_slist>?
        for recipient in recipients { unsafe list = curl_slist_append(list, "<\(recipient)>") }
        defer { unsafe curl_slist_free_all(list) }
        let easy = unsafe handle.easy
        unsafe ccurl_set_text(easy, CURLOPT_URL, "smtp://\(Self.authority(server))/\(Self.escaped(hello))")
        unsafe ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp")
        unsafe ccurl_set_text(easy, CURLOPT_PROXY, "")
        unsafe ccurl_set_text(easy, CURLOPT_MAIL_FROM, "<\(sender)>")
        unsafe ccurl_set_list(easy, CURLOPT_MAIL_RCPT, list)
        unsafe ccurl_set_number(easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
        unsafe ccurl_upload_standard_input(easy)
        unsafe ccurl_set_number(easy, CURLOPT_TIMEOUT, timeout)
        unsafe ccurl_set_number(easy, CURLOPT_NOSIGNAL, 1)
        unsafe ccurl_set_header(easy, Self.takeLine, Unmanaged.passUnretained(answers).toOpaque())
        let code = unsafe curl_easy_perform(easy)
        let refusals = answers.refusals
        guard code == CURLE_OK else {
            let reason = unsafe String(cString: curl_easy_strerror(code))
            let said = refusals.last.map { ": \($0)" } ?? ""
            throw Failure(description: "\(server): \(reason)\(said)")
        }
        return refusals
    }

    /// An IPv6 address without a port gets the brackets that a URL wants.
    static func authority(_ server: String) -> String {
        let colons = server.utf8.count { $0 == UInt8(ascii: ":") }
        return colons > 1 && !server.hasPrefix("[") ? "[\(server)]" : server
    }

    /// Only what a host name may have goes into the URL.
    static func escaped(_ name: String) -> String {
        String(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") })
    }

    /// The server's lines that say no.
    private final class Answers {
        var refusals: [String] = []
    }

    private static let takeLine: ccurl_write_function = { bytes, size, count, context in
        guard let bytes = unsafe bytes, let context = unsafe context else { return size * count }
        let line = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
        let answers = unsafe Unmanaged<Answers>.fromOpaque(context).takeUnretainedValue()
        if line.hasPrefix("4") || line.hasPrefix("5"), answers.refusals.count < 100 {
            answers.refusals.append(String(line.filter { !$0.isNewline }))
        }
        return size * count
    }
}
