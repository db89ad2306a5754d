// libcurl's variadic calls, one function for each type of argument.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

// The type checks are macros that want a literal option; here the options are arguments.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

/// What libcurl calls for a socket: the transfer, the descriptor, CURL_POLL_*, and the pool.
typedef int (*ccurl_socket_function)(
    CURL *_Nullable easy, curl_socket_t descriptor, int what, void *_Nullable pool, void *_Nullable per_socket);
/// What libcurl calls for its timer: the multi handle, milliseconds or -1, and the pool.
typedef int (*ccurl_timer_function)(CURLM *_Nullable multi, long milliseconds, void *_Nullable pool);
/// What libcurl calls for a piece of the body, and for a line of the headers.
typedef size_t (*ccurl_write_function)(char *_Nullable bytes, size_t size, size_t count, void *_Nullable transfer);

static inline CURLcode ccurl_global_init(void) {
    return curl_global_init(CURL_GLOBAL_DEFAULT);
}

static inline void ccurl_multi_set_functions(
    CURLM *_Nonnull multi, ccurl_socket_function _Nonnull socket, ccurl_timer_function _Nonnull timer,
    void *_Nonnull pool) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, pool);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, pool);
}

/// The next transfer that has ended, and how; NULL when there is none.
static inline CURL *_Nullable ccurl_multi_next_done(CURLM *_Nonnull multi, CURLcode *_Nonnull result) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

static inline CURLcode ccurl_set_number(CURL *_Nonnull easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_text(CURL *_Nonnull easy, CURLoption option, const char *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

/// The list must live as long as the transfer.
static inline CURLcode ccurl_set_list(CURL *_Nonnull easy, CURLoption option, struct curl_slist *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *_Nonnull easy, CURLoption option, void *_Nullable value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_write(
    CURL *_Nonnull easy, ccurl_write_function _Nonnull function, void *_Nonnull transfer) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, function);
    return code ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

static inline CURLcode ccurl_set_header(
    CURL *_Nonnull easy, ccurl_write_function _Nonnull function, void *_Nonnull transfer) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, function);
    return code ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
}

static inline curl_socket_t ccurl_open_socket(
    void *_Nullable place, curlsocktype purpose, struct curl_sockaddr *_Nonnull address) {
    (void)purpose;
    int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    *(int *)place = descriptor < 0 ? errno : 0;
    return descriptor < 0 ? CURL_SOCKET_BAD : descriptor;
}

/// Notes why a transfer gets no socket: libcurl keeps the reason to itself. The place must live as long as the transfer.
static inline void ccurl_open_sockets(CURL *_Nonnull easy, int *_Nonnull place) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, ccurl_open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, place);
}

static inline curl_socket_t ccurl_give_socket(
    void *_Nullable place, curlsocktype purpose, struct curl_sockaddr *_Nonnull address) {
    int descriptor = *(int *)place;
    (void)purpose, (void)address;
    *(int *)place = -1;
    return descriptor < 0 ? CURL_SOCKET_BAD : descriptor;
}

static inline int ccurl_is_connected(void *_Nullable data, curl_socket_t descriptor, curlsocktype purpose) {
    (void)data, (void)descriptor, (void)purpose;
    return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/// The transfer goes over this connected socket, which becomes libcurl's when it takes it; -1 stands there then. The
/// place must live as long as the transfer.
static inline void ccurl_adopt_socket(CURL *_Nonnull easy, int *_Nonnull place) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, ccurl_give_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, place);
    curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, ccurl_is_connected);
}

/// The socket of a transfer that only connects; -1 when it has none.
static inline int ccurl_get_socket(CURL *_Nonnull easy) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket) ? -1 : (int)socket;
}

static inline CURLcode ccurl_let_old_servers_in(CURL *_Nonnull easy, void *_Nonnull context, void *_Nullable unused) {
    (void)easy, (void)unused;
    // libcurl's library, which need not be OpenSSL: its headers are not asked for.
    uint64_t (*set_options)(void *, uint64_t) = (uint64_t(*)(void *, uint64_t))dlsym(NULL, "SSL_CTX_set_options");
    if (set_options) (void)set_options(context, 0x4 /* SSL_OP_LEGACY_SERVER_CONNECT */);
    return CURLE_OK;
}

/// A server that does not know RFC 5746, of 2010, is spoken to as well. Only for a libcurl with OpenSSL.
static inline void ccurl_accept_old_servers(CURL *_Nonnull easy) {
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, ccurl_let_old_servers_in);
}

static inline size_t ccurl_count_bytes(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes;
    (void)context;
    return size * count;
}

/// What comes back is read and dropped.
static inline CURLcode ccurl_drop_body(CURL *_Nonnull easy) {
    return curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ccurl_count_bytes);
}

/// What is sent is read from standard input.
static inline CURLcode ccurl_upload_standard_input(CURL *_Nonnull easy) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    return code ? code : curl_easy_setopt(easy, CURLOPT_READDATA, stdin);
}

static inline long ccurl_get_number(CURL *_Nonnull easy, CURLINFO information) {
    long value = 0;
    curl_easy_getinfo(easy, information, &value);
    return value;
}

/// NULL when there is none; it lives as long as the transfer.
static inline const char *_Nullable ccurl_get_text(CURL *_Nonnull easy, CURLINFO information) {
    const char *value = NULL;
    curl_easy_getinfo(easy, information, &value);
    return value;
}

/// A moment of the transfer in microseconds since its start, 0 when it has not come.
static inline int64_t ccurl_get_time(CURL *_Nonnull easy, CURLINFO information) {
    curl_off_t value = 0;
    curl_easy_getinfo(easy, information, &value);
    return value;
}

#endif
