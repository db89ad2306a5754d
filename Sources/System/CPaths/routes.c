#define _GNU_SOURCE
#include "CPaths.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Two questions of one message and one answer each (rtnetlink(7)). The kernel answers while it is asked, so the answer
// is there when `send` returns.

int cpaths_open_routes(void) {
    int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
    return descriptor < 0 ? -errno : descriptor;
}

struct question {
    struct nlmsghdr header;
    union {
        struct rtmsg route;
        struct ndmsg neighbour;
    } body;
    uint8_t attributes[64];
};

static void add(struct question *question, unsigned short type, const void *value, size_t length) {
    struct rtattr *attribute = (struct rtattr *)((char *)question + NLMSG_ALIGN(question->header.nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = (unsigned short)RTA_LENGTH(length);
    memcpy(RTA_DATA(attribute), value, length);
    question->header.nlmsg_len = NLMSG_ALIGN(question->header.nlmsg_len) + (uint32_t)RTA_ALIGN(attribute->rta_len);
}

/// The answer's length, or -errno. Whatever an earlier question left behind is passed over.
static ssize_t ask(int descriptor, struct question *question, void *answer, size_t capacity) {
    static uint32_t sequence;
    question->header.nlmsg_seq = ++sequence;
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(descriptor, question, question->header.nlmsg_len, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
        return -errno;
    for (;;) {
        ssize_t count = recv(descriptor, answer, capacity, 0);
        if (count < 0) return -errno;
        struct nlmsghdr *header = answer;
        if ((size_t)count < sizeof *header || header->nlmsg_len > (size_t)count) return -EPROTO;
        if (header->nlmsg_seq != sequence) continue;
        if (header->nlmsg_type != NLMSG_ERROR) return count;
        if ((size_t)count < NLMSG_LENGTH(sizeof(struct nlmsgerr))) return -EPROTO;
        return ((struct nlmsgerr *)NLMSG_DATA(header))->error;
    }
}

int cpaths_route(int descriptor, const uint8_t *address, size_t length, struct cpaths_route *route) {
    if (length != 4 && length != 16) return -EINVAL;
    struct question question;
    memset(&question, 0, sizeof question);
    memset(route, 0, sizeof *route);
    question.header.nlmsg_len = NLMSG_LENGTH(sizeof question.body.route);
    question.header.nlmsg_type = RTM_GETROUTE;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.body.route.rtm_family = length == 4 ? AF_INET : AF_INET6;
    question.body.route.rtm_dst_len = (unsigned char)(8 * length);
    add(&question, RTA_DST, address, length);
    _Alignas(8) char answer[4096];
    ssize_t count = ask(descriptor, &question, answer, sizeof answer);
    if (count <= 0) return count < 0 ? (int)count : -EPROTO;
    struct nlmsghdr *header = (struct nlmsghdr *)answer;
    if (header->nlmsg_type != RTM_NEWROUTE || header->nlmsg_len < NLMSG_LENGTH(sizeof(struct rtmsg))) return -EPROTO;
    struct rtmsg *body = NLMSG_DATA(header);
    switch (body->rtm_type) {
        case RTN_LOCAL: route->is_local = true; break;
        case RTN_UNICAST: break;
        default: return -EHOSTUNREACH;
    }
    bool has_source = false;
    int rest = (int)RTM_PAYLOAD(header);
    for (struct rtattr *item = RTM_RTA(body); RTA_OK(item, rest); item = RTA_NEXT(item, rest)) {
        if (item->rta_type == RTA_PREFSRC && RTA_PAYLOAD(item) == length) {
            memcpy(route->source, RTA_DATA(item), length);
            has_source = true;
        } else if (item->rta_type == RTA_OIF && RTA_PAYLOAD(item) == sizeof(int)) {
            memcpy(&route->interface, RTA_DATA(item), sizeof(int));
        } else if (item->rta_type == RTA_GATEWAY || item->rta_type == RTA_VIA) {
            route->has_gateway = true;
        }
    }
    return route->is_local || (has_source && route->interface) ? 0 : -EADDRNOTAVAIL;
}

static void neighbour_question(
    struct question *question, uint16_t type, uint16_t flags, int interface, const uint8_t *address, size_t length) {
    memset(question, 0, sizeof *question);
    question->header.nlmsg_len = NLMSG_LENGTH(sizeof question->body.neighbour);
    question->header.nlmsg_type = type;
    question->header.nlmsg_flags = flags;
    question->body.neighbour.ndm_family = length == 4 ? AF_INET : AF_INET6;
    question->body.neighbour.ndm_ifindex = interface;
    add(question, NDA_DST, address, length);
}

/// As `ip neighbour add ... nud none use`: the kernel asks for the address as if there were a packet to send.
static void resolve(int descriptor, int interface, const uint8_t *address, size_t length) {
    struct question question;
    _Alignas(8) char answer[1024];
    neighbour_question(
        &question, RTM_NEWNEIGH, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE, interface, address, length);
    question.body.neighbour.ndm_flags = NTF_USE;
    (void)ask(descriptor, &question, answer, sizeof answer);
}

ssize_t cpaths_neighbour(
    int descriptor, int interface, const uint8_t *address, size_t length, uint8_t *hardware, size_t capacity) {
    if (length != 4 && length != 16) return -EINVAL;
    struct question question;
    _Alignas(8) char answer[4096];
    neighbour_question(&question, RTM_GETNEIGH, NLM_F_REQUEST, interface, address, length);
    ssize_t count = ask(descriptor, &question, answer, sizeof answer);
    if (count == -ENOENT) {
        resolve(descriptor, interface, address, length);
        return 0;
    }
    if (count <= 0) return count < 0 ? count : -EPROTO;
    struct nlmsghdr *header = (struct nlmsghdr *)answer;
    if (header->nlmsg_type != RTM_NEWNEIGH || header->nlmsg_len < NLMSG_LENGTH(sizeof(struct ndmsg))) return -EPROTO;
    struct ndmsg *body = NLMSG_DATA(header);
    // Of an address that was good a while ago (STALE) the kernel would make use too, and verify it meanwhile.
    if (body->ndm_state & (NUD_STALE | NUD_FAILED)) resolve(descriptor, interface, address, length);
    if (!(body->ndm_state & (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT | NUD_NOARP))) return 0;
    int rest = (int)(header->nlmsg_len - NLMSG_LENGTH(sizeof *body));
    struct rtattr *item = (struct rtattr *)((char *)body + NLMSG_ALIGN(sizeof *body));
    for (; RTA_OK(item, rest); item = RTA_NEXT(item, rest)) {
        if (item->rta_type != NDA_LLADDR || RTA_PAYLOAD(item) > capacity) continue;
        memcpy(hardware, RTA_DATA(item), RTA_PAYLOAD(item));
        return (ssize_t)RTA_PAYLOAD(item);
    }
    return 0;
}
