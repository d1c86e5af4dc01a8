// SPDX-License-Identifier: Apache-2.0
#include "app/server_options.h"

#include <algorithm>
#include <string>
#include <thread>

#include "app/open_files.h"
#include "base/check.h"
#include "base/log.h"
#include "http/address.h"

namespace playhead::app {

session::Rules rules_of(const Config& config) {
    return {.inactivity_ms = config.inactivity_seconds * 1000,
            .idle_ms = config.idle_seconds * 1000,
            .reorder_ms = config.reorder_seconds * 1000,
            .end_grace_ms = config.end_grace_seconds * 1000,
            .tombstone_ms = config.tombstone_hours * 3'600'000,
            .max_sessions = static_cast<size_t>(config.max_sessions),
            .rule_set = config.rules};
}

size_t threads_of(const Config& config) {
    if (config.threads > 0) return static_cast<size_t>(config.threads);
    return std::max(1U, std::thread::hardware_concurrency() / 2);
}

http::AddressRules address_rules_of(const Config& config) {
    http::AddressRules rules;
    rules.connections = static_cast<size_t>(config.max_connections_per_address);
    rules.requests_per_second = config.max_requests_per_address;
    if (config.client_address == "proxy_protocol") {
        rules.source = http::AddressSource::proxy_protocol;
    } else if (config.client_address == "forwarded") {
        rules.source = http::AddressSource::forwarded;
    }
    for (const std::string& proxy : config.proxies) {
        const auto range = http::AddressRange::from(proxy);
        CHECK(range.has_value());  // refuse_contradictions() has seen it
        rules.proxies.push_back(*range);
    }
    return rules;
}

size_t connections_of(const Config& config) {
    const auto wanted = static_cast<size_t>(config.max_connections);
    const size_t files = raise_open_files();
    const size_t given = connections_within(files, wanted);
    if (given < wanted) {
        base::log(base::Level::info,
                  "at most " + std::to_string(given) + " connections of players, and not " +
                      std::to_string(wanted) + ", because the process may have only " +
                      std::to_string(files) + " files open (ulimit -n)");
    }
    return given;
}

}  // namespace playhead::app
