#define _GNU_SOURCE
#include "CFailover.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { VRRP = 112 };

static int set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value);
}

static int fail(int fd) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static int open_on(int family, int type, int protocol, const char *interface, unsigned int *index) {
    *index = if_nametoindex(interface);
    if (!*index) return -1;
    int fd = socket(family == 4 ? AF_INET : AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0) return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen(interface) + 1) < 0) return fail(fd);
    // Before other traffic in the queues of this machine (TC_PRIO_CONTROL).
    set(fd, SOL_SOCKET, SO_PRIORITY, 7);
    return fd;
}

static int join(int fd, int family, unsigned int index, const uint8_t *group) {
    if (family == 4) {
        struct ip_mreqn request = {.imr_ifindex = (int)index};
        memcpy(&request.imr_multiaddr, group, 4);
        if (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) < 0) return -1;
        return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request);
    }
    struct ipv6_mreq request = {.ipv6mr_interface = index};
    memcpy(&request.ipv6mr_multiaddr, group, 16);
    if (set(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, (int)index) < 0) return -1;
    return setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &request, sizeof request);
}

/// Hop limit 255 on whatever is sent, and told of what is received; class selector 6, as routing protocols have it.
static int prepare(int fd, int family) {
    if (family == 4) {
        set(fd, IPPROTO_IP, IP_TOS, IPTOS_PREC_INTERNETCONTROL);
        set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
        if (set(fd, IPPROTO_IP, IP_TTL, 255) < 0 || set(fd, IPPROTO_IP, IP_MULTICAST_TTL, 255) < 0) return -1;
        return set(fd, IPPROTO_IP, IP_RECVTTL, 1) < 0 ? -1 : set(fd, IPPROTO_IP, IP_PKTINFO, 1);
    }
    set(fd, IPPROTO_IPV6, IPV6_TCLASS, IPTOS_PREC_INTERNETCONTROL);
    set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);
    if (set(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, 255) < 0 || set(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, 255) < 0)
        return -1;
    return set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) < 0 ? -1 : set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
}

int cfailover_vrrp_socket(int family, const char *interface, bool multicast) {
    static const uint8_t group4[4] = {224, 0, 0, 18};
    static const uint8_t group6[16] = {0xff, 2, [15] = 0x12};
    unsigned int index;
    int fd = open_on(family, SOCK_RAW, VRRP, interface, &index);
    if (fd < 0) return -1;
    if (prepare(fd, family) < 0) return fail(fd);
    if (multicast && join(fd, family, index, family == 4 ? group4 : group6) < 0) return fail(fd);
    return fd;
}

int cfailover_vrrp_sender(int family, const char *interface) {
    int fd = cfailover_vrrp_socket(family, interface, false);
    if (fd < 0) return -1;
    // IPV6_FREEBIND is in the kernel's headers only.
    int status = family == 4 ? set(fd, IPPROTO_IP, IP_FREEBIND, 1) : set(fd, IPPROTO_IPV6, 78, 1);
    return status < 0 ? fail(fd) : fd;
}

int cfailover_udp_socket(int family, const char *interface, uint16_t port, const uint8_t *to) {
    unsigned int index;
    int fd = open_on(family, SOCK_DGRAM, 0, interface, &index);
    if (fd < 0) return -1;
    set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set(fd, SOL_SOCKET, SO_BROADCAST, 1);
    if (prepare(fd, family) < 0) return fail(fd);
    if (family == 6) set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    // Of groups that others on this machine have joined, nothing. IPV6_MULTICAST_ALL is in the kernel's headers only.
    if (family == 4) set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
    else set(fd, IPPROTO_IPV6, 29, 0);
    struct sockaddr_in own4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 own6 = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = index};
    if (to) {
        // Bound to where the peers send, so that it takes no packet of another link of the same port.
        memcpy(family == 4 ? (void *)&own4.sin_addr : (void *)&own6.sin6_addr, to, family == 4 ? 4 : 16);
        bool is_broadcast = family == 4 && own4.sin_addr.s_addr == INADDR_BROADCAST;
        if (!is_broadcast && join(fd, family, index, to) < 0) return fail(fd);
    }
    const struct sockaddr *own = family == 4 ? (struct sockaddr *)&own4 : (struct sockaddr *)&own6;
    if (bind(fd, own, family == 4 ? sizeof own4 : sizeof own6) < 0) return fail(fd);
    return fd;
}

int cfailover_frame_socket(void) {
    // Protocol 0: nothing is received.
    return socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static void read_controls(struct msghdr *message, struct cfailover_packet *packet) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TTL) {
            memcpy(&packet->hop_limit, CMSG_DATA(c), sizeof(int));
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_HOPLIMIT) {
            memcpy(&packet->hop_limit, CMSG_DATA(c), sizeof(int));
        } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            memcpy(packet->destination, &info.ipi_addr, 4);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            memcpy(packet->destination, &info.ipi6_addr, 16);
        }
    }
}

ssize_t cfailover_receive(int socket, bool raw, void *buffer, size_t capacity, struct cfailover_packet *packet) {
    struct sockaddr_storage from = {0};
    struct iovec vector = {buffer, capacity};
    char controls[256];
    struct msghdr message = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &vector, .msg_iovlen = 1,
                             .msg_control = controls, .msg_controllen = sizeof controls};
    memset(packet, 0, sizeof *packet);
    packet->hop_limit = -1;
    ssize_t length;
    do length = recvmsg(socket, &message, 0);
    while (length < 0 && errno == EINTR);
    if (length < 0) return errno == EAGAIN ? 0 : -1;
    read_controls(&message, packet);
    packet->truncated = message.msg_flags & MSG_TRUNC;
    if (from.ss_family == AF_INET6) {
        const struct sockaddr_in6 *address = (const struct sockaddr_in6 *)&from;
        packet->family = 6;
        packet->source_port = ntohs(address->sin6_port);
        memcpy(packet->source, &address->sin6_addr, 16);
        return length;
    }
    const struct sockaddr_in *address = (const struct sockaddr_in *)&from;
    packet->family = 4;
    packet->source_port = raw ? 0 : ntohs(address->sin_port);
    memcpy(packet->source, &address->sin_addr, 4);
    if (raw) {
        // A raw socket of IPv4 hands out the header, too.
        const uint8_t *bytes = buffer;
        size_t header = length > 0 ? (size_t)(bytes[0] & 15) * 4 : 0;
        if (header < 20 || header > (size_t)length) header = (size_t)length;
        if (length >= 20) memcpy(packet->destination, bytes + 16, 4);
        packet->offset = header;
    }
    return length;
}

ssize_t cfailover_send(int socket, int family, unsigned int interface, const uint8_t *source,
                       const uint8_t *destination, uint16_t port, const void *bytes, size_t length) {
    union {
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } to;
    memset(&to, 0, sizeof to);
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec vector = {(void *)bytes, length};
    struct msghdr message = {.msg_name = &to, .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control};
    if (family == 4) {
        to.v4.sin_family = AF_INET;
        to.v4.sin_port = htons(port);
        memcpy(&to.v4.sin_addr, destination, 4);
        message.msg_namelen = sizeof to.v4;
        struct in_pktinfo info = {.ipi_ifindex = (int)interface};
        if (source) memcpy(&info.ipi_spec_dst, source, 4);
        control.header = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
        memcpy(CMSG_DATA(&control.header), &info, sizeof info);
        message.msg_controllen = CMSG_SPACE(sizeof info);
    } else {
        to.v6.sin6_family = AF_INET6;
        to.v6.sin6_port = htons(port);
        to.v6.sin6_scope_id = interface;
        memcpy(&to.v6.sin6_addr, destination, 16);
        message.msg_namelen = sizeof to.v6;
        struct in6_pktinfo info = {.ipi6_ifindex = interface};
        if (source) memcpy(&info.ipi6_addr, source, 16);
        control.header = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IPV6, IPV6_PKTINFO};
        memcpy(CMSG_DATA(&control.header), &info, sizeof info);
        message.msg_controllen = CMSG_SPACE(sizeof info);
    }
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t cfailover_send_frame(int socket, unsigned int interface, const void *bytes, size_t length) {
    struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)interface, .sll_halen = 6};
    memcpy(&to.sll_protocol, (const char *)bytes + 12, 2);
    memcpy(to.sll_addr, bytes, 6);
    return sendto(socket, bytes, length, MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof to);
}

int cfailover_interface_events_socket(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) return -1;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR};
    return bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ? fail(fd) : fd;
}

void cfailover_drain(int socket) {
    char byte;
    // ENOBUFS tells of messages that were lost, and others may follow.
    for (int limit = 0; limit < 1024; limit++)
        if (recv(socket, &byte, 1, MSG_DONTWAIT | MSG_TRUNC) < 0 && errno != ENOBUFS && errno != EINTR) return;
}

static int ask(unsigned long request, const char *interface, struct ifreq *answer) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    memset(answer, 0, sizeof *answer);
    strncpy(answer->ifr_name, interface, IFNAMSIZ - 1);
    int status = ioctl(fd, request, answer);
    int saved = errno;
    close(fd);
    errno = saved;
    return status;
}

int cfailover_hardware_address(const char *interface, uint8_t address[6]) {
    struct ifreq answer;
    if (ask(SIOCGIFHWADDR, interface, &answer) < 0) return -1;
    // ARPHRD_ETHER
    if (answer.ifr_hwaddr.sa_family != 1) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    memcpy(address, answer.ifr_hwaddr.sa_data, 6);
    return 0;
}

int cfailover_is_running(const char *interface) {
    struct ifreq answer;
    if (ask(SIOCGIFFLAGS, interface, &answer) < 0) return -1;
    return (answer.ifr_flags & (IFF_UP | IFF_RUNNING)) == (IFF_UP | IFF_RUNNING);
}

int cfailover_set_realtime(int priority) {
    struct sched_param parameter = {.sched_priority = priority};
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &parameter) < 0 ? errno : 0;
}

int cfailover_lock_memory(void) { return mlockall(MCL_CURRENT | MCL_FUTURE) < 0 ? errno : 0; }
