#define _GNU_SOURCE
#include "CProbes.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

long cprobes_raise_descriptor_limit(long wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return 1024;
    struct rlimit raised = {.rlim_cur = (rlim_t)wanted, .rlim_max = limit.rlim_max};
    if (raised.rlim_max < raised.rlim_cur) raised.rlim_max = raised.rlim_cur;
    if (limit.rlim_cur >= raised.rlim_cur) return wanted;
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return wanted;
    // The hard limit is not ours to raise.
    raised = (struct rlimit){.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (raised.rlim_cur > (rlim_t)wanted) raised.rlim_cur = (rlim_t)wanted;
    return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? (long)raised.rlim_cur : (long)limit.rlim_cur;
}

int cprobes_confine(bool change_user, uid_t uid, gid_t gid) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) < 0) return -errno;
    // The bounding set goes first, while the right to narrow it is there; it takes nothing from the process itself.
    if (data[0].effective & (1u << CAP_SETPCAP)) {
        for (unsigned long number = 0; prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0; number++) {
            if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0) return -errno;
        }
    }
    if (change_user) {
        if (setgroups(0, NULL) < 0) return -errno;
        if (setresgid(gid, gid, gid) < 0) return -errno;
        if (setresuid(uid, uid, uid) < 0) return -errno;
    }
    // Kernels before 4.3 have no ambient set.
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -errno;
    struct __user_cap_data_struct none[2] = {{0}};
    if (syscall(SYS_capset, &header, none) < 0) return -errno;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
    return 0;
}
