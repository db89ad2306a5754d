#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void clinux_share_heap(void) {
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

struct thread_start {
    void (*body)(void *);
    void *context;
};

static void *thread_main(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int clinux_thread_start(const char *name, void (*body)(void *), void *context) {
    struct thread_start *start = malloc(sizeof *start);
    if (start == NULL) return ENOMEM;
    start->body = body;
    start->context = context;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int reason = pthread_create(&thread, &attributes, thread_main, start);
    if (reason == 0) {
        pthread_setname_np(thread, name);
    } else {
        free(start);
    }
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return reason;
}

/// Copies of the parent's descriptors above every number the child asks for, so that no mapping treads on another.
static int copy_above(const struct clinux_spawn_mapping *mappings, size_t count, int lowest, int *copies) {
    for (size_t i = 0; i < count; i++) {
        copies[i] = fcntl(mappings[i].parent, F_DUPFD_CLOEXEC, lowest);
        if (copies[i] < 0) {
            int reason = errno;
            while (i-- > 0) close(copies[i]);
            return reason;
        }
    }
    return 0;
}

static int add_descriptors(posix_spawn_file_actions_t *actions, const struct clinux_spawn_mapping *mappings,
                           size_t count, int highest, const int *copies) {
    for (int number = 0; number <= highest; number++) {
        int reason = 0;
        size_t i = 0;
        while (i < count && mappings[i].child != number) i++;
        if (i < count) {
            reason = posix_spawn_file_actions_adddup2(actions, copies[i], number);
        } else if (number <= STDERR_FILENO) {
            reason = posix_spawn_file_actions_addopen(actions, number, "/dev/null", O_RDWR, 0);
        } else {
            reason = posix_spawn_file_actions_addclose(actions, number);
        }
        if (reason != 0) return reason;
    }
    return posix_spawn_file_actions_addclosefrom_np(actions, highest + 1);
}

static int set_attributes(posix_spawnattr_t *attributes, const struct clinux_spawn_options *options) {
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    short flags = POSIX_SPAWN_SETSIGDEF;
    posix_spawnattr_setsigdefault(attributes, &all);
    if (!options->keep_mask) {
        posix_spawnattr_setsigmask(attributes, &none);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (options->new_session) {
        flags |= POSIX_SPAWN_SETSID;
    } else if (options->own_group) {
        posix_spawnattr_setpgroup(attributes, 0);
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    return posix_spawnattr_setflags(attributes, flags);
}

int clinux_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[],
                 const struct clinux_spawn_mapping *mappings, size_t count,
                 struct clinux_spawn_options options) {
    enum { MOST_MAPPINGS = 16 };
    int copies[MOST_MAPPINGS];
    if (count > MOST_MAPPINGS) return E2BIG;
    int highest = STDERR_FILENO;
    for (size_t i = 0; i < count; i++) {
        if (mappings[i].child > highest) highest = mappings[i].child;
    }
    int reason = copy_above(mappings, count, highest + 1, copies);
    if (reason != 0) return reason;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    reason = add_descriptors(&actions, mappings, count, highest, copies);
    if (reason == 0 && options.directory != NULL) {
        reason = posix_spawn_file_actions_addchdir_np(&actions, options.directory);
    }
    if (reason == 0) reason = set_attributes(&attributes, &options);
    if (reason == 0) reason = posix_spawn(pid, path, &actions, &attributes, argv, envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    for (size_t i = 0; i < count; i++) close(copies[i]);
    return reason;
}

int clinux_become_program(const char *path, char *const argv[], char *const envp[]) {
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(path, argv, envp);
    return errno;
}

int clinux_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);  // close-on-exec by itself
}

int clinux_reap(pid_t pid, int *code, bool *signaled, bool *dumped_core) {
    int status = 0;
    pid_t result;
    do {
        result = waitpid(pid, &status, WNOHANG);
    } while (result < 0 && errno == EINTR);
    if (result <= 0) return (int)result;
    *signaled = WIFSIGNALED(status);
    *code = *signaled ? WTERMSIG(status) : WEXITSTATUS(status);
    *dumped_core = *signaled && WCOREDUMP(status);
    return 1;
}

int clinux_set_parent_death_signal(int number) {
    return prctl(PR_SET_PDEATHSIG, number, 0, 0, 0);
}

int clinux_set_no_new_privileges(void) {
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

int clinux_set_dumpable(bool dumpable) {
    return prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0);
}
