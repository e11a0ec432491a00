#!/bin/sh
# Runs a command in the Debian root $1 as the user id $2: in mount, process and IPC namespaces of its own, with nothing of
# this machine but the invisible screen's socket. Called by unshare, as root. A chroot would not do: Chromium's sandbox makes
# user namespaces, which the kernel refuses in one.
set -eu
root=$1
user=$2
shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mkdir -p "$root/.host" "$root/tmp/.X11-unix"
mount -t tmpfs tmpfs "$root/dev"
for device in null zero full random urandom; do
  touch "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
cd "$root"
pivot_root . .host
umount -l /.host
cd /
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Not by exec: this shell is the first process of the namespace, which has to collect those that lose their parent.
if [ "$user" = 0 ]; then "$@"; else setpriv --reuid="$user" --regid="$user" --clear-groups "$@"; fi
