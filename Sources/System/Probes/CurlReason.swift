internal import CCurl
internal import Glibc
internal import NetworkTypes

/// libcurl's codes in an operator's words.
enum CurlReason {
    /// What a transfer that did not succeed says of its server.
    static func outcome(
        _ code: CURLcode, _ handle: CurlHandle, of target: Endpoint, status: Int
    ) -> ProbeOutcome {
        let reason = text(code, handle, status: status)
        switch code {
        // Its own socket could not be made, for which libcurl has no words.
        case _ where FailureReason.isShortage(handle.socketError): return .error(handle.socketError)
        case CURLE_OUT_OF_MEMORY: return .unjudged(reason)
        case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            let number = Int32(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO))
            return number == 0 ? .failed(reason) : .error(ProbeConnection.cause(number, of: target))
        // What it read a file or asked a name server with may be what is lacking.
        case CURLE_SSL_CACERT_BADFILE, CURLE_COULDNT_RESOLVE_HOST:
            return FailureReason.isShortage(descriptorError) ? .error(descriptorError) : .failed(reason)
        default: return .failed(reason)
        }
    }

    /// Why no descriptor can be had at the moment; 0 when one can.
    private static var descriptorError: Int32 {
        let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        close(descriptor)
        return 0
    }

    private static func text(_ code: CURLcode, _ handle: CurlHandle, status: Int) -> String {
        switch code {
        case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            let number = Int32(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO))
            return number == 0 ? detail(code, handle) : FailureReason.errno(number)
        case CURLE_SSL_CONNECT_ERROR: return "TLS handshake failed: \(tlsDetail(detail(code, handle)))"
        case CURLE_PEER_FAILED_VERIFICATION: return "certificate refused: \(verificationDetail(detail(code, handle)))"
        case CURLE_SSL_CACERT_BADFILE: return "the file of tls-ca cannot be read: \(detail(code, handle))"
        case CURLE_GOT_NOTHING: return "connection closed without an answer"
        case CURLE_PARTIAL_FILE: return "connection closed in the middle of the body"
        case CURLE_TOO_MANY_REDIRECTS: return "more than 7 redirects"
        case CURLE_WEIRD_SERVER_REPLY: return "not an HTTP answer"
        case CURLE_UNSUPPORTED_PROTOCOL where status == 0: return "not an HTTP answer"
        case CURLE_UNSUPPORTED_PROTOCOL: return "redirect to a protocol other than http and https"
        case CURLE_URL_MALFORMAT: return "not a URL that can be asked for"
        default: return detail(code, handle)
        }
    }

    private static func detail(_ code: CURLcode, _ handle: CurlHandle) -> String {
        let words = handle.errorText
        return words.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : words
    }

    /// `OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number` without what only OpenSSL's authors need.
    private static func tlsDetail(_ words: String) -> String {
        // The end of the connection, for which OpenSSL has no words.
        if words.contains("SSL_ERROR_SYSCALL") { return "connection closed by the server" }
        guard words.contains("error:"), let colon = words.lastIndex(of: ":") else { return words }
        return String(words[words.index(after: colon)...])
    }

    /// `SSL certificate problem: self-signed certificate` without what has been said already.
    private static func verificationDetail(_ words: String) -> String {
        for prefix in ["SSL certificate problem: ", "SSL: "] where words.hasPrefix(prefix) {
            return String(words.dropFirst(prefix.count))
        }
        return words
    }
}
