#pragma once
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <libssh/callbacks.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* A descriptor that becomes readable when the process ends; glibc has a name for it only since 2.36. */
static inline int drover_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

/* glibc declares POSIX_SPAWN_SETSID for _GNU_SOURCE only. */
#define DROVER_SPAWN_SETSID 0x80

/* glibc declares pipe2 for _GNU_SOURCE only; without it another thread's child could inherit the pipe. */
static inline int drover_pipe(int ends[2]) { return (int)syscall(SYS_pipe2, ends, O_CLOEXEC); }
