// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace playhead::store {

// Valid UTF-8: shortest forms only, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace playhead::store
