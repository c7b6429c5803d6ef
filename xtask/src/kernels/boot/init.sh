#!/bin/busybox sh
# The first process of a machine that runs tests: gets it ready, runs each, says how it ended, and powers off.
# The lines that begin with @@ are read by outcome.rs. They and the tests' own go to the second serial port,
# so that no message of the kernel falls into one of them.

/bin/busybox mkdir -p /dev /proc /sys /tmp /root /sbin /usr/bin /usr/sbin
/bin/busybox mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/ttyS1 2>&1
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root TMPDIR=/tmp RUST_BACKTRACE=1 MAPKEY_REQUIRE_KERNEL=1

must() {
    "$@" || echo "@@ fault \`$*\` failed"
}

must mount -t proc proc /proc
must mount -t sysfs sysfs /sys
must mount -t bpf bpf /sys/fs/bpf
must mount -t cgroup2 cgroup2 /sys/fs/cgroup
must mount -t debugfs debugfs /sys/kernel/debug
must mount -t tracefs tracefs /sys/kernel/tracing
must mount -t tmpfs tmpfs /tmp
must ip link set lo up
cd /tmp

set --
while IFS= read -r argument; do
    set -- "$@" "$argument"
done </arguments

# What a test could leave behind: pins, cgroups, files and mounts; tracefs mounts itself where debugfs is looked at.
things() {
    find /sys/fs/bpf /tmp | sort
    find /sys/fs/cgroup -type d | sort
    grep -v ' tracefs ' /proc/mounts
}

echo "@@ kernel $(uname -r)"
things >/before
for test in /tests/*; do
    name=${test#/tests/??-}
    echo "@@ begin $name"
    "$test" --color never "$@"
    echo "@@ end $name $?"
    things >/after
    diff -U 0 /before /after | sed -n "3,\$s/^+/@@ left $name /p"
done
echo "@@ done"
poweroff -f
