// What Linux offers and Swift's Glibc module does not import: epoll, timerfd, signalfd, eventfd, pidfd, prctl,
// capabilities, variadic calls. Every function is prefixed and returns what the system call returns: -1 and errno on
// failure, unless its comment says otherwise. Descriptors are made close-on-exec.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The system's words for an error number, always ended with a zero.
void clinux_describe_error(int number, char *text, size_t capacity);

// --- epoll

enum {
    CLINUX_READABLE = 1,     // EPOLLIN
    CLINUX_WRITABLE = 2,     // EPOLLOUT
    CLINUX_PEER_CLOSED = 4,  // EPOLLRDHUP
    CLINUX_HANGUP = 8,       // EPOLLHUP, reported always
    CLINUX_ERROR = 16,       // EPOLLERR, reported always
    CLINUX_PRIORITY = 32,    // EPOLLPRI
};

struct clinux_event {
    uint64_t token;
    uint32_t readiness;
};

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t interest, uint64_t token);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t interest, uint64_t token);
int clinux_epoll_remove(int epoll, int descriptor);
/// Waits for at most `capacity` (no more than 256) events; a negative time-out waits for ever.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int milliseconds);

// --- timerfd, eventfd, clocks

int clinux_timerfd_create(void);
/// Arms the timer for an absolute instant of CLOCK_MONOTONIC; 0 disarms it. Either clears a pending expiration.
int clinux_timerfd_set(int descriptor, int64_t nanoseconds);
int clinux_eventfd_create(bool semaphore, bool nonblocking);
int64_t clinux_monotonic_nanoseconds(void);
int64_t clinux_realtime_milliseconds(void);

struct clinux_calendar {
    int year, month, day, hour, minute, second, weekday, offset_minutes;
};
/// The local time of a moment in seconds since 1970; false when it has none.
bool clinux_local_time(int64_t seconds, struct clinux_calendar *calendar);

// --- signals

/// Blocks these signals on the calling thread, hence on every thread it starts later.
int clinux_signals_block(const int *numbers, size_t count);
int clinux_sigpipe_ignore(void);
/// Makes a signalfd (descriptor -1) or changes the set of an existing one.
int clinux_signalfd(int descriptor, const int *numbers, size_t count);
/// Ends the process as the signal does where nobody handles it.
void clinux_die_of(int number);
/// The number of the next pending signal, 0 when there is none, -1 on failure. `sender` is the process that sent it, 0
/// for the kernel and for who is outside the own process namespace; of several senders of one signal it is the first.
int clinux_signalfd_read(int descriptor, pid_t *sender);
/// SIGHUP for 1, and so on; NULL for a number that has no name.
const char *clinux_signal_name(int number);

// --- threads

/// Starts a detached thread with every signal blocked; returns 0 or an error number, as pthread_create does.
int clinux_thread_start(const char *name, void (*body)(void *), void *context);

// --- processes

struct clinux_spawn_mapping {
    int parent;  // descriptor here
    int child;   // its number there
};

struct clinux_spawn_options {
    bool own_group;     // the child leads a process group of its own
    const char *directory;  // working directory, or NULL
    bool new_session;   // the child leads a session of its own, without a terminal
    bool keep_mask;     // the child begins with the calling thread's signal mask
};

/// posix_spawn with an empty signal mask unless it is kept, default dispositions, and no descriptor but the mapped ones.
/// 0, 1 and 2 that are not mapped become /dev/null. Returns 0 or an error number.
int clinux_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[],
                 const struct clinux_spawn_mapping *mappings, size_t count,
                 struct clinux_spawn_options options);
int clinux_pidfd_open(pid_t pid);
/// Turns the process into another program, which keeps its number, with an empty signal mask and default dispositions.
/// Returns only when that failed, with an error number.
int clinux_become_program(const char *path, char *const argv[], char *const envp[]);
/// Reaps the child without waiting. 1 and its end on success, 0 when it still runs, -1 on failure.
/// `code` is the exit status, or the signal's number when `signaled`.
int clinux_reap(pid_t pid, int *code, bool *signaled, bool *dumped_core);
int clinux_set_parent_death_signal(int number);
int clinux_set_no_new_privileges(void);
int clinux_set_dumpable(bool dumpable);

/// Makes all threads allocate from one heap. glibc gives each thread a heap of its own, which grows page by page with a
/// system call each; a program whose helper threads work one at a time only pays for that. Blocks of up to 4 MB come from
/// it, too: freed, they are room for the next, where glibc gives the first ones back to the kernel.
void clinux_share_heap(void);

// --- sockets and descriptors

/// accept4 with close-on-exec and non-blocking.
int clinux_accept(int listener);
int clinux_pipe(int descriptors[2], bool nonblocking);
int clinux_set_nonblocking(int descriptor, bool nonblocking);
int clinux_peer_credentials(int descriptor, uid_t *uid, gid_t *gid, pid_t *pid);
/// The supplementary groups of the process at the other end (SO_PEERGROUPS): how many, at most `capacity`; -1 when the
/// kernel cannot say.
int clinux_peer_groups(int descriptor, gid_t *groups, size_t capacity);
/// Raises the soft limit of open files towards `wanted` as far as the hard one allows; returns what is in force.
long clinux_raise_open_files(long wanted);
/// Connects a unix socket (SOCK_STREAM or SOCK_DGRAM); a path that starts with '@' is an abstract name.
int clinux_unix_connect(const char *path, int type, bool nonblocking);
/// Binds and listens on a path that must not exist; the file gets this mode before anybody can connect.
int clinux_unix_listen(const char *path, mode_t mode, int backlog);
/// The longest path of a unix socket, without the closing zero.
size_t clinux_unix_path_limit(void);
/// A file in memory with these bytes, to be read from its start.
int clinux_memory_file(const void *bytes, size_t count);
/// open with close-on-exec; `flags` as in fcntl.h.
int clinux_open(const char *path, int flags, mode_t mode);
/// Takes an exclusive lock of the open file description (F_OFD_SETLK); -1 and EAGAIN when somebody has it.
int clinux_lock_exclusive(int descriptor);

#endif
