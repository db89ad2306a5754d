// Packets to a virtual address by way of one real server, and the answers. Addresses are 4 or 16 bytes in network order.
// What can fail returns -errno.
#ifndef CPATHS_H
#define CPATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// A packet socket that sends whole IP packets to link-layer addresses, and to which the kernel passes only what can be
/// an answer: a TCP segment with SYN or RST to one of the ports from `first_port` on, or an echo reply with an
/// identifier from there on. It sees packets before the kernel judges their source address, which here is its own.
int cpaths_open_link(bool ipv6, uint16_t first_port);
/// One packet: its length, 0 when there is none left. `hardware` takes the sender's link-layer address (8 bytes).
ssize_t cpaths_receive(int descriptor, uint8_t *bytes, size_t capacity, uint8_t *hardware, size_t *hardware_length);
int cpaths_send_link(
    int descriptor, bool ipv6, int interface, const uint8_t *hardware, size_t hardware_length, const uint8_t *bytes,
    size_t count);

/// A raw socket that packs whole IP packets into packets of the same family (RFC 2003, RFC 2473). It receives nothing.
int cpaths_open_tunnel(bool ipv6);
int cpaths_send_tunnel(int descriptor, const uint8_t *address, size_t length, const uint8_t *bytes, size_t count);

struct cpaths_route {
    uint8_t source[16];   // what the kernel would send from
    int interface;
    bool is_local;        // the destination is this machine
    bool has_gateway;
};

/// A socket for the two questions below.
int cpaths_open_routes(void);
int cpaths_route(int descriptor, const uint8_t *address, size_t length, struct cpaths_route *route);
/// The link-layer address of a neighbour: its length, 0 when it is not known yet; then the kernel is made to ask for it.
ssize_t cpaths_neighbour(
    int descriptor, int interface, const uint8_t *address, size_t length, uint8_t *hardware, size_t capacity);

void cpaths_close(int descriptor);

#endif
