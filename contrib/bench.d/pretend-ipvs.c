// Preloaded into keepalived on a kernel without IPVS, so that its checker can be measured there: every answer of the old
// socket interface (<linux/ip_vs.h>) is "done". The checks themselves, and what they cost, are untouched.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static int is_ipvs(int level, int name)
{
    return level == IPPROTO_IP && name >= IP_VS_BASE_CTL && name <= IP_VS_BASE_CTL + 20;
}

int getsockopt(int descriptor, int level, int name, void *value, socklen_t *length)
{
    static int (*real)(int, int, int, void *, socklen_t *);
    if (is_ipvs(level, name)) {
        memset(value, 0, *length);
        if (name == IP_VS_SO_GET_INFO) ((struct ip_vs_getinfo *)value)->version = IP_VS_VERSION_CODE;
        return 0;
    }
    if (!real) real = (int (*)(int, int, int, void *, socklen_t *))dlsym(RTLD_NEXT, "getsockopt");
    return real(descriptor, level, name, value, length);
}

int setsockopt(int descriptor, int level, int name, const void *value, socklen_t length)
{
    static int (*real)(int, int, int, const void *, socklen_t);
    if (is_ipvs(level, name)) return 0;
    if (!real) real = (int (*)(int, int, int, const void *, socklen_t))dlsym(RTLD_NEXT, "setsockopt");
    return real(descriptor, level, name, value, length);
}
