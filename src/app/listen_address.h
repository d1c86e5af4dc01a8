// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace playhead::app {

// Whether a server that listens on this host, as it stands in `listen` and `admin`, listens on all
// addresses of the machine.
inline bool is_every_address(std::string_view host) {
    return host.empty() || host == "0.0.0.0" || host == "[::]";
}

}  // namespace playhead::app
