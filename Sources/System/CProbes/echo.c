#define _GNU_SOURCE
#include "CProbes.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Type, code, checksum (the kernel's), identifier (the kernel's), sequence; then 56 bytes, as ping sends them. ICMP and
// ICMPv6 differ in the type only (RFC 792, RFC 4443 section 4).
struct echo_message {
    uint8_t type, code;
    uint16_t checksum, identifier, sequence;
    uint64_t token;
    uint8_t padding[48];
} __attribute__((packed));

int cprobes_echo_open(bool ipv6) {
    int family = ipv6 ? AF_INET6 : AF_INET;
    int descriptor =
        socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, ipv6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
    if (descriptor < 0) return -errno;
    // Errors of one target arrive on the error queue with the request they answer, instead of failing the next send.
    int on = 1;
    (void)setsockopt(
        descriptor, ipv6 ? (int)IPPROTO_IPV6 : (int)IPPROTO_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
    return descriptor;
}

int cprobes_echo_send(
    int descriptor, const uint8_t *address, size_t length, uint16_t sequence, uint64_t token) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer;
    memset(&peer, 0, sizeof peer);
    struct echo_message message = {.sequence = htons(sequence), .token = token};
    socklen_t size;
    if (length == 4) {
        peer.v4.sin_family = AF_INET;
        memcpy(&peer.v4.sin_addr, address, 4);
        message.type = ICMP_ECHO;
        size = sizeof peer.v4;
    } else if (length == 16) {
        peer.v6.sin6_family = AF_INET6;
        memcpy(&peer.v6.sin6_addr, address, 16);
        message.type = ICMP6_ECHO_REQUEST;
        size = sizeof peer.v6;
    } else {
        return -EINVAL;
    }
    // An error left on the socket by another target's answer is reported once, whatever its number; it is not about
    // this request.
    for (int attempt = 0; attempt < 3; attempt++) {
        if (sendto(descriptor, &message, sizeof message, MSG_NOSIGNAL, &peer.any, size) >= 0) return 0;
        if (errno == EAGAIN || errno == ENOBUFS || errno == EINVAL) break;
    }
    return -errno;
}

static int receive_error(int descriptor, bool ipv6, struct cprobes_echo *echo) {
    struct echo_message message = {0};
    struct sockaddr_storage peer;
    uint8_t control[512];
    struct iovec part = {.iov_base = &message, .iov_len = sizeof message};
    struct msghdr header = {
        .msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(descriptor, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (count < 0) return -errno;
    if (count < (ssize_t)(8 + sizeof message.token)) return 0;
    int level = ipv6 ? (int)IPPROTO_IPV6 : (int)IPPROTO_IP, type = ipv6 ? IPV6_RECVERR : IP_RECVERR;
    for (struct cmsghdr *item = CMSG_FIRSTHDR(&header); item; item = CMSG_NXTHDR(&header, item)) {
        if (item->cmsg_level != level || item->cmsg_type != type) continue;
        struct sock_extended_err error;
        memcpy(&error, CMSG_DATA(item), sizeof error);
        echo->sequence = ntohs(message.sequence);
        echo->token = message.token;
        echo->error = (int)error.ee_errno;
        return error.ee_errno ? 1 : 0;
    }
    return 0;
}

int cprobes_echo_receive(int descriptor, bool ipv6, struct cprobes_echo *echo) {
    memset(echo, 0, sizeof *echo);
    struct echo_message message;
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    ssize_t count = recvfrom(descriptor, &message, sizeof message, 0, (struct sockaddr *)&peer, &length);
    if (count < 0) {
        int reason = errno;
        int result = receive_error(descriptor, ipv6, echo);
        if (result != -EAGAIN) return result;
        return reason == EAGAIN ? -EAGAIN : 0;
    }
    if (count < (ssize_t)(8 + sizeof message.token)) return 0;
    if (message.type != (ipv6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY)) return 0;
    if (ipv6) {
        memcpy(echo->address, &((struct sockaddr_in6 *)&peer)->sin6_addr, 16);
    } else {
        memcpy(echo->address, &((struct sockaddr_in *)&peer)->sin_addr, 4);
    }
    echo->sequence = ntohs(message.sequence);
    echo->token = message.token;
    return 1;
}
