#!/bin/bash
# again.sh: starts a program anew whenever it ends, for robots that restart it
#
# SPDX-License-Identifier: Apache-2.0
#
# again.sh PROGRAM [ARGUMENT…]

trap 'kill "$program"; exit' TERM
while true; do
  "$@" &
  program=$!
  wait "$program"
  case $? in
    0 | 137) ;;  # quit, or killed by the robot
    *) exit 1 ;;
  esac
done
