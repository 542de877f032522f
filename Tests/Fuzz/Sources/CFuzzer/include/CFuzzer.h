#pragma once
#include <stddef.h>
#include <stdint.h>

/// Has every allocation and release counted from now on. Once per process.
void cfuzzer_count_allocations(void);

/// Forgets the peak: what is held now is the zero from which it is reckoned.
void cfuzzer_reset_peak(void);

/// The most bytes that were held at once since then, beyond what was held then.
size_t cfuzzer_peak(void);

/// The fuzzer's own mutations (https://llvm.org/docs/LibFuzzer.html).
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
