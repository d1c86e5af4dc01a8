// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace playhead::app {

// `playhead token create|list|rotate|revoke --data DIR`: the bearer tokens of the admin side
// (docs/security.md). Works beside a running server, which takes a change over within two seconds.
//
// A token is printed once, as the only line of standard output, and is nowhere to be found later. A
// mistake is told on standard error. Gives 0; 2 for a mistake of the caller; 1 for all else.
struct TokenOptions {
    enum class Action : uint8_t { create, list, rotate, revoke };

    Action action{};
    std::string data;
    std::vector<std::string> scopes;  // create: each a name, or several with commas between
    std::string name;                 // create
    int64_t days = 0;                 // create: valid so long; 0: until it is revoked
    std::string id;                   // rotate, revoke
    int64_t grace_hours = 24;         // rotate: so long the old one is valid still
};

int tokens(const TokenOptions& options);

}  // namespace playhead::app
