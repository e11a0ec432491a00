/*
 * Records what a process does to the files below a folder, for test/power: preloaded with LD_PRELOAD, it appends one record a
 * call to a log. RECORDER_ROOT is the folder, RECORDER_LOG the log. Every record is a header and two byte strings:
 *   kind (1 byte), inode (8), offset (8), length of the first string (4), of the second (4), the strings.
 * Calls that fail are not recorded. A record is written after its call, by one write, so that processes can share the log.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *root;
static size_t root_length;
static int log_file = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void begin(void) {
  root = getenv("RECORDER_ROOT");
  const char *log = getenv("RECORDER_LOG");
  if (!root || !log) return;
  root_length = strlen(root);
  log_file = REAL(open64)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int recording(void) {
  pthread_once(&once, begin);
  return log_file >= 0;
}

static int inside(const char *path) {
  return strncmp(path, root, root_length) == 0 && (path[root_length] == '/' || path[root_length] == 0);
}

/* The absolute path of a name relative to a folder, without resolving links, of which the recorded programs have none. */
static int absolute(int folder, const char *path, char *out) {
  if (path[0] == '/') {
    snprintf(out, PATH_MAX, "%s", path);
  } else {
    char link[64], base[PATH_MAX];
    if (folder == AT_FDCWD) {
      if (!getcwd(base, sizeof base)) return 0;
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      ssize_t length = readlink(link, base, sizeof base - 1);
      if (length < 0) return 0;
      base[length] = 0;
    }
    if ((size_t)snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
  }
  return inside(out);
}

static int file_inside(int file, uint64_t *inode) {
  struct stat info;
  char link[64], path[PATH_MAX];
  if (file == log_file || fstat(file, &info) != 0 || !(S_ISREG(info.st_mode) || S_ISDIR(info.st_mode))) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  *inode = info.st_ino;
  return inside(path);
}

static void record(char kind, uint64_t inode, uint64_t offset, const void *a, uint32_t a_bytes, const void *b,
                   uint32_t b_bytes) {
  char header[25];
  header[0] = kind;
  memcpy(header + 1, &inode, 8);
  memcpy(header + 9, &offset, 8);
  memcpy(header + 17, &a_bytes, 4);
  memcpy(header + 21, &b_bytes, 4);
  struct iovec parts[3] = {{header, sizeof header}, {(void *)a, a_bytes}, {(void *)b, b_bytes}};
  if (REAL(writev)(log_file, parts, 3) < 0) abort();
}

static void opened(int file, int folder, const char *path, int flags, int existed) {
  char full[PATH_MAX];
  struct stat info;
  if (file < 0 || !recording() || !absolute(folder, path, full) || fstat(file, &info) != 0) return;
  if (!S_ISREG(info.st_mode)) return;
  if (!existed) record('c', info.st_ino, 0, full, strlen(full), NULL, 0);
  if (flags & O_TRUNC) record('t', info.st_ino, 0, NULL, 0, NULL, 0);
}

static int exists(int folder, const char *path) {
  struct stat info;
  return fstatat(folder, path, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

#define OPEN(name, declaration, folder, call)                                                                          \
  int name declaration {                                                                                               \
    mode_t mode = 0;                                                                                                   \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                                               \
      va_list rest;                                                                                                    \
      va_start(rest, flags);                                                                                           \
      mode = va_arg(rest, mode_t);                                                                                     \
      va_end(rest);                                                                                                    \
    }                                                                                                                  \
    int existed = exists(folder, path);                                                                                \
    int file = REAL(name) call;                                                                                        \
    opened(file, folder, path, flags, existed);                                                                        \
    return file;                                                                                                       \
  }
OPEN(open, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(open64, (const char *path, int flags, ...), AT_FDCWD, (path, flags, mode))
OPEN(openat, (int at, const char *path, int flags, ...), at, (at, path, flags, mode))
OPEN(openat64, (int at, const char *path, int flags, ...), at, (at, path, flags, mode))

static void written(int file, const void *bytes, ssize_t count, off_t offset) {
  uint64_t inode;
  if (count > 0 && recording() && file_inside(file, &inode)) record('w', inode, offset, bytes, count, NULL, 0);
}

ssize_t write(int file, const void *bytes, size_t count) {
  ssize_t done = REAL(write)(file, bytes, count);
  if (done > 0 && recording() && file != log_file) {
    off_t end = lseek(file, 0, SEEK_CUR);
    if (end >= done) written(file, bytes, done, end - done);
  }
  return done;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  ssize_t done = REAL(pwrite)(file, bytes, count, offset);
  written(file, bytes, done, offset);
  return done;
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  ssize_t done = REAL(pwrite64)(file, bytes, count, offset);
  written(file, bytes, done, offset);
  return done;
}

static void vector_written(int file, const struct iovec *parts, int count, ssize_t done, off_t offset) {
  for (int part = 0; part < count && done > 0; part++) {
    ssize_t length = (ssize_t)parts[part].iov_len < done ? (ssize_t)parts[part].iov_len : done;
    written(file, parts[part].iov_base, length, offset);
    offset += length;
    done -= length;
  }
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  ssize_t done = REAL(writev)(file, parts, count);
  if (done > 0 && recording() && file != log_file) {
    off_t end = lseek(file, 0, SEEK_CUR);
    if (end >= done) vector_written(file, parts, count, done, end - done);
  }
  return done;
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  ssize_t done = REAL(pwritev)(file, parts, count, offset);
  vector_written(file, parts, count, done, offset);
  return done;
}

ssize_t pwritev64(int file, const struct iovec *parts, int count, off64_t offset) {
  ssize_t done = REAL(pwritev64)(file, parts, count, offset);
  vector_written(file, parts, count, done, offset);
  return done;
}

#define ON_FILE(name, declaration, call, kind, value)                                                                  \
  int name declaration {                                                                                               \
    int result = REAL(name) call;                                                                                      \
    uint64_t inode;                                                                                                    \
    if (result == 0 && recording() && file_inside(file, &inode)) record(kind, inode, value, NULL, 0, NULL, 0);         \
    return result;                                                                                                     \
  }
ON_FILE(ftruncate, (int file, off_t length), (file, length), 't', length)
ON_FILE(ftruncate64, (int file, off64_t length), (file, length), 't', length)
ON_FILE(fsync, (int file), (file), 's', 0)
ON_FILE(fdatasync, (int file), (file), 's', 0)

static void named(char kind, int folder, const char *path, int to_folder, const char *to) {
  char full[PATH_MAX], target[PATH_MAX];
  if (!recording() || !absolute(folder, path, full)) return;
  if (to && !absolute(to_folder, to, target)) return;
  struct stat info;
  uint64_t inode = kind == 'm' && stat(full, &info) == 0 ? info.st_ino : 0;
  record(kind, inode, 0, full, strlen(full), to ? target : NULL, to ? strlen(target) : 0);
}

#define ON_NAME(name, declaration, call, kind, folder, path, to_folder, to)                                            \
  int name declaration {                                                                                               \
    int result = REAL(name) call;                                                                                      \
    if (result == 0) named(kind, folder, path, to_folder, to);                                                         \
    return result;                                                                                                     \
  }
ON_NAME(rename, (const char *from, const char *to), (from, to), 'r', AT_FDCWD, from, AT_FDCWD, to)
ON_NAME(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), 'r', a, from, b, to)
ON_NAME(unlink, (const char *path), (path), 'u', AT_FDCWD, path, 0, NULL)
ON_NAME(unlinkat, (int a, const char *path, int flags), (a, path, flags), 'u', a, path, 0, NULL)
ON_NAME(rmdir, (const char *path), (path), 'u', AT_FDCWD, path, 0, NULL)
ON_NAME(mkdir, (const char *path, mode_t mode), (path, mode), 'm', AT_FDCWD, path, 0, NULL)
ON_NAME(mkdirat, (int a, const char *path, mode_t mode), (a, path, mode), 'm', a, path, 0, NULL)
ON_NAME(link, (const char *from, const char *to), (from, to), 'l', AT_FDCWD, from, AT_FDCWD, to)
