// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "session/explanation.h"
#include "session/row.h"

namespace playhead::web {

// What GET /v1/sessions/{sid}/explain gives (docs/explain.md). `row` is what is stored of the
// session; where the explained fold gives another value, `agrees` is false, and the metric has the
// stored value too. Pure, cannot fail: bytes that are not UTF-8 are replaced by U+FFFD.
std::string explanation_json(const session::SessionRow& row,
                             const session::Explanation& explanation);

}  // namespace playhead::web
