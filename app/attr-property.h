/* attr-property.h: a setting of an engine's record as a row shows it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"
#include "widgets/property.h"

G_BEGIN_DECLS

/* A property called @name, with the attribute's title, range and choices.  Its
 * value is @initial, which is also what resetting brings back; @tooltip may be
 * NULL. */
UiProperty  *app_attr_property_new  (const NnAttr       *attr,
                                     const char         *name,
                                     const char         *tooltip,
                                     const NnAttrValue  *initial) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
