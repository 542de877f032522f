#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/timex.h>

long clinux_retransmits(int descriptor) {
  struct tcp_info info = {0};
  socklen_t length = sizeof info;
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length)) return -errno;
  return (long)info.tcpi_total_retrans;
}

int clinux_clock_state(uint64_t *max_error) {
  struct timex clock = {0};
  int state = adjtimex(&clock);
  if (state < 0) return -errno;
  *max_error = clock.maxerror < 0 ? 0 : (uint64_t)clock.maxerror;
  return state != TIME_ERROR && !(clock.status & STA_UNSYNC);
}
