#include "CLinux.h"

#include <stddef.h>
#include <sys/syscall.h>

/// As strace(1) prints them: what a server may call. Those that administer a machine are left out.
#define NAME(call) [SYS_##call] = #call,

static const char *const names[clinux_other_call] = {
    NAME(read) NAME(write) NAME(close) NAME(fstat) NAME(lseek) NAME(mmap) NAME(mprotect)
    NAME(munmap) NAME(brk) NAME(rt_sigaction) NAME(rt_sigprocmask) NAME(rt_sigreturn) NAME(ioctl)
    NAME(pread64) NAME(pwrite64) NAME(readv) NAME(writev) NAME(sched_yield) NAME(mremap)
    NAME(msync) NAME(mincore) NAME(madvise) NAME(dup) NAME(nanosleep) NAME(getitimer)
    NAME(setitimer) NAME(getpid) NAME(sendfile) NAME(socket) NAME(connect) NAME(accept)
    NAME(sendto) NAME(recvfrom) NAME(sendmsg) NAME(recvmsg) NAME(shutdown) NAME(bind) NAME(listen)
    NAME(getsockname) NAME(getpeername) NAME(socketpair) NAME(setsockopt) NAME(getsockopt)
    NAME(clone) NAME(execve) NAME(exit) NAME(wait4) NAME(kill) NAME(uname) NAME(fcntl) NAME(flock)
    NAME(fsync) NAME(fdatasync) NAME(truncate) NAME(ftruncate) NAME(getcwd) NAME(chdir)
    NAME(fchdir) NAME(fchmod) NAME(fchown) NAME(umask) NAME(gettimeofday) NAME(getrusage)
    NAME(sysinfo) NAME(times) NAME(ptrace) NAME(getuid) NAME(getgid) NAME(setuid) NAME(setgid)
    NAME(geteuid) NAME(getegid) NAME(setpgid) NAME(getppid) NAME(setsid) NAME(setreuid)
    NAME(setregid) NAME(getgroups) NAME(setgroups) NAME(setresuid) NAME(getresuid) NAME(setresgid)
    NAME(getresgid) NAME(getpgid) NAME(setfsuid) NAME(setfsgid) NAME(getsid) NAME(capget)
    NAME(capset) NAME(rt_sigpending) NAME(rt_sigtimedwait) NAME(rt_sigqueueinfo)
    NAME(rt_sigsuspend) NAME(sigaltstack) NAME(statfs) NAME(fstatfs) NAME(getpriority)
    NAME(setpriority) NAME(sched_setparam) NAME(sched_getparam) NAME(sched_setscheduler)
    NAME(sched_getscheduler) NAME(sched_get_priority_max) NAME(sched_get_priority_min)
    NAME(sched_rr_get_interval) NAME(mlock) NAME(munlock) NAME(mlockall) NAME(munlockall)
    NAME(prctl) NAME(setrlimit) NAME(sync) NAME(gettid) NAME(readahead) NAME(tkill) NAME(futex)
    NAME(sched_setaffinity) NAME(sched_getaffinity) NAME(io_setup) NAME(io_destroy)
    NAME(io_getevents) NAME(io_submit) NAME(io_cancel) NAME(getdents64) NAME(set_tid_address)
    NAME(fadvise64) NAME(timer_create) NAME(timer_settime) NAME(timer_gettime)
    NAME(timer_getoverrun) NAME(timer_delete) NAME(clock_settime) NAME(clock_gettime)
    NAME(clock_getres) NAME(clock_nanosleep) NAME(exit_group) NAME(epoll_ctl) NAME(tgkill)
    NAME(waitid) NAME(openat) NAME(mkdirat) NAME(mknodat) NAME(fchownat) NAME(newfstatat)
    NAME(unlinkat) NAME(linkat) NAME(symlinkat) NAME(readlinkat) NAME(fchmodat) NAME(faccessat)
    NAME(pselect6) NAME(ppoll) NAME(set_robust_list) NAME(get_robust_list) NAME(splice) NAME(tee)
    NAME(sync_file_range) NAME(vmsplice) NAME(utimensat) NAME(epoll_pwait) NAME(timerfd_create)
    NAME(fallocate) NAME(timerfd_settime) NAME(timerfd_gettime) NAME(accept4) NAME(signalfd4)
    NAME(eventfd2) NAME(epoll_create1) NAME(dup3) NAME(pipe2) NAME(inotify_init1) NAME(preadv)
    NAME(pwritev) NAME(recvmmsg) NAME(prlimit64) NAME(syncfs) NAME(sendmmsg) NAME(getcpu)
    NAME(sched_setattr) NAME(sched_getattr) NAME(renameat2) NAME(seccomp) NAME(getrandom)
    NAME(memfd_create) NAME(execveat) NAME(userfaultfd) NAME(membarrier) NAME(mlock2)
    NAME(copy_file_range) NAME(preadv2) NAME(pwritev2) NAME(statx) NAME(io_pgetevents) NAME(rseq)
    NAME(pidfd_send_signal) NAME(io_uring_setup) NAME(io_uring_enter) NAME(io_uring_register)
    NAME(open_tree) NAME(move_mount) NAME(fsopen) NAME(fsconfig) NAME(fsmount) NAME(fspick)
    NAME(pidfd_open) NAME(clone3)
// What only x86 has: elsewhere newer calls do the same.
#ifdef __x86_64__
    NAME(open) NAME(poll) NAME(access) NAME(pipe) NAME(select) NAME(dup2) NAME(pause) NAME(alarm)
    NAME(fork) NAME(vfork) NAME(getdents) NAME(rename) NAME(mkdir) NAME(rmdir) NAME(link)
    NAME(unlink) NAME(symlink) NAME(readlink) NAME(chmod) NAME(chown) NAME(stat) NAME(lstat)
    NAME(getpgrp) NAME(time) NAME(arch_prctl) NAME(epoll_create) NAME(epoll_wait)
    NAME(inotify_init) NAME(signalfd) NAME(eventfd) NAME(getrlimit)
#endif
// What came after PTRACE_GET_SYSCALL_INFO did, Linux 5.3.
#ifdef SYS_close_range
    NAME(close_range)
#endif
#ifdef SYS_openat2
    NAME(openat2)
#endif
#ifdef SYS_epoll_pwait2
    NAME(epoll_pwait2)
#endif
#ifdef SYS_futex_waitv
    NAME(futex_waitv)
#endif
#ifdef SYS_futex_wake
    NAME(futex_wake)
#endif
#ifdef SYS_futex_wait
    NAME(futex_wait)
#endif
};

const char *clinux_call_name(int number) {
  return number >= 0 && number < clinux_other_call ? names[number] : NULL;
}
