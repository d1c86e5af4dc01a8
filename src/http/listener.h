// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "http/descriptor.h"

namespace playhead::http {

// The listening sockets of a server, all of one address, and that address as HOST:PORT with the
// real port.
struct Listeners {
    std::vector<Descriptor> sockets;
    std::string address;
};

// Opens `count` non-blocking listening sockets on `address` (as Options::listen). More than one
// share the port by SO_REUSEPORT: the kernel spreads the connections. Errors: `invalid` when the
// address cannot be understood, `busy` when somebody listens there already.
base::Result<Listeners> open_listeners(std::string_view address, size_t count);

// `count` descriptors of one listening socket that somebody else made; it becomes non-blocking and
// stays the caller's. Error `invalid` when it is none.
base::Result<Listeners> share_listener(int socket, size_t count);

}  // namespace playhead::http
