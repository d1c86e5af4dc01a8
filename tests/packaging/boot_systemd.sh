#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# boot_systemd.sh FOLDER
#
# Boots this machine's systemd a second time, beside everything that runs: over a copy of the root
# file system that is forgotten at the end, with processes, network and host name of its own.
# FOLDER is an empty one. Does not return; a kill ends all of it. Needs root. Says `booting` once
# all that it needs was there.
set -euo pipefail

if [ "${2:-}" != inside ]; then
    for tree in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/pids /sys/fs/cgroup/memory; do
        [ -e "$tree/cgroup.procs" ] || continue
        mkdir -p "$tree/playhead-test"
        echo $$ >"$tree/playhead-test/cgroup.procs"
    done
    exec unshare --pid --fork --kill-child --mount --cgroup --net --uts --ipc "$0" "$1" inside
fi

mount --make-rprivate /
mount -t tmpfs -o size=2g tmpfs "$1"
cd "$1"
mkdir changed work root
mount -t overlay -o lowerdir=/,upperdir=changed,workdir=work overlay root
cd root

mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t cgroup2 cgroup2 sys/fs/cgroup
else
    mount -t tmpfs tmpfs sys/fs/cgroup
    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/pids sys/fs/cgroup/memory
    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
    mount -t cgroup -o pids cgroup sys/fs/cgroup/pids
    mount -t cgroup -o memory cgroup sys/fs/cgroup/memory
fi
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    touch "dev/$device"
    mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/shm dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s null dev/console
mount -t tmpfs -o mode=755 tmpfs run
: >etc/machine-id
: >etc/fstab

ip link set lo up
mkdir before
pivot_root . before
echo booting
exec chroot . sh -c 'umount -l /before && exec env -i container=systemd-nspawn \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system --unit=basic.target' \
    </dev/null >/dev/null 2>&1
