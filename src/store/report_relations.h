// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"
#include "session/row.h"
#include "store/database.h"

// What reports read: the relations of report_dimension.h, each the rows of the store and, beside
// them, the rows of sessions that are not there yet. Those lie in temporary tables of the one
// connection that made them, which keeps them in the database's memory or, without room there, in
// its temporary folder.
namespace playhead::store {

// The rows of the relation of sessions that are not of the store.
constexpr std::string_view unstored_sessions = "report_unstored_sessions";

// Makes the relations, without any open session. Once for each connection.
base::Result<void> make_report_relations(Connection& connection);

// Takes all open sessions away.
base::Result<void> clear_open_sessions(Connection& connection);

// Adds sessions that are not in the store, open ones or closed ones that are on their way. What is
// open has its numbers so far, and the time of its last event in place of the times to come.
// Offsets are not kept.
base::Result<void> add_open_sessions(Connection& connection,
                                     std::span<const session::SessionRow> rows);

// Takes sessions away that are in `rows`, and adds those.
base::Result<void> replace_open_sessions(Connection& connection,
                                         std::span<const session::SessionRow> rows);

// Takes those away that are in the store by now.
base::Result<void> forget_stored_sessions(Connection& connection);

}  // namespace playhead::store
