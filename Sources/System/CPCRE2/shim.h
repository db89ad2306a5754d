// libpcre2 for patterns of bytes. Its functions are macros over the width of a character, and its contexts are several
// calls each: what Swift needs is here under one prefix.
#ifndef CPCRE2_SHIM_H
#define CPCRE2_SHIM_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/// A compiled pattern with the room for one match at a time. The pointers are libpcre2's; NULL where it failed.
struct cpcre2_pattern {
    pcre2_code *_Nullable code;
    pcre2_match_data *_Nullable data;
    pcre2_match_context *_Nullable context;
};

/// What became of a search.
enum cpcre2_outcome {
    CPCRE2_FOUND,
    CPCRE2_NOT_FOUND,
    CPCRE2_TOO_COSTLY,
    CPCRE2_NO_MEMORY,
    CPCRE2_FAILED,
};

static inline void cpcre2_free(struct cpcre2_pattern pattern) {
    pcre2_match_context_free(pattern.context);
    pcre2_match_data_free(pattern.data);
    pcre2_code_free(pattern.code);
}

/// The stack that compiled code matches on, one for each thread that matches: the 32 KiB of the machine's stack which
/// it would have otherwise are used up by a `(.|\n)*` over a page of 3 KB. Its pages are the system's until touched.
static inline pcre2_jit_stack *_Nullable cpcre2_stack(void *_Nullable unused) {
    static _Thread_local pcre2_jit_stack *stack;
    (void)unused;
    if (!stack) stack = pcre2_jit_stack_create(32 << 10, 64 << 20, NULL);
    return stack;
}

/// Compiles the bytes; on failure the pattern's code is NULL and `error` and `offset` say what is wrong and where.
static inline struct cpcre2_pattern cpcre2_compile(
    const uint8_t *_Nonnull text, size_t length, uint32_t match_limit, uint32_t heap_limit_kib,
    int *_Nonnull error, size_t *_Nonnull offset) {
    struct cpcre2_pattern pattern = {0};
    // An answer is bytes, as it is for ldirectord; a pattern must not switch on UTF and fail on those that are none.
    pattern.code = pcre2_compile(
        text, length, PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES | PCRE2_USE_OFFSET_LIMIT, error, offset,
        NULL);
    if (!pattern.code) return pattern;
    // Without a compiler for this machine, or without permission for executable memory, the interpreter does it.
    (void)pcre2_jit_compile(pattern.code, PCRE2_JIT_COMPLETE);
    pattern.data = pcre2_match_data_create_from_pattern(pattern.code, NULL);
    pattern.context = pcre2_match_context_create(NULL);
    if (!pattern.data || !pattern.context) {
        cpcre2_free(pattern);
        *error = PCRE2_ERROR_NOMEMORY;
        *offset = 0;
        return (struct cpcre2_pattern){0};
    }
    pcre2_set_match_limit(pattern.context, match_limit);
    pcre2_set_heap_limit(pattern.context, heap_limit_kib);
    pcre2_jit_stack_assign(pattern.context, cpcre2_stack, NULL);
    return pattern;
}

/// What a number of pcre2_match says.
static inline enum cpcre2_outcome cpcre2_outcome_of(int result) {
    if (result >= 0) return CPCRE2_FOUND;
    switch (result) {
    case PCRE2_ERROR_NOMATCH: return CPCRE2_NOT_FOUND;
    case PCRE2_ERROR_CALLOUT:
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
    case PCRE2_ERROR_JIT_STACKLIMIT: return CPCRE2_TOO_COSTLY;
    case PCRE2_ERROR_NOMEMORY: return CPCRE2_NO_MEMORY;
    default: return CPCRE2_FAILED;
    }
}

/// Looks for a match that begins at an offset from `start` to `last`; the answer is a number of pcre2_match.
static inline int cpcre2_search(
    struct cpcre2_pattern pattern, const uint8_t *_Nonnull subject, size_t length, size_t start, size_t last) {
    pcre2_set_offset_limit(pattern.context, last);
    int result = pcre2_match(pattern.code, subject, length, start, 0, pattern.data, pattern.context);
    // The interpreter keeps its place on the heap, and needs less of it.
    if (result == PCRE2_ERROR_JIT_STACKLIMIT) {
        result = pcre2_match(
            pattern.code, subject, length, start, PCRE2_NO_JIT, pattern.data, pattern.context);
    }
    return result;
}

static inline int64_t cpcre2_nanoseconds(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline int cpcre2_watch(pcre2_callout_block *_Nonnull block, void *_Nullable end) {
    (void)block;
    return cpcre2_nanoseconds() > *(const int64_t *)end ? PCRE2_ERROR_CALLOUT : 0;
}

/// Looks for a match anywhere, until the clock says `end`: the pattern begins with a callout, `(?C)`, which is where
/// each starting point looks at it.
static inline int cpcre2_search_until(
    struct cpcre2_pattern pattern, const uint8_t *_Nonnull subject, size_t length, int64_t end) {
    (void)pcre2_set_callout(pattern.context, cpcre2_watch, &end);
    int result = cpcre2_search(pattern, subject, length, 0, length);
    (void)pcre2_set_callout(pattern.context, NULL, NULL);
    return result;
}

/// libpcre2's words for an error number, cut to the capacity.
static inline void cpcre2_describe(int error, uint8_t *_Nonnull text, size_t capacity) {
    text[0] = 0;
    (void)pcre2_get_error_message(error, text, capacity);
}

#endif
