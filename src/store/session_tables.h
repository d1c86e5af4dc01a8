// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace playhead::store {

// Names of all tables that hold rows of sessions: those with a column session_id.
base::Result<std::vector<std::string>> session_tables(Connection& connection);

}  // namespace playhead::store
