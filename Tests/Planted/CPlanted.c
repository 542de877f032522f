#include "CPlanted.h"

int cplanted_successor(int value) { return value + 1; }

int cplanted_read(const unsigned char *bytes, size_t index) { return bytes[index]; }

void cplanted_set(int *number) { *number = 1; }
