// Memory: what is large enough to be a buffer.
#include "faults.h"

#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);

/// What is smaller than this nobody can do without.
enum { least = 8 << 10 };

// MARK: - Whose memory it is

// Swift's own allocator ends the process where there is no memory, and so do libraries, each in its way. What
// may fail is what functions of the data plane ask the C library for by themselves. Which functions those are
// FAULTS_FUNCTIONS says, from the program's table of symbols; and what they call the call itself, since
// swift_slowAlloc leaves no trace on the stack: it ends with a jump to malloc.

/// Where a function is, from where the program begins.
struct range {
  uint64_t start, size;
};
/// In their order, behind that of Swift's allocator.
static const struct range *functions;
static size_t function_count;

__attribute__((constructor)) static void set_up(void) {
  const char *path = getenv("FAULTS_FUNCTIONS");
  int descriptor = path ? REAL(open)(path, O_RDONLY | O_CLOEXEC) : -1;
  struct stat status;
  if (descriptor < 0 || REAL(fstat)(descriptor, &status) || status.st_size == 0) return;
  void *file = REAL(mmap)(0, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  close(descriptor);
  if (file == MAP_FAILED) return;
  functions = file;
  function_count = (size_t)status.st_size / sizeof *functions;
}

static bool is_of_data_plane(const void *caller) {
#ifdef __x86_64__
  if (!functions) return false;
  uintptr_t base = _r_debug.r_map->l_addr, place = (uintptr_t)caller - base;
  size_t low = 1, high = function_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (functions[middle].start <= place) low = middle + 1;
    else high = middle;
  }
  const struct range *function = &functions[low - 1];
  if (low == 1 || place > function->start + function->size) return false;
  const uint8_t *code = caller;
  int32_t distance;
  memcpy(&distance, code - 4, sizeof distance);
  return code[-5] == 0xe8 && place + (uintptr_t)(intptr_t)distance != functions[0].start;
#else
  (void)caller;
  return false;
#endif
}

static bool fails(size_t size, const void *caller) {
  return size >= least && is_named(call_malloc) && is_of_data_plane(caller) && draw(call_malloc, BIT(memory), -1, 0);
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size) {
  if (fails(size, CALLER)) return errno = ENOMEM, NULL;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  if (count && size >= least / count && fails(count * size, CALLER)) return errno = ENOMEM, NULL;
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  if (fails(size, CALLER)) return errno = ENOMEM, NULL;
  return __libc_realloc(memory, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (fails(size, CALLER)) return ENOMEM;
  int kept = errno;
  void *result = __libc_memalign(alignment, size);
  errno = kept;
  if (!result) return ENOMEM;
  *memory = result;
  return 0;
}

void *mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (flags & MAP_ANONYMOUS && fails(size, CALLER)) return errno = ENOMEM, MAP_FAILED;
  return REAL(mmap)(address, size, protection, flags, descriptor, offset);
}
