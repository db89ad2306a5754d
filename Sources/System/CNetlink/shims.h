// libnl and the kernel's own headers, and what Swift cannot import from them.
#pragma once

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// The most datagrams that one call of director_netlink_receive takes.
enum { DIRECTOR_NETLINK_SLOTS = 8 };

// recvmmsg(2) is declared by glibc under _GNU_SOURCE only, which an imported module does not get: its structure and the
// call are spelt out. Receives at least one datagram and all others that are there, each into its slot of `memory`; writes
// their lengths, with a length of 0 for a datagram that did not fit its slot. Returns their count, or a negative errno.
static inline int director_netlink_receive(
    int descriptor, void *memory, size_t slot_size, int slots, int flags, unsigned int *lengths)
{
    struct {
        struct msghdr header;
        unsigned int length;
    } messages[DIRECTOR_NETLINK_SLOTS] = {0};
    struct iovec vectors[DIRECTOR_NETLINK_SLOTS];
    if (slots > DIRECTOR_NETLINK_SLOTS) slots = DIRECTOR_NETLINK_SLOTS;
    for (int i = 0; i < slots; i++) {
        vectors[i].iov_base = (char *)memory + (size_t)i * slot_size;
        vectors[i].iov_len = slot_size;
        messages[i].header.msg_iov = &vectors[i];
        messages[i].header.msg_iovlen = 1;
    }
    enum { wait_for_one = 0x10000 };  // MSG_WAITFORONE, <linux/socket.h>
    long count = syscall(SYS_recvmmsg, descriptor, messages, (unsigned int)slots, flags | wait_for_one, NULL);
    if (count < 0) return -errno;
    for (long i = 0; i < count; i++)
        lengths[i] = messages[i].header.msg_flags & MSG_TRUNC ? 0 : messages[i].length;
    return (int)count;
}

// Bytes of receive buffer, beyond net.core.rmem_max where the caller may (CAP_NET_ADMIN).
static inline void director_netlink_receive_buffer(int descriptor, int bytes)
{
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}
