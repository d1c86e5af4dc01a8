// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "event/record.h"
#include "event/session_id.h"
#include "journal/journal.h"
#include "session/fetch_ahead.h"

namespace playhead::app {

// Records that are read one after the other and then worked on, so that what they will touch can be
// fetched from memory for all of them at once (session/fetch_ahead.h). Meant to be reused. One
// thread.
class RecordGroup {
  public:
    // A group ends with so many records, or when it has so many bytes.
    static constexpr size_t most_records = session::sessions_at_once;
    static constexpr size_t enough_bytes = size_t{64} * 1024;

    struct Item {
        journal::Reader::Record stored;
        std::optional<event::Record> record;  // nothing when this version does not know it
    };

    // Replaces the group by the next records; an empty one is the end of the journal. Error as of
    // Reader::next(); what was read before it is the group, and the reader stands behind that.
    // A group is valid until the next call, and as long as the reader is not used.
    base::Result<void> read(journal::Reader& journal);

    std::span<const Item> items() const { return items_; }

    // The sessions that its single events and starts are of.
    std::span<const event::SessionId* const> sessions() const { return sessions_; }

  private:
    std::vector<Item> items_;
    std::string bytes_;  // of all records but a large one at the end
    std::vector<const event::SessionId*> sessions_;
};

}  // namespace playhead::app
