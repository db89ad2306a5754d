// The terminal's settings, and the promise that they come back: also when the program dies of a signal, where only
// async-signal-safe functions may be called (signal-safety(7)).
#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/// Keeps the settings of the terminal, sets it raw, and writes `enter`. From now on a signal that kills the program
/// (SIGSEGV, SIGABRT and their like) writes `leave` and puts the settings back first. -1 and errno on failure.
int cterminal_enter(int descriptor, const char *enter, const char *leave);
/// Writes `leave` and puts the settings back; nothing when they are in place.
void cterminal_leave(void);
/// Stops the process group as the terminal's suspend key does, and returns when it is continued. A process group that
/// nobody could continue is not stopped.
void cterminal_suspend(void);
/// Columns and rows; false when the descriptor is no terminal or does not say.
bool cterminal_size(int descriptor, int *columns, int *rows);

#endif
