// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

// Limits of the protocol and of the rules, each with the section that sets it. Limits that an
// operator may change are configuration (app/config.h); these are their defaults.
namespace playhead::event {

constexpr int64_t inactivity_ms = 600'000;        // protocol 12.1, metrics 2.2
constexpr int64_t idle_ms = 1'800'000;            // protocol 12.1, metrics 2.2
constexpr int64_t reorder_ms = 5'000;             // protocol 13.2, metrics 2.1
constexpr size_t reorder_events = 10;             // protocol 13.2: the 11th flushes
constexpr int64_t end_grace_ms = 5'000;           // protocol 12.3
constexpr int64_t tombstone_ms = 24 * 3'600'000;  // protocol 12
constexpr size_t duplicate_memory = 32;           // protocol 13.5
constexpr size_t player_states = 10;              // protocol 14.4, metrics 8
constexpr size_t event_bytes = 256 * 1024;        // protocol 2.7
constexpr size_t batch_bytes = 16 * 1024 * 1024;  // protocol 2.7
constexpr size_t nesting = 16;                    // protocol 2.3

}  // namespace playhead::event
