// Sockets of the pair: VRRP, links, announcements. Every function is prefixed and returns -1 and errno on failure.
// Descriptors are close-on-exec and non-blocking. Addresses are 4 or 16 bytes in network order.
#ifndef CFAILOVER_H
#define CFAILOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct cfailover_packet {
    int family;             // 4 or 6
    uint8_t source[16];
    uint8_t destination[16];
    uint16_t source_port;   // UDP only
    int hop_limit;          // -1 when the kernel did not say
    size_t offset;          // where the payload starts in the buffer
    bool truncated;
};

/// A raw socket of IP protocol 112 on one interface; joins 224.0.0.18 or ff02::12 there unless `multicast` is false.
int cfailover_vrrp_socket(int family, const char *interface, bool multicast);
/// The same for sending only, from addresses that are another interface's.
int cfailover_vrrp_sender(int family, const char *interface);
/// A UDP socket bound to a port on one interface. What `to` is when it is not NULL, a multicast group or the broadcast
/// address, is all that it receives.
int cfailover_udp_socket(int family, const char *interface, uint16_t port, const uint8_t *to);
/// A socket that sends whole Ethernet frames and receives none.
int cfailover_frame_socket(void);

/// One datagram; 0 when none is there.
ssize_t cfailover_receive(int socket, bool raw, void *buffer, size_t capacity, struct cfailover_packet *packet);
/// Sends from `source` (NULL: as the kernel chooses) through the interface; `port` 0 for raw sockets.
ssize_t cfailover_send(int socket, int family, unsigned int interface, const uint8_t *source,
                       const uint8_t *destination, uint16_t port, const void *bytes, size_t length);
ssize_t cfailover_send_frame(int socket, unsigned int interface, const void *bytes, size_t length);

/// A serial line, raw, without flow control; reads and writes never wait.
int cfailover_serial_open(const char *device, int baud);
/// Bytes that were written and not sent yet; -1 when the line is gone.
int cfailover_serial_queued(int fd);
/// Drops what was not sent yet instead of waiting for it.
void cfailover_serial_close(int fd);

/// A watchdog (or a pipe in its place), set to bite after about so many seconds; `timeout` is what it took, 0 when it
/// does not say.
int cfailover_watchdog_open(const char *device, int seconds, int *timeout);
int cfailover_watchdog_set(int fd, int seconds);
/// 1 when nothing disarms it any more (`nowayout`), 0 when it can be disarmed, or does not say.
int cfailover_watchdog_is_lasting(int fd);
/// A raw socket that gets the answers to echo requests.
int cfailover_echo_socket(int family);
/// A socket that is readable whenever an interface or its addresses have changed, and what empties it.
int cfailover_interface_events_socket(void);
void cfailover_drain(int socket);

/// The Ethernet address of an interface.
int cfailover_hardware_address(const char *interface, uint8_t address[6]);
/// 1 when the interface is up and has a carrier, 0 when not, -1 when there is none of the name.
int cfailover_is_running(const char *interface);
/// SCHED_FIFO at this priority, and all memory locked; each returns 0 or an error number.
int cfailover_set_realtime(int priority);
int cfailover_lock_memory(void);

#endif
