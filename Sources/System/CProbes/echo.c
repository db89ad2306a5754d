#define _GNU_SOURCE
#include "CProbes.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/filter.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Type, code, checksum, identifier, sequence; then 56 bytes, as ping sends them. ICMP and ICMPv6 differ in the type only
// (RFC 792, RFC 4443 section 4). For datagram sockets the kernel fills in checksum and identifier, for raw ICMPv6 sockets
// the checksum.
struct echo_message {
    uint8_t type, code;
    uint16_t checksum, identifier, sequence;
    uint64_t token;
    uint8_t padding[48];
} __attribute__((packed));

static uint16_t checksum(const struct echo_message *message) {
    uint16_t words[sizeof *message / 2];
    memcpy(words, message, sizeof words);
    uint32_t sum = 0;
    for (size_t i = 0; i < sizeof words / 2; i++) sum += words[i];
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/// A raw socket would get every ICMP message of the machine: only the replies to our own requests are let through.
static int filter(const struct cprobes_echo_socket *echo_socket) {
    // X is the length of the IPv4 header; raw ICMPv6 sockets see none.
    struct sock_filter ipv4[] = {
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_ECHOREPLY, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, echo_socket->identifier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_filter ipv6[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6_ECHO_REPLY, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, echo_socket->identifier, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffff),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog program = echo_socket->ipv6
        ? (struct sock_fprog){.len = sizeof ipv6 / sizeof *ipv6, .filter = ipv6}
        : (struct sock_fprog){.len = sizeof ipv4 / sizeof *ipv4, .filter = ipv4};
    return setsockopt(echo_socket->descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int cprobes_echo_open(struct cprobes_echo_socket *echo_socket) {
    bool ipv6 = echo_socket->ipv6;
    int type = (echo_socket->raw ? SOCK_RAW : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int descriptor = socket(ipv6 ? AF_INET6 : AF_INET, type, ipv6 ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
    if (descriptor < 0) return -errno;
    echo_socket->descriptor = descriptor;
    if (echo_socket->raw && filter(echo_socket) < 0) {
        int reason = errno;
        close(descriptor);
        return -reason;
    }
    // Errors of one target arrive on the error queue with the request they answer, instead of failing the next send.
    int on = 1;
    (void)setsockopt(
        descriptor, ipv6 ? (int)IPPROTO_IPV6 : (int)IPPROTO_IP, ipv6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
    return descriptor;
}

int cprobes_echo_send(
    const struct cprobes_echo_socket *echo_socket, const uint8_t *address, size_t length, uint16_t sequence,
    uint64_t token) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } peer;
    memset(&peer, 0, sizeof peer);
    struct echo_message message = {
        .identifier = htons(echo_socket->identifier), .sequence = htons(sequence), .token = token};
    socklen_t size;
    if (length == 4) {
        peer.v4.sin_family = AF_INET;
        memcpy(&peer.v4.sin_addr, address, 4);
        message.type = ICMP_ECHO;
        if (echo_socket->raw) message.checksum = checksum(&message);
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
        if (sendto(echo_socket->descriptor, &message, sizeof message, MSG_NOSIGNAL, &peer.any, size) >= 0) return 0;
        if (errno == EAGAIN || errno == ENOBUFS || errno == EINVAL) break;
    }
    return -errno;
}

static int receive_error(const struct cprobes_echo_socket *echo_socket, struct cprobes_echo *echo) {
    bool ipv6 = echo_socket->ipv6;
    struct echo_message message = {0};
    struct sockaddr_storage peer;
    uint8_t control[512];
    struct iovec part = {.iov_base = &message, .iov_len = sizeof message};
    struct msghdr header = {
        .msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &part, .msg_iovlen = 1,
        .msg_control = control, .msg_controllen = sizeof control};
    ssize_t count = recvmsg(echo_socket->descriptor, &header, MSG_ERRQUEUE | MSG_DONTWAIT);
    if (count < 0) return -errno;
    if (count < (ssize_t)(8 + sizeof message.token)) return 0;
    // A raw socket gets the errors of the whole machine's requests.
    if (echo_socket->raw && ntohs(message.identifier) != echo_socket->identifier) return 0;
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

int cprobes_echo_receive(const struct cprobes_echo_socket *echo_socket, struct cprobes_echo *echo) {
    memset(echo, 0, sizeof *echo);
    bool ipv6 = echo_socket->ipv6;
    // Room for the longest IPv4 header, which raw sockets get.
    uint8_t packet[60 + sizeof(struct echo_message)];
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    ssize_t count =
        recvfrom(echo_socket->descriptor, packet, sizeof packet, 0, (struct sockaddr *)&peer, &length);
    if (count < 0) {
        int reason = errno;
        int result = receive_error(echo_socket, echo);
        if (result != -EAGAIN) return result;
        return reason == EAGAIN ? -EAGAIN : 0;
    }
    ssize_t start = echo_socket->raw && !ipv6 && count > 0 ? (packet[0] & 15) * 4 : 0;
    struct echo_message message = {0};
    if (count - start < (ssize_t)(8 + sizeof message.token)) return 0;
    size_t size = (size_t)(count - start);
    memcpy(&message, packet + start, size < sizeof message ? size : sizeof message);
    if (message.type != (ipv6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY)) return 0;
    if (echo_socket->raw && ntohs(message.identifier) != echo_socket->identifier) return 0;
    if (ipv6) {
        memcpy(echo->address, &((struct sockaddr_in6 *)&peer)->sin6_addr, 16);
    } else {
        memcpy(echo->address, &((struct sockaddr_in *)&peer)->sin_addr, 4);
    }
    echo->sequence = ntohs(message.sequence);
    echo->token = message.token;
    return 1;
}
