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
  wait "$program" || exit
done
