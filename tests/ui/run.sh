#!/bin/bash
# run.sh: acts as a person would, on a display, a bus and a home of its own
#
# SPDX-License-Identifier: Apache-2.0
#
# run.sh PROGRAM SCRIPT.py [LANGUAGE]
#
# PROGRAM may be a command with arguments in one word.  The robot script gets
# the program's process as $UI_PID and what it writes to stderr in the file
# $UI_STDERR, and its exit status is the test's.
#   UI_SIZE        size of the display, 1280x800 unless set
#   UI_SCREENSHOT  where a picture of the screen goes when the script fails

set -u

if [ -z "${UI_INNER:-}" ]; then
  home=$(mktemp -d)
  mkdir -m 700 "$home/runtime"
  UI_INNER=1 HOME=$home XDG_RUNTIME_DIR=$home/runtime XDG_CONFIG_HOME=$home/config \
    XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache XDG_STATE_HOME=$home/state \
    xvfb-run -a -s "-screen 0 ${UI_SIZE:-1280x800}x24 -nolisten tcp" \
    dbus-run-session -- "$0" "$@"
  status=$?
  rm -rf "$home"
  exit $status
fi

export GDK_BACKEND=x11 GSK_RENDERER=${GSK_RENDERER:-cairo} GTK_A11Y=atspi GTK_USE_PORTAL=0
export GSETTINGS_BACKEND=memory LC_ALL=C.UTF-8 LANGUAGE=${3:-en}
export G_DEBUG=${G_DEBUG:-fatal-criticals} NO_AT_BRIDGE=0
unset WAYLAND_DISPLAY

openbox >/dev/null 2>&1 &
manager=$!
read -r -a command <<<"$1"
"${command[@]}" 2> >(tee "$HOME/stderr" >&2) &
program=$!

UI_PID=$program UI_STDERR=$HOME/stderr timeout "${UI_TIMEOUT:-120}" /usr/bin/python3 -B "$2"
status=$?
if [ $status -ne 0 ] && [ -n "${UI_SCREENSHOT:-}" ]; then
  import -window root "$UI_SCREENSHOT"
fi
if ! kill "$program" 2>/dev/null; then
  echo "run.sh: $1 had ended by itself" >&2
  [ $status -ne 0 ] || status=1
fi
kill "$manager"
wait
exit $status
