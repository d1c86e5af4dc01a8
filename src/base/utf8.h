// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace playhead::base {

// Valid UTF-8: shortest forms only, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

// The bytes of the valid character of that kind that begins at `at` with a byte beyond ASCII; 0
// when none does.
size_t utf8_length(std::string_view text, size_t at);

}  // namespace playhead::base
