// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace playhead::store {

// A text as SQL writes it.
inline std::string sql_text(std::string_view text) {
    std::string sql = "'";
    for (const char c : text) {
        if (c == '\'') sql += c;
        sql += c;
    }
    return sql + "'";
}

}  // namespace playhead::store
