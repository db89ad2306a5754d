internal import CCurl

/// One of libcurl's easy handles with its buffer for words about an error; used by one transfer after the other.
@safe final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var headers: UnsafeMutablePointer<curl_slist>?

    init?() {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = easy
        unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(connectTo)
        unsafe curl_slist_free_all(headers)
        unsafe errorBuffer.deallocate()
    }

    /// Forgets the last transfer and takes on the next one: its address, its Host header, and everything that keeps a
    /// check independent of the program's surroundings and of the check before it.
    func prepare(_ request: CurlRequest) {
        unsafe curl_easy_reset(easy)
        unsafe errorBuffer.pointee = 0
        unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer)
        set(CURLOPT_URL, request.url)
        // The connection goes to the checked server whatever name the URL or a redirect has; the port is the URL's.
        unsafe connectTo = replace(connectTo, with: "::\(request.address):")
        unsafe ccurl_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
        if let host = request.host {
            unsafe headers = replace(headers, with: "Host: \(host)")
            unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, headers)
        }
        if request.isHead { set(CURLOPT_NOBODY, 1) }
        set(CURLOPT_USERAGENT, request.userAgent)
        set(CURLOPT_FOLLOWLOCATION, 1)
        set(CURLOPT_MAXREDIRS, request.mostRedirects)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_FORBID_REUSE, 1)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 0)
        // An empty text, unlike none, keeps libcurl from reading http_proxy and its relatives.
        set(CURLOPT_PROXY, "")
        setTLS()
    }

    /// A check asks whether the server answers, not whether its certificate is good: ldirectord's documented meaning.
    /// So old keys and protocol versions that clients of such a server would still accept are accepted too.
    private func setTLS() {
        set(CURLOPT_SSL_VERIFYPEER, 0)
        set(CURLOPT_SSL_VERIFYHOST, 0)
        // Reading a hundred authorities for each connection is most of its cost.
        unsafe ccurl_set_text(easy, CURLOPT_CAINFO, nil)
        unsafe ccurl_set_text(easy, CURLOPT_CAPATH, nil)
        set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        if Self.isOpenSSL {
            set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_0))
            set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0")
        }
    }

    private static let isOpenSSL: Bool = {
        guard let version = unsafe curl_version() else { return false }
        return unsafe String(cString: version).contains("OpenSSL/")
    }()

    /// What libcurl says went wrong, empty when it has not said.
    var errorText: String {
        unsafe String(cString: errorBuffer)
    }

    func number(_ information: CURLINFO) -> Int {
        unsafe ccurl_get_number(easy, information)
    }

    /// Whether this moment of the transfer has come.
    func hasReached(_ moment: CURLINFO) -> Bool {
        unsafe ccurl_get_time(easy, moment) > 0
    }

    private func set(_ option: CURLoption, _ value: Int) {
        unsafe ccurl_set_number(easy, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        unsafe ccurl_set_text(easy, option, value)
    }

    private func replace(
        _ list: UnsafeMutablePointer<curl_slist>?, with line: String
    ) -> UnsafeMutablePointer<curl_slist>? {
        unsafe curl_slist_free_all(list)
        return unsafe curl_slist_append(nil, line)
    }
}

/// What one transfer asks for.
struct CurlRequest {
    var url: String
    /// The checked server, in brackets when it is IPv6.
    var address: String
    /// The Host header of the first request; nil leaves it to the URL.
    var host: String?
    var isHead: Bool
    var userAgent: String
    var mostRedirects: Int
}
