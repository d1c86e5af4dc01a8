// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace playhead::app {

// `playhead backup --data DIR --to DIR2`: copies what a server needs to start with everything that
// was acknowledged before the call, from a stopped or running server: the journal and the key. The
// store is left out, for the server makes it again from the journal. To restore is to copy back.
//
// Progress goes to standard error, the result as one JSON object to standard output. Gives 0, or 1
// when DIR2 is not empty or something cannot be read or written; a copy that was not finished is
// marked, and no server starts on it.
int back_up(const std::string& data, const std::string& to);

}  // namespace playhead::app
