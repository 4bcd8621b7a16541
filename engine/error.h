/* error.h: the engine's error domain, which knows the node at fault
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Few codes, chosen by what the caller can do about it. */
typedef enum
{
  NN_ERROR_SHAPE,               /* change the wiring or an attribute */
  NN_ERROR_ATTRIBUTE,           /* change the attribute named in the message */
  NN_ERROR_UNSUPPORTED,         /* choose something else */
  NN_ERROR_MEMORY,              /* choose a smaller batch or network */
  NN_ERROR_DEVICE,              /* choose another device */
  NN_ERROR_FILE,                /* repair or replace the file */
  NN_ERROR_NUMBER,              /* a value became infinite or not a number */
  NN_ERROR_CANCELLED,           /* somebody asked for it */
} NnErrorCode;

#define NN_ERROR (nn_error_quark ())
GQuark  nn_error_quark    (void);

/* The id of the graph node that @error is about, or 0 when it is about none.
 * Safe for errors of any domain. */
guint   nn_error_get_node (const GError *error);

/* Marks @error as being about the node @id, unless it already names one. */
void    nn_error_set_node (GError       *error,
                           guint         id);

G_END_DECLS
