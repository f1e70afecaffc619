#!/bin/sh
# A container image with Node.js, made of Debian's packages (the C and C++ libraries, a static busybox for the few commands that a
# build runs), Node.js from npm's package `node`, and, in the second image, npm of this machine.
#
# usage: make-debian-base.sh ENGINE FOLDER NODE RUNTIME_IMAGE BUILD_IMAGE    (FOLDER is removed first; it needs 300 MB)
set -eu
engine=$1 folder=$2 node=$3 runtime=$4 build=$5

rm -rf "$folder"
mkdir -p "$folder/packages" "$folder/root" "$folder/npm/usr/local/lib/node_modules"
cd "$folder/packages"
# apt drops its rights for downloads: it may not enter a folder of root.
apt-get -o APT::Sandbox::User=root -o Acquire::Retries=3 download -qq libc6 libgcc-s1 libstdc++6 busybox-static tzdata
for package in *.deb; do dpkg-deb --extract "$package" "$folder/root"; done

cd "$folder/root"
mkdir -p tmp etc bin usr/bin usr/local/bin
chmod 1777 tmp
rm -rf usr/share/doc usr/share/man usr/share/lintian
for name in sh cat cp ln ls mkdir mv rm chmod test true uname; do ln -sf busybox "bin/$name"; done
ln -sf /bin/busybox usr/bin/env
printf 'root:x:0:0:root:/tmp:/bin/sh\nemulator:x:10001:10001::/tmp:/bin/false\n' > etc/passwd
printf 'root:x:0:\nemulator:x:10001:\n' > etc/group
printf 'hosts: files dns\n' > etc/nsswitch.conf
cp "$(readlink -f "$node")" usr/local/bin/node
[ -x bin/busybox ] || ln -sf /usr/bin/busybox bin/busybox

# NPM_FOLDER/bin/npm-cli.js
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
cp -R "$npm" "$folder/npm/usr/local/lib/node_modules/npm"
mkdir -p "$folder/npm/usr/local/bin"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$folder/npm/usr/local/bin/npm"

path='ENV PATH=/usr/local/bin:/usr/bin:/bin'
tar --create --owner=0 --group=0 --directory "$folder/root" . | "$engine" import --change "$path" - "$runtime"
cp -R "$folder/npm/." "$folder/root/"
tar --create --owner=0 --group=0 --directory "$folder/root" . | "$engine" import --change "$path" - "$build"
rm -rf "$folder"
