// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "store/database.h"

namespace playhead::store {

// Names of all tables that hold rows of sessions: those with a column session_id. Of the database
// that is attached under this name, or of the connection's own.
base::Result<std::vector<std::string>> session_tables(Connection& connection,
                                                      const std::string& database = {});

}  // namespace playhead::store
