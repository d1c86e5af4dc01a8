// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/error.h"
#include "web/tokens.h"

namespace playhead::app {

// A token as DIR/tokens/<id> keeps it (docs/format/tokens.md).
struct StoredToken {
    web::Token token;
    int64_t created_at = 0;  // ms since the epoch
    int64_t expires_at = 0;  // the same; 0: never
    std::string name;        // what people call it

    bool is_valid_at(int64_t now) const { return expires_at == 0 || now < expires_at; }
};

// Tokens of one data folder; making one more gives the error `full`.
constexpr size_t most_tokens = 256;
constexpr size_t token_name_bytes = 100;

// Why this cannot be the name of a token; empty when it can.
std::string refuse_token_name(std::string_view name);

// All of a data folder, in the order of their ids; none when it has no folder of tokens. Error
// `damaged` names the file that is none.
base::Result<std::vector<StoredToken>> read_tokens(base::Disk& disk, const std::string& folder);

// Makes or replaces the file of one token, durably and as a whole. What must be there is made.
base::Result<void> put_token(base::Disk& disk, const std::string& folder, const StoredToken& one);

// Error `not_found` when there is none of this id.
base::Result<void> remove_token(base::Disk& disk, const std::string& folder, const std::string& id);

// Those that are valid now.
std::vector<web::Token> valid_tokens(const std::vector<StoredToken>& all, int64_t now);

}  // namespace playhead::app
