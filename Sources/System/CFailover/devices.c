#define _GNU_SOURCE
#include "CFailover.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int cfailover_watchdog_open(const char *device, int seconds, int *timeout) {
    // A pipe without a reader would wait otherwise.
    int fd = open(device, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    struct stat status;
    if (fstat(fd, &status) < 0 || !(S_ISCHR(status.st_mode) || S_ISFIFO(status.st_mode))) {
        close(fd);
        // What a file that is no device says to a watchdog's requests.
        errno = ENOTTY;
        return -1;
    }
    *timeout = cfailover_watchdog_set(fd, seconds);
    return fd;
}

int cfailover_watchdog_set(int fd, int seconds) {
    int timeout = 0;
    // The device takes the nearest that it can; one that cannot keeps its own.
    if (ioctl(fd, WDIOC_SETTIMEOUT, &seconds) == 0) timeout = seconds;
    else ioctl(fd, WDIOC_GETTIMEOUT, &timeout);
    return timeout;
}

int cfailover_watchdog_is_lasting(int fd) {
    int off = WDIOS_DISABLECARD, on = WDIOS_ENABLECARD;
    // What `nowayout` refuses a `V`, too, and answers there in the kernel's log alone.
    if (ioctl(fd, WDIOC_SETOPTIONS, &off) < 0) return errno == EBUSY;
    return ioctl(fd, WDIOC_SETOPTIONS, &on);
}

int cfailover_echo_socket(int family) {
    int type = SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = socket(family == 4 ? AF_INET : AF_INET6, type, family == 4 ? (int)IPPROTO_ICMP : (int)IPPROTO_ICMPV6);
    if (fd < 0) return -1;
    int status;
    // Of all that the machine gets, answers alone.
    if (family == 4) {
        enum { ICMP_FILTER_OPTION = 1, ECHO_REPLY = 0 };
        unsigned int blocked = ~(1u << ECHO_REPLY);
        status = setsockopt(fd, SOL_RAW, ICMP_FILTER_OPTION, &blocked, sizeof blocked);
    } else {
        struct icmp6_filter filter;
        ICMP6_FILTER_SETBLOCKALL(&filter);
        ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
        status = setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
    }
    if (status < 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}
