#include "CFuzzer.h"
#include <sanitizer/allocator_interface.h>
#include <stdatomic.h>

// Signed: what was held before may be released.
static _Atomic long held, peak;

static void allocated(const volatile void *pointer, size_t size) {
  (void)pointer;
  long now = atomic_fetch_add(&held, (long)size) + (long)size;
  long most = atomic_load(&peak);
  while (now > most && !atomic_compare_exchange_weak(&peak, &most, now)) {}
}

static void released(const volatile void *pointer) {
  if (pointer) atomic_fetch_sub(&held, (long)__sanitizer_get_allocated_size(pointer));
}

void cfuzzer_count_allocations(void) {
  __sanitizer_install_malloc_and_free_hooks(allocated, released);
}

void cfuzzer_reset_peak(void) {
  atomic_store(&held, 0);
  atomic_store(&peak, 0);
}

size_t cfuzzer_peak(void) { return (size_t)atomic_load(&peak); }
