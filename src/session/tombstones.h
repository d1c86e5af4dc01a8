// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "session/buried.h"
#include "session/number_index.h"

namespace playhead::session {

// The sessions that have closed (protocol 12): in the order in which they were added, and found by
// their ids. Some 55 bytes each, in few blocks. One thread at a time.
class Tombstones {
  public:
    // False, and nothing has changed, when it is there already.
    bool add(const Buried& buried);

    // When the session closed, uptime; nothing for one that is not here.
    std::optional<int64_t> closed_at(const event::SessionId& id) const;

    // The one that was added first. There must be one.
    const Buried& oldest() const { return buried_.front(); }

    void forget_oldest();

    void erase(const std::function<bool(const event::SessionId&)>& is_erased);

    size_t size() const { return buried_.size(); }

    bool empty() const { return buried_.empty(); }

  private:
    std::optional<uint32_t> number_of(uint64_t hash, const event::SessionId& id) const;
    const Buried& numbered(uint32_t number) const;
    void index(size_t position);

    std::deque<Buried> buried_;
    uint32_t first_ = 0;  // the number of the oldest; numbers go on from one to the next
    NumberIndex index_;
};

}  // namespace playhead::session
