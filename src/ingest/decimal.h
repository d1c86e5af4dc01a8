// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace playhead::ingest {

// The value of a JSON number, exactly, when it is an integer of 64 bits whatever its spelling
// (protocol 11.3): "3", "3.0", "30e-1", "-0". Nothing for "3.5" and for what does not fit. `token`
// begins with a grammatical number; it ends at the first character that cannot belong to one. Takes
// time in proportion to the token, whatever its exponent.
std::optional<int64_t> exact_integer(std::string_view token);

// The same with a fractional part cut off: "3.9" gives 3, "-3.9" gives -3.
std::optional<int64_t> truncated_integer(std::string_view token);

// The double nearest to a JSON number of any length; zero when it is nearer to zero than any other.
// Nothing when it is too large, or when `token`, up to white space at its end, is no number by the
// grammar of JSON.
std::optional<double> nearest_double(std::string_view token);

}  // namespace playhead::ingest
