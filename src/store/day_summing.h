// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "base/error.h"
#include "session/row.h"
#include "store/database.h"
#include "store/day_sums.h"
#include "store/store.h"

namespace playhead::store {

// Which days of a store are summed, and which are to be: the memory of its writer, on whose
// connection the sums are made and forgotten. What is summed in the file is summed here, always;
// so a day that gets rows loses its sums in the transaction that writes them, and the others cost
// nothing.
class DaySumming {
  public:
    // Sums are kept of so many days before today, and a day is summed when nothing was written
    // into it for so long.
    static constexpr int64_t most_days = 1'000;
    static constexpr int64_t settles_within_ms = 600'000;

    // When the day of this time begins; nothing for a time that no report can name.
    static std::optional<int64_t> day_of(int64_t time);

    // What the store has. Sums that mean something else are deleted.
    static base::Result<DaySumming> read(Connection& connection);

    // Days (their begins) that have sums and on which one of these sessions started or closed.
    std::set<int64_t> summed_days_of(std::span<const session::SessionRow> rows) const;

    // Deletes what is kept of these days; part of the transaction that changes their rows.
    static base::Result<void> forget(Connection& connection, const std::set<int64_t>& days);

    // That transaction is there.
    void note_written(std::span<const session::SessionRow> rows);
    void note_forgotten(const std::set<int64_t>& days);

    // The next piece: one day without a dimension or by one, in a transaction of its own. A day
    // without any session is one piece as a whole.
    base::Result<Summed> sum_up(Connection& connection, int64_t now_ms);

  private:
    using Dimensions = std::bitset<summed_dimension_count>;

    struct Piece {
        int64_t day_ts = 0;
        size_t dimension = 0;
    };

    void settle(int64_t now_ms);
    base::Result<void> find_first_day(Connection& connection, int64_t oldest);

    bool is_settled(int64_t day_ts) const { return !written_at_.contains(day_ts); }

    std::optional<Piece> next_piece(int64_t last_day) const;
    uint64_t left(int64_t last_day) const;
    static base::Result<Dimensions> sum(Connection& connection, const Piece& piece);
    static base::Result<Dimensions> sum_in_transaction(Connection& connection, const Piece& piece);

    std::map<int64_t, Dimensions> summed_;   // by day; those that the file has notes of
    std::set<int64_t> written_;              // days, since the last sum_up()
    std::map<int64_t, int64_t> written_at_;  // days that are not settled: when
    std::optional<int64_t> first_day_;       // with a session, of those that are to be summed
    bool has_looked_ = false;                // for it
};

}  // namespace playhead::store
