#define _GNU_SOURCE
#include "CProbes.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union peer {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/// The size of the filled address, 0 when its length is none.
static socklen_t fill(union peer *peer, const uint8_t *address, size_t length, uint16_t port) {
    memset(peer, 0, sizeof *peer);
    if (length == 4) {
        peer->v4.sin_family = AF_INET;
        peer->v4.sin_port = htons(port);
        memcpy(&peer->v4.sin_addr, address, 4);
        return sizeof peer->v4;
    }
    if (length != 16) return 0;
    peer->v6.sin6_family = AF_INET6;
    peer->v6.sin6_port = htons(port);
    memcpy(&peer->v6.sin6_addr, address, 16);
    return sizeof peer->v6;
}

int cprobes_connect(const uint8_t *address, size_t length, uint16_t port, bool speaks_first, bool *connected) {
    union peer peer;
    socklen_t size = fill(&peer, address, length, port);
    if (size == 0) return -EINVAL;
    int descriptor = socket(peer.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0) return -errno;
    int quick = 0;
    if (speaks_first) (void)setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &quick, sizeof quick);
    *connected = connect(descriptor, &peer.any, size) == 0;
    if (*connected || errno == EINPROGRESS) return descriptor;
    int reason = errno;
    close(descriptor);
    return -reason;
}

int cprobes_open_datagram(const uint8_t *address, size_t length, uint16_t port) {
    union peer peer;
    socklen_t size = fill(&peer, address, length, port);
    if (size == 0) return -EINVAL;
    int descriptor = socket(peer.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
    if (descriptor < 0) return -errno;
    if (connect(descriptor, &peer.any, size) == 0) return descriptor;
    int reason = errno;
    close(descriptor);
    return -reason;
}

int cprobes_finish_sending(int descriptor) { return shutdown(descriptor, SHUT_WR) < 0 ? -errno : 0; }

int cprobes_local_end(int descriptor, uint8_t address[16], uint16_t *port) {
    union peer end;
    socklen_t size = sizeof end;
    if (getsockname(descriptor, &end.any, &size) < 0) return -errno;
    if (end.any.sa_family == AF_INET6) {
        *port = ntohs(end.v6.sin6_port);
        memcpy(address, &end.v6.sin6_addr, 16);
        return 16;
    }
    *port = ntohs(end.v4.sin_port);
    memcpy(address, &end.v4.sin_addr, 4);
    return 4;
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

int cprobes_connect_ipv4(uint32_t address, uint16_t port, bool speaks_first, bool *connected) {
    uint32_t ordered = htonl(address);
    return cprobes_connect((const uint8_t *)&ordered, sizeof ordered, port, speaks_first, connected);
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
