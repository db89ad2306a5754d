// What a short-lived command does before anything else.
//
// The Swift runtime looks at each start for a program that would print the stack of a crash: eight searches in
// directories where an installed program has none, and questions to the terminal. A command that scripts call once for
// every change of a table spends a good part of its time on that. SWIFT_BACKTRACE (docs/Backtracing.rst of the Swift
// project) tells the runtime beforehand that there is none; what the caller has set stays.
//
// The runtime's initialisers run before main, so this is done before them, in place of the first variable and until main
// puts it back.
//
// It also looks for the program's arguments, by reading /proc/self/maps for where the stack is. They are handed to the
// first function here anyway, so what the library asks for them by is defined here, and its own is not linked.
#include <stddef.h>
#include <string.h>

#include "CStartup.h"

static char **place, *hidden;
static char **words_given;
static int words_count;

// Both as in stdlib/public/CommandLineSupport/CommandLine.cpp. Weak: where the library's own come in after all, they count.
__attribute__((weak)) char **_swift_stdlib_getUnsafeArgvArgc(int *count);
__attribute__((weak)) void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count);

char **_swift_stdlib_getUnsafeArgvArgc(int *count)
{
    *count = words_count;
    return words_given;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count)
{
    words_given = arguments;
    words_count = count;
}

static void say_that_nothing_prints_backtraces(char **environment)
{
    static char words[] = "SWIFT_BACKTRACE=enable=no,color=no,interactive=no,swift-backtrace=/nonexistent";
    for (char **variable = environment; *variable != NULL; variable++)
        if (strncmp(*variable, words, sizeof "SWIFT_BACKTRACE=" - 1) == 0) return;
    if (*environment == NULL) return;
    place = environment;
    hidden = *environment;
    *environment = words;
}

static void begin(int count, char **arguments, char **environment)
{
    words_count = count;
    words_given = arguments;
    say_that_nothing_prints_backtraces(environment);
}

__attribute__((section(".preinit_array"), used)) static void (*const first)(int, char **, char **) = begin;

void director_restore_environment(void)
{
    if (place != NULL) *place = hidden;
    place = NULL;
}
