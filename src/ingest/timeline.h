// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace playhead::ingest {

// What `playhead fold` reads: recorded sessions as one JSON document (contract: fold; metrics
// section 16). Three forms are understood: an array of event bodies; an object with `events`; an
// object with `sessions`, each with `sid` and `events`. `context` may stand beside `events`. Other
// members (`name`, `expect`, ...) are not looked at.

struct TimelineEvent {
    std::string body;                    // the event as JSON, without `receivedAt`; not judged yet
    std::optional<int64_t> received_at;  // ms
};

struct TimelineSession {
    std::string sid;  // empty unless the document gives one
    bool is_downloaded = false;
    bool is_federated = false;
    std::vector<TimelineEvent> events;  // in arrival order
};

struct Timeline {
    std::vector<TimelineSession> sessions;

    // The document had the member `sessions`.
    bool has_many = false;

    // The raw JSON of the member `report`, empty when absent: what to report over many sessions.
    std::string report;
};

// Memory in proportion to the document. `invalid` when it is of no such form, with the place.
base::Result<Timeline> read_timeline(std::string_view document);

}  // namespace playhead::ingest
