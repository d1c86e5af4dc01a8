// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

// The views of the store, for people who write SQL (docs/format/store.md). Reports do not use them.
namespace playhead::store {

// `minutes` has rows for as many minutes of a session, so that a session whose clock was wrong by
// years does not make millions of them.
constexpr int longest_session_minutes = 7 * 24 * 60;

// Makes all views, again where they are there already.
std::string view_statements();

}  // namespace playhead::store
