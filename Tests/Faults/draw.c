// What fails: the rules, and what is drawn from the seed.
#include "faults.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { most_sets = 8, most_rules = 32, longest_storm = 8 };

static struct rule {
  enum kind kind;
  /// `calls` for every one.
  enum call call;
  /// Of 2^32; or 0, and then the number of the one call, or 0 where it is for none.
  uint32_t chance;
  uint64_t only;
  _Atomic uint64_t seen;
} rules[most_sets][most_rules];

static struct control *control;
static uint64_t seed;
static uint64_t after;
static const char *files;
static _Atomic uint32_t threads;

struct thread {
  uint32_t number;
  uint64_t made, last;
  /// What a descriptor says EAGAIN to, so many times more.
  int stormy;
  int storm;
};
static __thread struct thread this __attribute__((tls_model("initial-exec")));

static const char *const call_names[] = {
#define TEXT(name) #name,
    CALLS(TEXT)};
static const char *const kind_names[] = {"none", KINDS(TEXT)};

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
static uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

uint64_t drawn(void) { return this.last = mix(this.last); }

size_t fewer(size_t count) {
  uint64_t value = drawn();
  size_t most = value & 1 && count > 64 ? 64 : count;
  return 1 + (value >> 1) % most;
}

int error_of(enum kind kind) {
  static const int errors[kinds] = {
      [kind_eintr] = EINTR,     [kind_again] = EAGAIN,   [kind_reset] = ECONNRESET,
      [kind_files] = EMFILE,    [kind_memory] = ENOMEM,  [kind_buffers] = ENOBUFS,
      [kind_full] = ENOSPC,     [kind_rest] = ENOSPC,    [kind_broken] = EIO,
      [kind_processes] = EAGAIN, [kind_refused] = EPERM};
  return errors[kind];
}

// MARK: - Threads

static void number_thread(void) {
  if (this.number) return;
  this.number = ++threads;
  this.stormy = -1;
}

struct start {
  void *(*body)(void *);
  void *argument;
  uint32_t number;
};

static void *begin(void *pointer) {
  struct start start = *(struct start *)pointer;
  free(pointer);
  this.number = start.number;
  this.stormy = -1;
  return start.body(start.argument);
}

/// Threads have their numbers in the order in which they are made, not in that in which they begin.
int pthread_create(pthread_t *handle, const pthread_attr_t *attributes, void *(*body)(void *),
                   void *argument) {
  number_thread();
  enum kind kind = draw(call_pthread_create, BIT(processes) | BIT(delay), -1, 0);
  if (kind) return error_of(kind);
  struct start *start = malloc(sizeof *start);
  if (!start) return EAGAIN;
  *start = (struct start){.body = body, .argument = argument, .number = ++threads};
  int error = REAL(pthread_create)(handle, attributes, begin, start);
  if (error) free(start);
  return error;
}

// MARK: - What is legal for a descriptor

bool is_wanted(const char *path) { return !files || strstr(path, files); }

bool is_of_wanted_file(int descriptor) {
  if (!files) return true;
  char link[32], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t count = REAL(readlink)(link, path, sizeof path - 1);
  path[count < 0 ? 0 : count] = 0;
  return is_wanted(path);
}

/// The kinds that the kernel has for transfers on this descriptor. Regular files are neither interrupted nor
/// reset, and those of /proc are read whole.
static uint32_t possible(int descriptor, int own_flags) {
  struct stat status;
  if (REAL(fstat)(descriptor, &status)) return 0;
  bool waits = !(own_flags & MSG_DONTWAIT) && !(REAL(fcntl)(descriptor, F_GETFL) & O_NONBLOCK);
  uint32_t always = BIT(delay) | BIT(hang);
  if (S_ISSOCK(status.st_mode))
    return always | BIT(short) | BIT(eintr) | BIT(reset) | BIT(memory) | BIT(buffers) | BIT(alter) |
           BIT(drop) | (waits ? 0 : BIT(again));
  if (S_ISFIFO(status.st_mode)) return always | BIT(short) | BIT(eintr) | (waits ? 0 : BIT(again));
  if (!S_ISREG(status.st_mode) || !is_of_wanted_file(descriptor)) return 0;
  struct statfs system;
  if (fstatfs(descriptor, &system) || system.f_type == 0x9fa0) return 0;  // PROC_SUPER_MAGIC
  return always | BIT(short) | BIT(full) | BIT(rest) | BIT(broken);
}

static bool is_transfer(enum call call) {
  return call <= call_splice || call == call_fsync || call == call_truncate || call == call_close;
}

// MARK: - Drawing

static void note(enum call call, enum kind kind, int descriptor) {
  control->injected[call][kind]++;
  uint32_t number = control->count++;
  control->recent[number % most_recent] = (struct recent){
      .number = number, .thread = this.number, .descriptor = descriptor, .call = call, .kind = kind};
}

static void sleep_for(uint64_t nanoseconds) {
  struct timespec span = {.tv_nsec = (long)nanoseconds};
  syscall(SYS_nanosleep, &span, 0);
}

static bool is_for(struct rule *rule, enum call call) {
  return rule->call == calls || rule->call == call;
}

/// The kinds that rules of 0 percent keep from a call.
static uint32_t excepted(struct rule *rule, enum call call) {
  uint32_t kept = 0;
  for (; rule->kind; rule++)
    if (!rule->chance && !rule->only && is_for(rule, call)) kept |= 1u << rule->kind;
  return kept;
}

static bool applies(struct rule *rule, enum call call, uint32_t legal) {
  if (!(legal & 1u << rule->kind) || !is_for(rule, call)) return false;
  if (!rule->chance) return rule->seen < rule->only;
  return (uint32_t)(drawn() >> 32) < rule->chance;
}

bool is_named(enum call call) {
  uint32_t set = control ? control->set : 0;
  if (set == 0 || set > most_sets) return false;
  for (struct rule *rule = rules[set - 1]; rule->kind; rule++)
    if (rule->call == call) return true;
  return false;
}

enum kind draw(enum call call, uint32_t legal, int descriptor, int own_flags) {
  if (!control) return none;
  uint32_t set = control->set;
  if (set == 0 || set > most_sets) return none;
  int kept = errno;
  number_thread();
  control->made[call]++;
  this.last = mix(seed ^ mix((uint64_t)this.number << 40 ^ (uint64_t)call << 32) ^ this.made++);
  enum kind result = none;
  if (this.made > after) {
    legal &= ~excepted(rules[set - 1], call);
    bool isChecked = descriptor < 0 || !is_transfer(call);
    if (this.storm > 0 && this.stormy == descriptor && legal & BIT(again)) {
      if (possible(descriptor, own_flags) & BIT(again)) result = kind_again;
      this.storm--;
    }
    for (struct rule *rule = rules[set - 1]; rule->kind && !result; rule++) {
      if (!applies(rule, call, legal)) continue;
      if (!isChecked) legal &= possible(descriptor, own_flags);
      isChecked = true;
      if (!(legal & 1u << rule->kind)) continue;
      if (!rule->chance && ++rule->seen != rule->only) continue;
      if (rule->kind == kind_delay) {
        note(call, kind_delay, descriptor);
        sleep_for(drawn() % 2000000);
        continue;
      }
      result = rule->kind;
      if (result == kind_again) {
        this.stormy = descriptor;
        this.storm = (int)(drawn() % longest_storm);
      }
    }
  }
  if (result) note(call, result, descriptor);
  while (result == kind_hang) syscall(SYS_pause);
  errno = kept;
  return result;
}

// MARK: - The rules

static int named(const char *name, size_t length, const char *const *names, int count) {
  for (int i = 0; i < count; i++)
    if (strlen(names[i]) == length && !strncmp(names[i], name, length)) return i;
  fprintf(stderr, "faults: there is no '%.*s'\n", (int)length, name);
  abort();
}

static void parse(const char *text) {
  int set = 0, count = 0;
  while (*text) {
    if (*text == ' ' || *text == ';') {
      if (*text++ == ';') set++, count = 0;
      if (set == most_sets) abort();
      continue;
    }
    struct rule *rule = &rules[set][count++];
    if (count == most_rules) abort();
    size_t length = strcspn(text, "@=#");
    rule->kind = named(text, length, kind_names, kinds);
    text += length;
    rule->call = calls;
    if (*text == '@') {
      length = strcspn(++text, "=#");
      rule->call = named(text, length, call_names, calls);
      text += length;
    }
    char *end;
    if (*text == '#') {
      rule->only = strtoull(text + 1, &end, 10);
    } else {
      double percent = strtod(text + 1, &end);
      rule->chance = percent >= 100 ? UINT32_MAX : (uint32_t)(percent / 100 * UINT32_MAX);
    }
    text = end;
  }
}

/// The program's subcommand is its role.
static bool has_role(const char *roles) {
  char line[4096];
  int descriptor = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  ssize_t count = read(descriptor, line, sizeof line - 1);
  close(descriptor);
  if (count <= 0) return false;
  line[count] = 0;
  const char *role = line + strlen(line) + 1;
  if (role >= line + count || !*role) return false;
  const char *found = strstr(roles, role);
  size_t length = strlen(role);
  return found && (found == roles || found[-1] == ',') && (!found[length] || found[length] == ',');
}

__attribute__((constructor)) static void set_up(void) {
  const char *text = getenv("FAULTS"), *path = getenv("FAULTS_CONTROL");
  const char *roles = getenv("FAULTS_ROLES");
  if (!text || !path || !roles || !has_role(roles)) return;
  // Of two that differ in their last bits, neither has the draws of the other in another order.
  seed = mix(strtoull(getenv("FAULTS_SEED") ? getenv("FAULTS_SEED") : "0", 0, 10));
  after = strtoull(getenv("FAULTS_AFTER") ? getenv("FAULTS_AFTER") : "0", 0, 10);
  files = getenv("FAULTS_FILES");
  parse(text);
  int descriptor = open(path, O_RDWR | O_CLOEXEC);
  void *memory = mmap(0, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (memory == MAP_FAILED) {
    fprintf(stderr, "faults: %s: %s\n", path, strerror(errno));
    abort();
  }
  struct control *shared = memory;
  shared->calls = calls;
  shared->kinds = kinds;
  for (int i = 0; i < calls; i++) strncpy(shared->call_names[i], call_names[i], name_bytes - 1);
  for (int i = 0; i < kinds; i++) strncpy(shared->kind_names[i], kind_names[i], name_bytes - 1);
  control = shared;
}
