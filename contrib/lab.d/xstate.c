// Preloaded into the user-mode kernel. That kernel keeps 2,696 bytes of extended registers for each process and hands
// them to PTRACE_SETREGSET, but Linux takes a register area only whole, and on processors with AMX the area has 11,008
// bytes: the user-mode kernel stops at its first process with EFAULT. Here the area is filled up with zeroes and the
// states behind the known ones are declared unused, which they are: nobody in the lab asked for permission to use AMX.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

// Where the header of an XSAVE area begins: the bits of the states that are in use (Intel SDM volume 1, 13.4.2).
enum { header = 512 };
// x87, SSE, AVX, the three of AVX-512, PKRU: all that fits in 2,696 bytes.
static const uint64_t known_states = 0x2e7;

typedef long (*ptrace_function)(int request, pid_t pid, void *address, void *data);

long ptrace(enum __ptrace_request request, ...) {
    static ptrace_function next;
    static size_t whole_size;
    static _Alignas(64) unsigned char area[65536];

    va_list arguments;
    va_start(arguments, request);
    pid_t pid = va_arg(arguments, pid_t);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);

    if (!next)
        next = (ptrace_function)dlsym(RTLD_NEXT, "ptrace");
    if (request != PTRACE_SETREGSET || (uintptr_t)address != NT_X86_XSTATE)
        return next(request, pid, address, data);

    if (!whole_size) {
        struct iovec all = {area, sizeof area};
        long result = next(PTRACE_GETREGSET, pid, address, &all);
        if (result)
            return result;
        whole_size = all.iov_len;
    }
    const struct iovec *given = data;
    if (given->iov_len >= whole_size || given->iov_len < header + sizeof known_states)
        return next(request, pid, address, data);
    memcpy(area, given->iov_base, given->iov_len);
    memset(area + given->iov_len, 0, whole_size - given->iov_len);
    *(uint64_t *)(area + header) &= known_states;
    struct iovec whole = {area, whole_size};
    return next(request, pid, address, &whole);
}
