// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "ingest/decoder.h"
#include "ingest/profile.h"

// The two parameters whose values are not scalars. `text` is sound JSON of bounded nesting, an
// object or an array as said, followed by http::body_padding readable bytes.
namespace playhead::ingest {

// Called for each thing that is wrong: the names that lead to it from the value on, and the reason.
using Complain =
    std::function<void(std::span<const std::string_view> path, std::string_view reason)>;

// visitor.customerIDs, an object (protocol 11.2): any number of names, each with an `id` and
// perhaps an `authState` of 0, 1 or 2.
void judge_customer_ids(JsonParts& parts, std::string_view text, Profile profile,
                        const Complain& complain);

// statesEnd or statesStart, an array (protocol 9.16). Appends the names of the states to `names`,
// without escapes; what is there stays where it is.
void read_state_names(JsonParts& parts, std::string_view text, Profile profile,
                      std::deque<std::string>& names, const Complain& complain);

}  // namespace playhead::ingest
