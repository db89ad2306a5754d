internal import CCurl
internal import Glibc

/// One POST of a JSON text by libcurl; it blocks, so it is for a process that does nothing else.
package struct WebhookDelivery: Sendable {
    /// Bytes of the URL's line and the text together.
    package static let limit = 1 << 16
    /// The whole time that it may take.
    package var timeout = 20

    package init() {}

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Sends what stands on standard input behind a first line that is the URL.
    package func send() throws(Failure) {
        guard let (url, text) = Self.input() else {
            throw Failure(description: "standard input holds no line with a URL and a text behind it")
        }
        try post(text, to: url)
    }

    func post(_ text: [UInt8], to url: String) throws(Failure) {
        guard ccurl_global_init() == CURLE_OK, let handle = CurlHandle() else {
            throw Failure(description: "libcurl cannot be set up")
        }
        let easy = unsafe handle.easy
        var headers: UnsafeMutablePointer<curl_slist>?
        for header in ["Content-Type: application/json", "Expect:"] {
            unsafe headers = curl_slist_append(headers, header)
        }
        defer { unsafe curl_slist_free_all(headers) }
        unsafe ccurl_set_text(easy, CURLOPT_URL, url)
        unsafe ccurl_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe ccurl_set_text(easy, CURLOPT_USERAGENT, "director")
        unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, headers)
        unsafe ccurl_set_number(easy, CURLOPT_TIMEOUT, timeout)
        unsafe ccurl_set_number(easy, CURLOPT_CONNECTTIMEOUT, timeout / 2)
        unsafe ccurl_set_number(easy, CURLOPT_NOSIGNAL, 1)
        unsafe ccurl_set_number(easy, CURLOPT_POSTFIELDSIZE, text.count)
        unsafe ccurl_drop_body(easy)
        let code = unsafe text.withUnsafeBytes { bytes in
            unsafe ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            return unsafe curl_easy_perform(easy)
        }
        guard code == CURLE_OK else {
            throw Failure(description: unsafe String(cString: curl_easy_strerror(code)))
        }
        let status = unsafe ccurl_get_number(easy, CURLINFO_RESPONSE_CODE)
        guard (200..<300).contains(status) else { throw Failure(description: "answered \(status)") }
    }

    private static func input() -> (url: String, text: [UInt8])? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while bytes.count <= limit {
            let count = unsafe read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= limit, let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end > 0 else { return nil }
        return (String(decoding: bytes[..<end], as: UTF8.self), Array(bytes[(end + 1)...]))
    }
}
