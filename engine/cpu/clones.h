/* clones.h: one source, the best vectors of the processor it runs on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

/* A function marked so is compiled three times, and the loader takes the copy
 * that suits the processor.  Loops inside it become vectors; functions that it
 * calls do not, unless they are inlined.  clang 14 lacks the attribute. */
#if defined (__GNUC__) && !defined (__clang__) && defined (__x86_64__)
#define NN_CLONES __attribute__ ((target_clones ("arch=skylake-avx512", "arch=haswell", "default")))
#else
#define NN_CLONES
#endif
