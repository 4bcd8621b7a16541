/* clones.h: one plain loop, compiled once for each generation of processors
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

/* NN_CLONES before a function makes the compiler build it for AVX-512, for
 * AVX2 and for any x86-64; the loader picks the best one that runs here.  The
 * names are feature levels on purpose: "arch=haswell" would be picked on that
 * very model only, and everything newer would run the slowest version.
 *
 * Empty where the compiler does not know the levels (clang 14), and under the
 * sanitizers, which are not ready yet when the loader asks. */
#if defined (__x86_64__) && defined (__gnu_linux__) && defined (__GNUC__) && __GNUC__ >= 12 \
    && !defined (__clang__) && !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
#define NN_CLONES \
  __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define NN_CLONES
#endif

/* In front of a loop: its steps do not depend on each other, even where two
 * pointers are equal, so it may become vectors.  clang finds that out with a
 * check of its own at run time. */
#if defined (__GNUC__) && !defined (__clang__)
#define NN_IVDEP _Pragma ("GCC ivdep")
#else
#define NN_IVDEP
#endif
