// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "app/config.h"
#include "http/client_addresses.h"
#include "session/rules.h"

namespace playhead::app {

// What the configuration, which was accepted, means for the parts of a server.

session::Rules rules_of(const Config& config);

size_t threads_of(const Config& config);

http::AddressRules address_rules_of(const Config& config);

// Raises the limit of open files as far as it may, and logs when it does not do.
size_t connections_of(const Config& config);

}  // namespace playhead::app
