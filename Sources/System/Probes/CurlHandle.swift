internal import CCurl
internal import Glibc
internal import HealthChecking

/// One of libcurl's easy handles with its buffer for words about an error; used by one transfer after the other.
@safe final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// A socket that libcurl has not taken yet.
    private let adopted: UnsafeMutablePointer<Int32>
    /// Why libcurl got no socket; 0 when it got each that it wanted.
    private let refused: UnsafeMutablePointer<Int32>

    init?() {
        guard let easy = unsafe curl_easy_init() else { return nil }
        unsafe self.easy = easy
        unsafe errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        unsafe adopted = .allocate(capacity: 1)
        unsafe adopted.initialize(to: -1)
        unsafe refused = .allocate(capacity: 1)
        unsafe refused.initialize(to: 0)
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(connectTo)
        unsafe curl_slist_free_all(headers)
        unsafe errorBuffer.deallocate()
        dropAdopted()
        unsafe adopted.deallocate()
        unsafe refused.deallocate()
    }

    /// Takes on a transfer of HTTP.
    func prepare(_ request: CurlRequest) {
        reset(request.url, request.verification)
        if let port = request.proxyPort {
            set(CURLOPT_PROXY, "http://\(request.address):\(port)")
            // The proxy's own answer to CONNECT is not the answer that is checked.
            set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        } else if let own = request.ownPlace {
            // What has this name and port is the checked server, whoever the name is elsewhere.
            connect(from: own, to: request.address)
        }
        if let host = request.host {
            unsafe headers = replace(headers, with: "Host: \(host)")
            unsafe ccurl_set_list(easy, CURLOPT_HTTPHEADER, headers)
        }
        if request.isHead { set(CURLOPT_NOBODY, 1) }
        set(CURLOPT_USERAGENT, request.userAgent)
        if let most = request.mostRedirects {
            set(CURLOPT_FOLLOWLOCATION, 1)
            set(CURLOPT_MAXREDIRS, most)
        }
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_FORBID_REUSE, 1)
    }

    /// Takes on a connection by TLS over which somebody else speaks.
    /// - Parameter url: an `https` one, since libcurl would speak the protocol itself for any other.
    func prepareConnection(_ url: String, address: String, _ verification: TLSVerification) {
        reset(url, verification)
        connect(from: ":", to: address)
        set(CURLOPT_CONNECT_ONLY, 1)
        // It would offer HTTP, and a server of another protocol may end the handshake for that (RFC 7301).
        set(CURLOPT_SSL_ENABLE_ALPN, 0)
    }

    /// The connection that was prepared goes over this socket, which is the handle's from now on.
    func adopt(_ descriptor: Int32) {
        dropAdopted()
        unsafe adopted.pointee = descriptor
        unsafe ccurl_adopt_socket(easy, adopted)
    }

    /// Closes a socket that libcurl has not come to take.
    func dropAdopted() {
        if unsafe adopted.pointee >= 0 { close(unsafe adopted.pointee) }
        unsafe adopted.pointee = -1
    }

    /// Forgets the last transfer, and sets what keeps a check independent of the program's surroundings and of the
    /// check before it.
    private func reset(_ url: String, _ verification: TLSVerification) {
        unsafe curl_easy_reset(easy)
        unsafe errorBuffer.pointee = 0
        unsafe refused.pointee = 0
        unsafe ccurl_open_sockets(easy, refused)
        unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorBuffer)
        set(CURLOPT_URL, url)
        set(CURLOPT_NOSIGNAL, 1)
        // The check's own deadline counts; libcurl's would be five minutes.
        set(CURLOPT_CONNECTTIMEOUT, 1_000_000)
        // Names are looked up by threads; without this the end of a transfer would wait for its own, and the loop too.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_FRESH_CONNECT, 1)
        set(CURLOPT_DNS_CACHE_TIMEOUT, 0)
        // An empty text, unlike none, keeps libcurl from reading http_proxy, no_proxy and their relatives.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SSL_SESSIONID_CACHE, 0)
        setTLS(verification)
    }

    /// Connections to a place, `HOST:PORT`, go to this address; where host and port are empty, all do.
    private func connect(from place: String, to address: String) {
        unsafe connectTo = replace(connectTo, with: "\(place):\(address):")
        unsafe ccurl_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
    }

    private func setTLS(_ verification: TLSVerification) {
        switch verification {
        case .off:
            // A check asks whether the server answers, not whether its certificate is good: ldirectord's documented
            // meaning. So old keys and protocol versions that clients of such a server would still accept are
            // accepted too.
            set(CURLOPT_SSL_VERIFYPEER, 0)
            set(CURLOPT_SSL_VERIFYHOST, 0)
            // Reading a hundred authorities for each connection is most of its cost.
            unsafe ccurl_set_text(easy, CURLOPT_CAINFO, nil)
            unsafe ccurl_set_text(easy, CURLOPT_CAPATH, nil)
            if Self.isOpenSSL {
                set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_0))
                set(CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0")
                unsafe ccurl_accept_old_servers(easy)
            }
        case .system: verify()
        case .authorities(let file):
            verify()
            set(CURLOPT_CAINFO, file)
            unsafe ccurl_set_text(easy, CURLOPT_CAPATH, nil)
        }
    }

    private func verify() {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        // Authorities that were read are kept, so that a file that changes counts within this many seconds.
        set(CURLOPT_CA_CACHE_TIMEOUT, 60)
    }

    private static let isOpenSSL: Bool = {
        guard let version = unsafe curl_version() else { return false }
        return unsafe String(cString: version).contains("OpenSSL/")
    }()

    /// What libcurl says went wrong, empty when it has not said.
    var errorText: String {
        unsafe String(cString: errorBuffer)
    }

    /// The error number of the socket that libcurl could not get; 0 when there was none.
    var socketError: Int32 { unsafe refused.pointee }

    func number(_ information: CURLINFO) -> Int {
        unsafe ccurl_get_number(easy, information)
    }

    func text(_ information: CURLINFO) -> String? {
        unsafe ccurl_get_text(easy, information).map { unsafe String(cString: $0) }
    }

    /// Whether this moment of the transfer has come.
    func hasReached(_ moment: CURLINFO) -> Bool {
        unsafe ccurl_get_time(easy, moment) > 0
    }

    /// How many bytes went, or nil after an error other than that none can go now.
    func send(_ bytes: ArraySlice<UInt8>) -> Int? {
        var count = 0
        let code = unsafe bytes.withUnsafeBytes { unsafe curl_easy_send(easy, $0.baseAddress, $0.count, &count) }
        return code == CURLE_OK ? count : code == CURLE_AGAIN ? 0 : nil
    }

    enum Received {
        case bytes(Int)
        case nothingYet
        case end
        case failed
    }

    func receive(into buffer: inout [UInt8]) -> Received {
        var count = 0
        let code = unsafe buffer.withUnsafeMutableBytes {
            unsafe curl_easy_recv(easy, $0.baseAddress, $0.count, &count)
        }
        if code == CURLE_AGAIN { return .nothingYet }
        guard code == CURLE_OK else { return .failed }
        return count == 0 ? .end : .bytes(count)
    }

    /// The socket of the connection, which stays libcurl's; -1 when there is none.
    var descriptor: Int32 { unsafe ccurl_get_socket(easy) }

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
    /// The URL's `HOST:PORT` where that stands for the checked server; nil where it says itself who is asked.
    var ownPlace: String?
    /// Where the checked server is a proxy for the URL.
    var proxyPort: UInt16?
    /// The Host header of the first request; nil leaves it to the URL.
    var host: String?
    var isHead: Bool
    var userAgent: String
    /// Nil when redirects are not followed.
    var mostRedirects: Int?
    var verification: TLSVerification
}
