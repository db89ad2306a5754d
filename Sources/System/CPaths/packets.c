#define _GNU_SOURCE
#include "CPaths.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int attach(int descriptor, struct sock_filter *code, unsigned short count) {
    struct sock_fprog program = {.len = count, .filter = code};
    return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0 ? -errno : 0;
}

static int attach_answers(int descriptor, bool ipv6, uint16_t first_port) {
    // Classic BPF; offsets count from the IP header. X is the length of the IPv4 header.
    struct sock_filter four[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),                       // 0  a fragment but the first: no
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 13, 0),         // 1
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),                      // 2
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),                       // 3  protocol
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 4),      // 4
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),                       // 5  destination port
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_port, 0, 8),       // 6
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),                      // 7  flags: SYN or RST
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x06, 5, 6),            // 8
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMP, 0, 5),     // 9
        BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),                       // 10 echo reply
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),                // 11
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),                       // 12 identifier
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_port, 0, 1),       // 13
        BPF_STMT(BPF_RET | BPF_K, 0xffff),                           // 14
        BPF_STMT(BPF_RET | BPF_K, 0),                                // 15
    };
    struct sock_filter six[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),                       // 0  next header
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 4),      // 1
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 42),                      // 2  destination port
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_port, 0, 8),       // 3
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 53),                      // 4  flags: SYN or RST
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x06, 5, 6),            // 5
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 5),   // 6
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 40),                      // 7  echo reply
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 129, 0, 3),              // 8
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 44),                      // 9  identifier
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, first_port, 0, 1),       // 10
        BPF_STMT(BPF_RET | BPF_K, 0xffff),                           // 11
        BPF_STMT(BPF_RET | BPF_K, 0),                                // 12
    };
    return ipv6 ? attach(descriptor, six, COUNT(six)) : attach(descriptor, four, COUNT(four));
}

int cpaths_open_link(bool ipv6, uint16_t first_port) {
    // Without a protocol it receives nothing before the filter is there.
    int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int problem = attach_answers(descriptor, ipv6, first_port);
    struct sockaddr_ll all = {.sll_family = AF_PACKET, .sll_protocol = htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP)};
    if (!problem && bind(descriptor, (struct sockaddr *)&all, sizeof all) < 0) problem = -errno;
    if (!problem) return descriptor;
    close(descriptor);
    return problem;
}

ssize_t cpaths_receive(int descriptor, uint8_t *bytes, size_t capacity, uint8_t *hardware, size_t *hardware_length) {
    struct sockaddr_ll from;
    memset(&from, 0, sizeof from);
    socklen_t length = sizeof from;
    *hardware_length = 0;
    for (;;) {
        ssize_t count = recvfrom(descriptor, bytes, capacity, 0, (struct sockaddr *)&from, &length);
        if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -errno;
        // Our own packets on their way out, and the rest of the world's.
        if (from.sll_pkttype != PACKET_HOST || count == 0) continue;
        *hardware_length = from.sll_halen < 8 ? from.sll_halen : 8;
        memcpy(hardware, from.sll_addr, *hardware_length);
        return count;
    }
}

int cpaths_send_link(
    int descriptor, bool ipv6, int interface, const uint8_t *hardware, size_t hardware_length, const uint8_t *bytes,
    size_t count) {
    struct sockaddr_ll to = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ipv6 ? ETH_P_IPV6 : ETH_P_IP), .sll_ifindex = interface,
        .sll_halen = (unsigned char)hardware_length};
    if (hardware_length > sizeof to.sll_addr) return -EINVAL;
    memcpy(to.sll_addr, hardware, hardware_length);
    return sendto(descriptor, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof to) < 0 ? -errno : 0;
}

int cpaths_open_tunnel(bool ipv6) {
    int descriptor = socket(
        ipv6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
        ipv6 ? (int)IPPROTO_IPV6 : (int)IPPROTO_IPIP);
    if (descriptor < 0) return -errno;
    // The kernel would copy every tunnelled packet that this machine gets.
    struct sock_filter nothing[] = {BPF_STMT(BPF_RET | BPF_K, 0)};
    int problem = attach(descriptor, nothing, COUNT(nothing));
    if (!problem) return descriptor;
    close(descriptor);
    return problem;
}

int cpaths_send_tunnel(int descriptor, const uint8_t *address, size_t length, const uint8_t *bytes, size_t count) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } to;
    memset(&to, 0, sizeof to);
    socklen_t size;
    if (length == 4) {
        to.v4.sin_family = AF_INET;
        memcpy(&to.v4.sin_addr, address, 4);
        size = sizeof to.v4;
    } else if (length == 16) {
        to.v6.sin6_family = AF_INET6;
        memcpy(&to.v6.sin6_addr, address, 16);
        size = sizeof to.v6;
    } else {
        return -EINVAL;
    }
    return sendto(descriptor, bytes, count, MSG_NOSIGNAL, &to.any, size) < 0 ? -errno : 0;
}

void cpaths_close(int descriptor) { close(descriptor); }
