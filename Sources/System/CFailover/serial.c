#define _GNU_SOURCE
#include "CFailover.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static speed_t speed(int baud) {
    switch (baud) {
    case 9600: return B9600;
    case 19200: return B19200;
    case 38400: return B38400;
    case 57600: return B57600;
    case 115200: return B115200;
    case 230400: return B230400;
    case 460800: return B460800;
    case 921600: return B921600;
    default: return B0;
    }
}

int cfailover_serial_open(const char *device, int baud) {
    // Without waiting for a carrier, and without becoming the line's session.
    int fd = open(device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    struct termios line;
    if (tcgetattr(fd, &line) == 0) {
        cfmakeraw(&line);
        line.c_cflag |= CLOCAL | CREAD;
        // No flow control: a peer that is gone must not stop us. No hang-up of the line when we end.
        line.c_cflag &= ~(tcflag_t)(CRTSCTS | HUPCL | CSTOPB);
        line.c_iflag &= ~(tcflag_t)(IXON | IXOFF | IXANY);
        line.c_cc[VMIN] = 1;
        line.c_cc[VTIME] = 0;
        if (cfsetspeed(&line, speed(baud)) == 0 && tcsetattr(fd, TCSANOW, &line) == 0) {
            // What was sent before anybody listened here is too old to count.
            tcflush(fd, TCIOFLUSH);
            return fd;
        }
    }
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int cfailover_serial_queued(int fd) {
    int bytes = 0;
    return ioctl(fd, TIOCOUTQ, &bytes) < 0 ? -1 : bytes;
}

void cfailover_serial_close(int fd) {
    // Closing waits for what has not been sent yet, up to half a minute on a line that nobody reads.
    tcflush(fd, TCOFLUSH);
    close(fd);
}
