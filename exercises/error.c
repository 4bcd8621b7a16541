/* error.c: the error domain of lessons and checks
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/error.h"

G_DEFINE_QUARK (ex-error-quark, ex_error)
