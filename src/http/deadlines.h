// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace playhead::http {

// When which connection has waited long enough: a wheel of lists, turned by a clock of
// milliseconds.
//
// Moving a deadline to later (what every request does) is one store; an entry is moved on the wheel
// only when its old place comes round. A deadline is noticed at most `tick_ms` late. Memory is in
// the entries; there is no limit of their number here. Not thread-safe.
class Deadlines {
  public:
    static constexpr int64_t tick_ms = 250;
    static constexpr int64_t never = std::numeric_limits<int64_t>::max();

    // One deadline. Must stay where it is; leaves the wheel when it is destroyed.
    class Entry {
      public:
        explicit Entry(uint64_t owner = 0) : owner_(owner) {}

        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        ~Entry() { leave(); }

        int64_t at() const { return at_; }

        uint64_t owner() const { return owner_; }

      private:
        friend class Deadlines;

        void join(Entry& list);
        void leave();

        const uint64_t owner_;
        Entry* before_ = this;
        Entry* after_ = this;
        int64_t at_ = never;
        int64_t place_ = never;  // the tick in whose list it lies
    };

    explicit Deadlines(int64_t now_ms);

    // Sets the deadline of `entry`, in milliseconds of the clock; `never` for none.
    void set(Entry& entry, int64_t at_ms);

    // Calls due(entry) for each entry whose deadline is reached; its deadline is then `never`.
    // `due` may set deadlines and destroy entries.
    template <typename Due>
    void expire(int64_t now_ms, Due&& due) {
        for (; Entry* const entry = next_due(now_ms);) due(*entry);
    }

    // How long until the wheel turns again.
    int64_t wait_ms(int64_t now_ms) const;

  private:
    static constexpr size_t slots = 512;

    Entry* next_due(int64_t now_ms);
    void place(Entry& entry);

    std::array<Entry, slots> lists_;
    Entry turning_;       // the list that is being looked through
    int64_t turned_ = 0;  // the last tick that was looked through
};

}  // namespace playhead::http
