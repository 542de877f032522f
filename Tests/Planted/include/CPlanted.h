#ifndef CPLANTED_H
#define CPLANTED_H

// What no program may do, for sanitizers to find in C as in Swift (PlantedTests, scripts/sanitize).

#include <stddef.h>

/// `value` + 1, which is undefined for the largest.
int cplanted_successor(int value);

/// The same, which is compiled with whatever calls it.
static inline int cplanted_successor_inlined(int value) { return value + 1; }

/// What is at `index`, be it beyond what was allocated.
int cplanted_read(const unsigned char *bytes, size_t index);

/// A race, where two threads do it to the same number.
void cplanted_set(int *number);

#endif
