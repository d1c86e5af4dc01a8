// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace playhead::app {

// A connection is an open file. What players take may not be missing where the journal begins its
// next segment, for that would end the process.

// Raises the soft limit of open files to the hard one (the usual soft limit of 1024 is from another
// time) and gives it.
size_t raise_open_files();

// How many connections players may have when the process may have `files` open: at most `wanted`,
// at least one, and so few that, with those which the HTTP server keeps only to refuse them
// (http::Options::connections), the rest of the process has half of the files, or 448 if that is
// less. 288 of these are for operators.
size_t connections_within(size_t files, size_t wanted);

}  // namespace playhead::app
