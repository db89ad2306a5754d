#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios saved;
static int terminal = -1;
static volatile sig_atomic_t is_entered = 0;
static char leave_text[128];
static size_t leave_length = 0;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS, SIGQUIT};
enum { deadly_count = sizeof deadly / sizeof *deadly };

void cterminal_leave(void) {
    if (!is_entered) return;
    is_entered = 0;
    size_t done = 0;
    while (done < leave_length) {
        ssize_t count = write(terminal, leave_text + done, leave_length - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        done += count;
    }
    tcsetattr(terminal, TCSANOW, &saved);
}

static void die(int number) {
    cterminal_leave();
    // The default action is in place again (SA_RESETHAND), and the signal is not blocked (SA_NODEFER): this ends the program.
    raise(number);
}

static int catch_deadly_signals(void) {
    // A stack that has run out is one of the reasons to be here.
    static char room[32768];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    if (sigaltstack(&stack, NULL) < 0) return -1;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = die;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER;
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < deadly_count; index++) {
        if (sigaction(deadly[index], &action, NULL) < 0) return -1;
        sigaddset(&set, deadly[index]);
    }
    return sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int cterminal_enter(int descriptor, const char *enter, const char *leave) {
    if (is_entered) return 0;
    struct termios settings;
    if (tcgetattr(descriptor, &settings) < 0) return -1;
    saved = settings;
    terminal = descriptor;
    leave_length = strlen(leave);
    if (leave_length > sizeof leave_text) {
        errno = EINVAL;
        return -1;
    }
    memcpy(leave_text, leave, leave_length);
    if (catch_deadly_signals() < 0) return -1;
    cfmakeraw(&settings);
    is_entered = 1;
    // What was typed before stays: it is meant for the dashboard.
    if (tcsetattr(descriptor, TCSANOW, &settings) < 0) {
        is_entered = 0;
        return -1;
    }
    size_t length = strlen(enter);
    while (length > 0) {
        ssize_t count = write(descriptor, enter, length);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        enter += count;
        length -= count;
    }
    return 0;
}

void cterminal_suspend(void) {
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, &before);
    kill(0, SIGTSTP);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

bool cterminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0) return false;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return true;
}
