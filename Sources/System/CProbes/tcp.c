#define _GNU_SOURCE
#include "CProbes.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int cprobes_connect(const uint8_t *address, size_t length, uint16_t port, bool *connected) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer;
    memset(&peer, 0, sizeof peer);
    socklen_t size;
    if (length == 4) {
        peer.v4.sin_family = AF_INET;
        peer.v4.sin_port = htons(port);
        memcpy(&peer.v4.sin_addr, address, 4);
        size = sizeof peer.v4;
    } else if (length == 16) {
        peer.v6.sin6_family = AF_INET6;
        peer.v6.sin6_port = htons(port);
        memcpy(&peer.v6.sin6_addr, address, 16);
        size = sizeof peer.v6;
    } else {
        return -EINVAL;
    }
    int descriptor = socket(peer.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) return -errno;
    *connected = connect(descriptor, &peer.any, size) == 0;
    if (*connected || errno == EINPROGRESS) return descriptor;
    int reason = errno;
    close(descriptor);
    return -reason;
}

bool cprobes_is_own_peer(int descriptor, uint16_t port) {
    // Only a port that the kernel would choose for our end can be taken so; the range is read once.
    static unsigned first, last;
    if (!last) {
        FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
        if (!file || fscanf(file, "%u %u", &first, &last) != 2 || !last) first = 32768, last = 60999;
        if (file) fclose(file);
    }
    if (port < first || port > last) return false;
    struct sockaddr_storage own, peer;
    socklen_t own_size = sizeof own, peer_size = sizeof peer;
    memset(&own, 0, sizeof own);
    memset(&peer, 0, sizeof peer);
    return getsockname(descriptor, (struct sockaddr *)&own, &own_size) == 0
        && getpeername(descriptor, (struct sockaddr *)&peer, &peer_size) == 0
        && own_size == peer_size && memcmp(&own, &peer, own_size) == 0;
}

void cprobes_keep_alive(int descriptor) {
    int on = 1, idle = 10, interval = 5, count = 3;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    (void)setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

int cprobes_pending_error(int descriptor) {
    int error = 0;
    socklen_t length = sizeof error;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
    return error;
}

int cprobes_connect_ipv4(uint32_t address, uint16_t port, bool *connected) {
    uint32_t ordered = htonl(address);
    return cprobes_connect((const uint8_t *)&ordered, sizeof ordered, port, connected);
}

ssize_t cprobes_send(int descriptor, const uint8_t *bytes, size_t count) {
    ssize_t sent = send(descriptor, bytes, count, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t cprobes_receive(int descriptor, uint8_t *bytes, size_t capacity) {
    ssize_t count = recv(descriptor, bytes, capacity, 0);
    return count < 0 ? -errno : count;
}

void cprobes_close(int descriptor, bool abort) {
    if (abort) {
        struct linger linger = {.l_onoff = 1, .l_linger = 0};
        (void)setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
    close(descriptor);
}
