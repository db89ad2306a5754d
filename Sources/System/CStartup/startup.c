// What a short-lived command does before anything else.
//
// The Swift runtime looks at each start for a program that would print the stack of a crash: eight searches in
// directories where an installed program has none, and questions to the terminal. A command that scripts call once for
// every change of a table spends a good part of its time on that. SWIFT_BACKTRACE (docs/Backtracing.rst of the Swift
// project) tells the runtime beforehand that there is none; what the caller has set stays.
//
// The runtime's initialisers run before main, so this is done before them, in place of the first variable and until main
// puts it back: they find the arguments by where the environment lies, so it must not move, as setenv would have it do.
#include <stddef.h>
#include <string.h>

#include "CStartup.h"

static char **place, *hidden;

static void say_that_nothing_prints_backtraces(int count, char **arguments, char **environment)
{
    (void)count;
    (void)arguments;
    static char words[] = "SWIFT_BACKTRACE=enable=no,color=no,interactive=no,swift-backtrace=/nonexistent";
    for (char **variable = environment; *variable != NULL; variable++)
        if (strncmp(*variable, words, sizeof "SWIFT_BACKTRACE=" - 1) == 0) return;
    if (*environment == NULL) return;
    place = environment;
    hidden = *environment;
    *environment = words;
}

__attribute__((section(".preinit_array"), used)) static void (*const first)(int, char **, char **) =
    say_that_nothing_prints_backtraces;

void director_restore_environment(void)
{
    if (place != NULL) *place = hidden;
    place = NULL;
}
