#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// TCP_LISTEN of the kernel's net/tcp_states.h.
enum { listening = 10 };

long clinux_listener(int family, const uint8_t *address, uint16_t port) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
  } question = {
      .header = {.nlmsg_len = sizeof question, .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST},
      .request = {.sdiag_family = (uint8_t)family, .sdiag_protocol = IPPROTO_TCP,
                  .id = {.idiag_sport = htons(port),
                         .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
  size_t length = family == AF_INET6 ? 16 : 4;
  // The kernel looks for whom a connection from the same address would reach.
  memcpy(question.request.id.idiag_src, address, length);
  memcpy(question.request.id.idiag_dst, address, length);

  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (fd < 0) return -errno;
  union {
    struct nlmsghdr header;
    char bytes[1024];
  } answer;
  long result = -EPROTO;
  // A netlink request is answered before send returns (netlink(7)).
  if (send(fd, &question, sizeof question, 0) < 0 ||
      recv(fd, &answer, sizeof answer, MSG_DONTWAIT) < (ssize_t)NLMSG_HDRLEN) {
    result = -errno;
  } else if (answer.header.nlmsg_type == NLMSG_ERROR) {
    result = ((struct nlmsgerr *)NLMSG_DATA(&answer.header))->error;
  } else if (answer.header.nlmsg_type == SOCK_DIAG_BY_FAMILY) {
    struct inet_diag_msg *found = NLMSG_DATA(&answer.header);
    result = found->idiag_state == listening ? (long)found->idiag_inode : -ENOENT;
  }
  close(fd);
  return result;
}
