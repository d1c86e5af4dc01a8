// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/rejection.h"

namespace playhead::app {

// How many requests with data were refused, by reason.
using Refusals = std::array<uint64_t, ingest::rejection_count>;

// What was refused since `before`; both are totals of one process.
Refusals since(const Refusals& before, const Refusals& now);

bool is_empty(const Refusals& refusals);

// Whether such a request carried data. One for a path that does not exist, a schema or with a
// wrong method does not: it is nothing that a player reported.
bool carries_data(ingest::Rejection rejection);

// Refusals as the body of a journal record (docs/format/record.md, kind 6), so that the counts of
// the ledger outlive the process like everything else does.
std::string encode_refusals(const Refusals& refusals);

// Nothing when the bytes are no refusals that this version knows.
std::optional<Refusals> decode_refusals(std::string_view body);

}  // namespace playhead::app
