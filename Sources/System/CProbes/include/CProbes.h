// The sockets of health checks: each function is one step of a check with the fewest system calls it can be done with.
// Addresses are 4 or 16 bytes in network order. What can fail returns -errno.
#ifndef CPROBES_H
#define CPROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// --- TCP

/// A non-blocking socket whose connection is under way, or done already, as on loopback.
///
/// `speaks_first` is for who sends or closes as soon as it is connected: that the handshake is over is then said by that
/// segment and by none of its own (TCP_QUICKACK, tcp(7)), which spares the server one and a wake-up.
int cprobes_connect(const uint8_t *address, size_t length, uint16_t port, bool speaks_first, bool *connected);
/// The same for IPv4, with the address as a number in host order.
int cprobes_connect_ipv4(uint32_t address, uint16_t port, bool speaks_first, bool *connected);
/// Whether a connection to this port is with itself: where nothing listens on a port of this machine, the kernel may
/// choose that port for our end, and TCP's simultaneous open (RFC 9293, section 3.5) makes a connection of one end.
bool cprobes_is_own_peer(int descriptor, uint16_t port);
/// Lets the kernel find out that the other end of an idle connection is gone: after 10 seconds of silence and three
/// questions 5 seconds apart.
void cprobes_keep_alive(int descriptor);
/// The socket's pending error (SO_ERROR) as a positive number, 0 when there is none.
int cprobes_pending_error(int descriptor);
ssize_t cprobes_send(int descriptor, const uint8_t *bytes, size_t count);
ssize_t cprobes_receive(int descriptor, uint8_t *bytes, size_t capacity);
/// Closes with FIN, or with RST (`abort`), which leaves no TIME_WAIT behind.
void cprobes_close(int descriptor, bool abort);

/// Says that nothing more will be sent (FIN), and goes on receiving.
int cprobes_finish_sending(int descriptor);
/// Our end of a connected socket: 4 or 16 bytes in network order, and how many of them.
int cprobes_local_end(int descriptor, uint8_t address[16], uint16_t *port);

// --- UDP

/// A non-blocking socket that sends to this address and receives from it only.
int cprobes_open_datagram(const uint8_t *address, size_t length, uint16_t port);

// --- ICMP and ICMPv6 echo

/// A socket for echo requests and the answers to them.
struct cprobes_echo_socket {
    int descriptor;
    bool ipv6;
    bool raw;             // a raw socket, for who has CAP_NET_RAW, not a datagram socket (ping_group_range)
    uint16_t identifier;  // of a raw socket's requests; for a datagram socket the kernel chooses it
};

struct cprobes_echo {
    uint8_t address[16];
    uint16_t sequence;
    uint64_t token;   // what the request carried
    int error;        // 0 for a reply, else the error number of an ICMP error for this sequence
};

/// Fills in the descriptor and returns it. `ipv6`, `raw` and `identifier` are the caller's.
int cprobes_echo_open(struct cprobes_echo_socket *echo_socket);
int cprobes_echo_send(
    const struct cprobes_echo_socket *echo_socket, const uint8_t *address, size_t length, uint16_t sequence,
    uint64_t token);
/// Takes one reply or one error: 1, 0 when it was neither, -EAGAIN when there is none left.
int cprobes_echo_receive(const struct cprobes_echo_socket *echo_socket, struct cprobes_echo *echo);

// --- The process

/// Raises the limit of descriptors as far as is permitted, at most to `wanted`; returns the limit in force.
long cprobes_raise_descriptor_limit(long wanted);
/// Gives up every capability in every set, the bounding set included, and the way back through exec (no_new_privs).
/// With `change_user`, leaves the supplementary groups and becomes gid and uid first.
int cprobes_confine(bool change_user, uid_t uid, gid_t gid);

#endif
