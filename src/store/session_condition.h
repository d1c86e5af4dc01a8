// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "session/session_filter.h"
#include "store/value.h"

namespace playhead::store {

// The column of `sessions` that holds what was sent as this string parameter of sessionStart.
std::string column_of(event::Parameter parameter);

// A filter as SQL on one row of `sessions`. `parameters` gets the values that the filter brings;
// SQL names them $1, $2, ... in their order.
std::string condition_of(const session::SessionFilter& filter, std::vector<Value>& parameters);

}  // namespace playhead::store
