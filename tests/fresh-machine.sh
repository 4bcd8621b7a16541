#!/bin/sh
# fresh-machine.sh: the promise of two commands, kept on a machine made from nothing
#
# SPDX-License-Identifier: Apache-2.0

# Quotes look like these here: “ ”.
# shellcheck disable=SC1111

set -eu

usage () {
  cat <<END
usage: tests/fresh-machine.sh [RELEASE [MIRROR]]

Makes a bare Debian (bookworm by default) in a temporary folder, takes the last commit there and
tries ./dev as a newcomer would: without an answer, with “no”, without sudo, with sudo, for real,
and a second time without a network.  Takes root, debootstrap, git, 3 GB and a few minutes.
END
}

say () {
  echo "== $*"
}

fail () {
  echo "fresh-machine.sh: $*" >&2
  sed 's/^/  /' "$root/output" >&2
  exit 1
}

# Runs a command inside, as the user $1, in a bare environment.
inside () {
  user=$1
  shift
  # shellcheck disable=SC2086  # nothing, or a command that takes the network away
  $offline chroot --userspec="$user" "$root" \
    env -i PATH=/opt/fake:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 "$@"
}

# Runs a command that has to end with the status $1 and to print $2.
expect () {
  wanted=$1
  pattern=$2
  shift 2
  status=0
  "$@" >"$root/output" 2>&1 || status=$?
  [ "$status" = "$wanted" ] || fail "exit status $status instead of $wanted: $*"
  grep -q -e "$pattern" "$root/output" || fail "“$pattern” is not in the output of: $*"
}

make_machine () {
  say "Making a bare $release"
  # shellcheck disable=SC2086  # an empty mirror is no argument
  debootstrap --variant=minbase "$release" "$root" $mirror >"$root/output" 2>&1 ||
    fail 'debootstrap has failed.'

  # The same sources, proxy and names as outside; security updates come with the sources.
  # shellcheck disable=SC1091  # not ours
  . /etc/os-release
  if [ "$release" = "${VERSION_CODENAME:-}" ] && [ -f /etc/apt/sources.list.d/debian.sources ]; then
    cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
    rm -f "$root/etc/apt/sources.list"
  fi
  apt-config dump Acquire >"$root/etc/apt/apt.conf.d/90outside"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"

  mkdir "$root/epoch" "$root/opt/fake"
  git -C "$here" archive HEAD | tar -x -C "$root/epoch"
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
}

# A sudo that installs nothing shows that it is asked, and that ./dev looks at what came of it.
fake_sudo () {
  cat >"$root/opt/fake/sudo" <<'END'
#!/bin/sh
echo "$@" >>/tmp/sudo.log
END
  chmod +x "$root/opt/fake/sudo"
}

try_asking () {
  say 'Nobody answers'
  expect 1 'Nothing was installed' inside 0:0 /epoch/dev setup </dev/null
  grep -q 'Not installed yet: .*build-essential.* meson' "$root/output" || fail 'No list was shown.'

  say 'The answer is no'
  echo n | expect 1 'Nothing was installed' inside 0:0 /epoch/dev run

  say 'A user without sudo'
  expect 1 'As root, run: apt-get install' inside 1000:1000 /epoch/dev setup --yes

  say 'A user with sudo'
  fake_sudo
  echo y | expect 1 'still missing: .*build-essential' inside 1000:1000 /epoch/dev setup
  grep -q 'apt-get .*install --no-install-recommends .*build-essential' "$root/tmp/sudo.log" ||
    fail 'sudo was not asked to install.'
  rm "$root/opt/fake/sudo"
}

try_for_real () {
  counts='^[1-9][0-9]* passed, 0 failed, [0-9]* skipped$'

  say './dev test --yes'
  expect 0 "$counts" inside 0:0 /epoch/dev test --yes </dev/null
  tail -n 1 "$root/output" | grep -e "$counts" || fail 'The last line does not count.'

  say './dev test once more, without a network'
  before=$(cksum <"$root/var/lib/dpkg/status")
  offline='unshare --net'
  expect 0 "$counts" inside 0:0 /epoch/dev test </dev/null
  tail -n 1 "$root/output" | grep -e "$counts" || fail 'The last line does not count.'
  [ "$before" = "$(cksum <"$root/var/lib/dpkg/status")" ] || fail 'A package was installed again.'
}

# Whatever happens inside, the mounts end with this process and the folder can be removed.
enter () {
  if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo 'fresh-machine.sh: this takes root and debootstrap.' >&2
    exit 1
  fi

  root=$(mktemp -d)
  trap 'rm -rf --one-file-system "$root"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  chmod 755 "$root"
  unshare --mount "$0" --inside "$root" "${1:-bookworm}" "${2:-}"
}

case ${1:-} in
  -h | --help)
    usage
    ;;
  --inside)
    here=$(cd "$(dirname "$0")/.." && pwd)
    root=$2
    release=$3
    mirror=$4
    offline=''
    make_machine
    try_asking
    try_for_real
    say "All is well on $release"
    ;;
  *)
    enter "$@"
    ;;
esac
