// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace playhead::store {

// What a question brings or an answer gives, where its type is not known before. Nothing where
// there is no value.
using Value = std::variant<std::monostate, int64_t, double, std::string>;

}  // namespace playhead::store
