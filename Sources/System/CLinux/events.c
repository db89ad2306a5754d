#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST_EVENTS = 256 };

static uint32_t epoll_mask(uint32_t interest) {
    return (interest & CLINUX_READABLE ? EPOLLIN : 0) | (interest & CLINUX_WRITABLE ? EPOLLOUT : 0)
        | (interest & CLINUX_PEER_CLOSED ? EPOLLRDHUP : 0) | (interest & CLINUX_PRIORITY ? EPOLLPRI : 0);
}

static uint32_t readiness(uint32_t mask) {
    return (mask & EPOLLIN ? CLINUX_READABLE : 0) | (mask & EPOLLOUT ? CLINUX_WRITABLE : 0)
        | (mask & EPOLLRDHUP ? CLINUX_PEER_CLOSED : 0) | (mask & EPOLLHUP ? CLINUX_HANGUP : 0)
        | (mask & EPOLLERR ? CLINUX_ERROR : 0) | (mask & EPOLLPRI ? CLINUX_PRIORITY : 0);
}

bool clinux_local_time(int64_t seconds, struct clinux_calendar *calendar) {
    time_t time = (time_t)seconds;
    struct tm local;
    if (localtime_r(&time, &local) == NULL) return false;
    *calendar = (struct clinux_calendar){
        .year = local.tm_year + 1900,
        .month = local.tm_mon + 1,
        .day = local.tm_mday,
        .hour = local.tm_hour,
        .minute = local.tm_min,
        .second = local.tm_sec,
        .weekday = local.tm_wday,
        .offset_minutes = (int)(local.tm_gmtoff / 60),
    };
    return true;
}

int clinux_epoll_create(void) {
    return epoll_create1(EPOLL_CLOEXEC);
}

static int control(int epoll, int operation, int descriptor, uint32_t interest, uint64_t token) {
    struct epoll_event event = {.events = epoll_mask(interest), .data = {.u64 = token}};
    return epoll_ctl(epoll, operation, descriptor, &event);
}

int clinux_epoll_add(int epoll, int descriptor, uint32_t interest, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, descriptor, interest, token);
}

int clinux_epoll_modify(int epoll, int descriptor, uint32_t interest, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, descriptor, interest, token);
}

int clinux_epoll_remove(int epoll, int descriptor) {
    return control(epoll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int milliseconds) {
    struct epoll_event ready[MOST_EVENTS];
    int count = epoll_wait(epoll, ready, capacity < MOST_EVENTS ? capacity : MOST_EVENTS, milliseconds);
    for (int i = 0; i < count; i++) {
        events[i].token = ready[i].data.u64;
        events[i].readiness = readiness(ready[i].events);
    }
    return count;
}

int clinux_timerfd_create(void) {
    return timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

int clinux_timerfd_set(int descriptor, int64_t nanoseconds) {
    struct itimerspec when = {
        .it_value = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000}};
    return timerfd_settime(descriptor, TFD_TIMER_ABSTIME, &when, NULL);
}

int clinux_eventfd_create(bool semaphore, bool nonblocking) {
    return eventfd(0, EFD_CLOEXEC | (semaphore ? EFD_SEMAPHORE : 0) | (nonblocking ? EFD_NONBLOCK : 0));
}

int64_t clinux_monotonic_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int64_t clinux_realtime_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static sigset_t signal_set(const int *numbers, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, numbers[i]);
    return set;
}

int clinux_signals_block(const int *numbers, size_t count) {
    sigset_t set = signal_set(numbers, count);
    int reason = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (reason == 0) return 0;
    errno = reason;
    return -1;
}

int clinux_sigpipe_ignore(void) {
    return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0;
}

void clinux_die_of(int number) {
    sigset_t set = signal_set(&number, 1);
    signal(number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(number);
}

int clinux_signalfd(int descriptor, const int *numbers, size_t count) {
    sigset_t set = signal_set(numbers, count);
    return signalfd(descriptor, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int clinux_signalfd_read(int descriptor, pid_t *sender) {
    struct signalfd_siginfo information;
    ssize_t count = read(descriptor, &information, sizeof information);
    *sender = 0;
    if (count == sizeof information) {
        *sender = (pid_t)information.ssi_pid;
        return (int)information.ssi_signo;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

const char *clinux_signal_name(int number) {
    // sigabbrev_np leaves the prefix out; the few that matter are spelt whole so that no buffer is needed.
    switch (number) {
    case SIGHUP: return "SIGHUP";
    case SIGINT: return "SIGINT";
    case SIGQUIT: return "SIGQUIT";
    case SIGILL: return "SIGILL";
    case SIGTRAP: return "SIGTRAP";
    case SIGABRT: return "SIGABRT";
    case SIGBUS: return "SIGBUS";
    case SIGFPE: return "SIGFPE";
    case SIGKILL: return "SIGKILL";
    case SIGUSR1: return "SIGUSR1";
    case SIGSEGV: return "SIGSEGV";
    case SIGUSR2: return "SIGUSR2";
    case SIGPIPE: return "SIGPIPE";
    case SIGALRM: return "SIGALRM";
    case SIGTERM: return "SIGTERM";
    case SIGCHLD: return "SIGCHLD";
    case SIGSTOP: return "SIGSTOP";
    case SIGXCPU: return "SIGXCPU";
    case SIGSYS: return "SIGSYS";
    default: return NULL;
    }
}
