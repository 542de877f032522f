/// Files in which machines describe themselves to checks.
enum MachineFixture {
  /// A machine of which everything is known, and without fault.
  static let fine = [
    "proc/cpuinfo": "flags\t\t: fpu vme\n",
    "proc/loadavg": "0.10 0.20 0.10 1/123 4567\n",
    "proc/meminfo": "MemTotal: 8028804 kB\nSwapTotal:  1000000 kB\nSwapFree:  999000 kB\n",
    "proc/net/sockstat": "sockets: used 9\nTCP: inuse 5 orphan 0 tw 12 alloc 9 mem 1\n",
    "proc/self/cgroup": "0::/user.slice/a.scope\n",
    "proc/self/limits":
      "Limit  Soft  Hard  Units\nMax open files            1024                 524288               files     \n",
    "proc/self/status":
      "Name:\techobench\nCapEff:\t0000000000000000\nSeccomp:\t0\nCpus_allowed_list:\t0-7\n",
    "proc/stat":
      "cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 5 0 5 40 0 0 0 0 0 0\ncpu1 5 0 5 40 0 0 0 0 0 0\n",
    "proc/sys/kernel/numa_balancing": "1\n",
    "proc/sys/kernel/osrelease": "6.12.0\n",
    "proc/sys/kernel/yama/ptrace_scope": "1\n",
    "proc/sys/net/core/somaxconn": "4096\n",
    "proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
    "sys/class/net/lo/mtu": "65536\n",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
    "sys/devices/system/cpu/cpu0/cpuidle/state0/latency": "0\n",
    "sys/devices/system/cpu/cpu0/cpuidle/state0/name": "POLL\n",
    "sys/devices/system/cpu/cpufreq/boost": "0\n",
    "sys/devices/system/cpu/online": "0-7\n",
    "sys/devices/system/cpu/present": "0-7\n",
    "sys/devices/system/cpu/smt/active": "0\n",
    "sys/devices/system/node/online": "0\n",
    "sys/fs/cgroup/user.slice/cpu.max": "max 100000\n",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never\n",
    "usr/bin/perf": "", "usr/bin/strace": "", "usr/bin/valgrind": "",
  ]

  /// The check, the files that differ, what is seen, and what is to be typed.
  static let faults: [(String, [String: String], String, String)] = [
    ("load", ["proc/loadavg": "2.50 1 1 1/1 1"], "2.5 on 8 CPUs", "ps -eo pid"),
    (
      "quota", ["sys/fs/cgroup/user.slice/cpu.max": "50000 100000"], "0.50 CPUs",
      "echo max | sudo tee /sys/fs/cgroup/user.slice/cpu.max"
    ),
    (
      "quota",
      [
        "proc/self/cgroup": "4:cpu,cpuacct:/docker/a\n",
        "sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us": "200000\n",
        "sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_period_us": "100000\n",
      ], "2.00 CPUs",
      "echo -1 | sudo tee /sys/fs/cgroup/cpu,cpuacct/docker/a/cpu.cfs_quota_us"
    ),
    (
      "quota",
      [
        "proc/self/cgroup": "0::/a$(reboot)\n", "sys/fs/cgroup/a$(reboot)/cpu.max": "1000 100000",
      ], "0.01 CPUs", "cat /proc/self/cgroup"
    ),
    (
      "quota", ["proc/self/cgroup": "0::/../..\n", "sys/fs/cgroup/cpu.max": "100000 100000"],
      "1.00 CPUs", "echo max | sudo tee /sys/fs/cgroup/cpu.max"
    ),
    (
      "cpus", ["proc/self/status": "Cpus_allowed_list: 0,1\n"], "share 2 CPUs", "taskset -pc $$"
    ),
    (
      "governor",
      ["sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave"], "powersave",
      "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor"
    ),
    (
      "swap", ["proc/meminfo": "SwapTotal: 1000000 kB\nSwapFree: 900000 kB\n"],
      "Of memory 100000 KiB are swapped out.", "sudo swapoff -a"
    ),
    (
      "clock",
      [
        "sys/devices/system/clocksource/clocksource0/current_clocksource": "hpet",
        "sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet acpi_pm",
      ], "from hpet",
      "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource"
    ),
    (
      "clock", ["sys/devices/system/clocksource/clocksource0/current_clocksource": "kvm-clock"],
      "from kvm-clock", "cat /sys/devices/system/clocksource/clocksource0/available_clocksource"
    ),
    (
      "turbo", ["sys/devices/system/cpu/cpufreq/boost": "1"], "turbo",
      "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"
    ),
    (
      "turbo", ["sys/devices/system/cpu/intel_pstate/no_turbo": "0"], "turbo",
      "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
    ),
    (
      "smt", ["sys/devices/system/cpu/smt/active": "1"], "one core",
      "echo off | sudo tee /sys/devices/system/cpu/smt/control"
    ),
    (
      "idle",
      [
        "sys/devices/system/cpu/cpu0/cpuidle/state1/latency": "133",
        "sys/devices/system/cpu/cpu0/cpuidle/state1/name": "C6",
      ], "133 µs to wake up (C6)", "sudo cpupower idle-set -D 20"
    ),
    (
      "numa", ["sys/devices/system/node/online": "0-1"], "NUMA",
      "sudo sysctl -w kernel.numa_balancing=0"
    ),
    (
      "descriptors",
      ["proc/self/limits": "Max open files   1024   4096   files \n"], "4096 descriptors",
      "sudo prlimit --pid $$ --nofile=524288:524288"
    ),
    (
      "ports", ["proc/sys/net/ipv4/ip_local_port_range": "60000 60999"], "1000 ports",
      "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"
    ),
    (
      "time_wait", ["proc/net/sockstat": "TCP: inuse 5 orphan 0 tw 20000 alloc 9 mem 1"],
      "There are 20000 connections in TIME-WAIT, and 28232 ports",
      "sudo sysctl -w net.ipv4.ip_local_port_range='1024 65535'"
    ),
    (
      "somaxconn", ["proc/sys/net/core/somaxconn": "128"], "At most 128",
      "sudo sysctl -w net.core.somaxconn=4096"
    ),
    (
      "conntrack", ["proc/sys/net/netfilter/nf_conntrack_count": "17"], "(17 now)",
      "sudo iptables -t raw -I OUTPUT -o lo -j CT --notrack; sudo iptables -t raw -I PREROUTING"
        + " -i lo -j CT --notrack"
    ),
    (
      "loopback", ["sys/class/net/lo/mtu": "1500"], "1500 bytes",
      "sudo ip link set dev lo mtu 65536"
    ),
    (
      "huge_pages", ["sys/kernel/mm/transparent_hugepage/enabled": "[always] madvise never"],
      "(always)", "echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled"
    ),
    (
      "seccomp", ["proc/self/status": "Seccomp: 2\nCpus_allowed_list: 0-7\n"], "(seccomp)",
      "docker run --security-opt seccomp=unconfined IMAGE"
    ),
    (
      "virtual",
      ["proc/cpuinfo": "flags: hypervisor\n", "sys/class/dmi/id/sys_vendor": "QEMU"], "(QEMU)",
      "systemd-detect-virt; vmstat 1 5"
    ),
    (
      "tracing", ["proc/sys/kernel/yama/ptrace_scope": "2"], "ptrace_scope is 2",
      "sudo sysctl -w kernel.yama.ptrace_scope=1"
    ),
    ("tracing", ["proc/sys/kernel/yama/ptrace_scope": "3"], "ptrace_scope is 3", "grep -r "),
  ]
}
