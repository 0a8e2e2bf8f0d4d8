// Lets the files of one program fail as those of a broken disk do. It is loaded before the C library (LD_PRELOAD).
//
// The variable BROKEN_DISK names a file. While that is there, it says `<errno> <calls> <part>`: calls about files whose
// path has that part fail with that error, after so many more of them that succeed.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATES = 1, OPENS = 2, WRITES = 4, FLUSHES = 8, NAMES = 16, READS = 32 };

static int passed;
static int cut;

// A full disk can still be read and flushed, and one that only reads can still be read.
static int kinds(int number) {
    switch (number) {
    case ENOSPC: return CREATES | WRITES;
    case EROFS: return CREATES | OPENS | WRITES | NAMES;
    default: return CREATES | OPENS | WRITES | FLUSHES | NAMES | READS;
    }
}

// The error with which a call fails, or 0.
static int failure(const char *path, int kind) {
    const char *control = getenv("BROKEN_DISK");
    char text[4096], part[2048];
    int number, calls, before = errno;
    if (!control || !path) return 0;
    int file = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        errno = before;
        __atomic_store_n(&passed, 0, __ATOMIC_SEQ_CST);
        __atomic_store_n(&cut, 0, __ATOMIC_SEQ_CST);
        return 0;
    }
    long length = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    errno = before;
    if (length <= 0) return 0;
    text[length] = 0;
    if (sscanf(text, "%d %d %2047s", &number, &calls, part) != 3) return 0;
    if (!(kinds(number) & kind) || !strstr(path, part)) return 0;
    if (__atomic_fetch_add(&passed, 1, __ATOMIC_SEQ_CST) < calls) return 0;
    return number;
}

static int file_failure(int file, int kind) {
    char link[64], path[4096];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    errno = before;
    if (length <= 0) return 0;
    path[length] = 0;
    return failure(path, kind);
}

// How much of the first write that fails is written all the same: half of it, where a disk is full.
static size_t fits(int number, size_t length) {
    if (number != ENOSPC || __atomic_exchange_n(&cut, 1, __ATOMIC_SEQ_CST)) return 0;
    return length / 2;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL(number) do { int failed = (number); if (failed) { errno = failed; return -1; } } while (0)

static int opening(const char *path, int flags) {
    struct stat found;
    int before = errno, is_new = (flags & O_CREAT) && stat(path, &found) != 0;
    errno = before;
    if (is_new) return failure(path, CREATES);
    return (flags & O_ACCMODE) == O_RDONLY ? 0 : failure(path, OPENS);
}

#define OPEN(name, ...)                                                   \
    {                                                                     \
        va_list rest;                                                     \
        va_start(rest, flags);                                            \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                                     \
        FAIL(opening(path, flags));                                       \
        return REAL(name)(__VA_ARGS__, flags, mode);                      \
    }

int open(const char *path, int flags, ...) OPEN(open, path)
int open64(const char *path, int flags, ...) OPEN(open64, path)
int openat(int folder, const char *path, int flags, ...) OPEN(openat, folder, path)
int openat64(int folder, const char *path, int flags, ...) OPEN(openat64, folder, path)

ssize_t write(int file, const void *bytes, size_t length) {
    int number = file_failure(file, WRITES);
    size_t some = number ? fits(number, length) : length;
    if (number && !some) FAIL(number);
    return REAL(write)(file, bytes, some);
}

#define PWRITE(name, offset_t)                                                    \
    ssize_t name(int file, const void *bytes, size_t length, offset_t offset) {   \
        int number = file_failure(file, WRITES);                                  \
        size_t some = number ? fits(number, length) : length;                     \
        if (number && !some) FAIL(number);                                        \
        return REAL(name)(file, bytes, some, offset);                             \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t writev(int file, const struct iovec *parts, int count) {
    FAIL(file_failure(file, WRITES));
    return REAL(writev)(file, parts, count);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
    FAIL(file_failure(file, WRITES));
    return REAL(pwritev)(file, parts, count, offset);
}

ssize_t read(int file, void *bytes, size_t length) {
    FAIL(file_failure(file, READS));
    return REAL(read)(file, bytes, length);
}

ssize_t pread(int file, void *bytes, size_t length, off_t offset) {
    FAIL(file_failure(file, READS));
    return REAL(pread)(file, bytes, length, offset);
}

ssize_t pread64(int file, void *bytes, size_t length, off64_t offset) {
    FAIL(file_failure(file, READS));
    return REAL(pread64)(file, bytes, length, offset);
}

int ftruncate(int file, off_t length) {
    FAIL(file_failure(file, WRITES));
    return REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length) {
    FAIL(file_failure(file, WRITES));
    return REAL(ftruncate64)(file, length);
}

// This one gives its error back, and leaves errno alone.
int posix_fallocate(int file, off_t offset, off_t length) {
    int number = file_failure(file, WRITES);
    return number ? number : REAL(posix_fallocate)(file, offset, length);
}

int fsync(int file) {
    FAIL(file_failure(file, FLUSHES));
    return REAL(fsync)(file);
}

int fdatasync(int file) {
    FAIL(file_failure(file, FLUSHES));
    return REAL(fdatasync)(file);
}

int rename(const char *from, const char *to) {
    FAIL(failure(to, NAMES));
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    FAIL(failure(path, NAMES));
    return REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode) {
    FAIL(failure(path, CREATES));
    return REAL(mkdir)(path, mode);
}
