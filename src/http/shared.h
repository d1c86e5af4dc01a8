// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <utility>

#include "base/clock.h"
#include "http/census.h"
#include "http/client_addresses.h"
#include "http/counts.h"
#include "http/options.h"
#include "http/tls.h"

namespace playhead::http {

// What the loops of one server have in common. Lives until the last loop and the last Responder
// are gone, so that an answer that comes after the server's end finds what it looks for.
struct Shared {
    Shared(Options wanted, const base::Clock& time)
        : options(std::move(wanted)),
          clock(time),
          counts(options.counters, options.name),
          tls(options.tls),
          addresses(options.addresses) {}

    const Options options;
    const base::Clock& clock;
    Counts counts;
    TlsInForce tls;
    ClientAddresses addresses;
    Census connections;                                  // open ones
    Census listeners;                                    // loops that still accept
    Census busy;                                         // loops that have something to do
    std::atomic<std::chrono::microseconds> gathering{};  // Server::let_gather
};

}  // namespace playhead::http
