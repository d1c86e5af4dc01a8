// SPDX-License-Identifier: Apache-2.0
#include "store/day_summing.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/check.h"
#include "store/report_question.h"

namespace playhead::store {
namespace {

// No clock on a wall shows a time before the epoch on these days: zones are at most a day behind.
constexpr int64_t first_summed = first_moment + 2 * day_ms;

using Rows = std::span<const session::SessionRow>;

int64_t begin_of_day(int64_t time) {
    return time - time % day_ms;
}

// Of its start and its close.
std::array<std::optional<int64_t>, 2> days_of(const session::SessionRow& row) {
    return {DaySumming::day_of(row.start_ts), DaySumming::day_of(row.close_ts)};
}

base::Result<void> note(Connection& connection, const std::string& noting) {
    auto statement = connection.prepare(noting);
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, sums_meaning());
    const auto noted = statement->run();
    if (!noted) return std::unexpected(noted.error());
    return {};
}

base::Result<uint64_t> count(Connection& connection, const std::string& query) {
    auto counted = connection.ask(query.c_str());
    if (!counted) return std::unexpected(counted.error());
    CHECK(counted->next());
    return counted->natural(0);
}

}  // namespace

std::optional<int64_t> DaySumming::day_of(int64_t time) {
    if (time < first_moment || time >= last_moment) return std::nullopt;
    return begin_of_day(time);
}

base::Result<DaySumming> DaySumming::read(Connection& connection) {
    DaySumming found;
    auto older = connection.prepare("SELECT count(*) FROM summed_days WHERE meaning <> $1");
    if (!older) return std::unexpected(older.error());
    older->bind(1, sums_meaning());
    auto counted = older->run();
    if (!counted) return std::unexpected(counted.error());
    CHECK(counted->next());
    if (counted->integer(0) > 0) {
        const auto emptied = connection.in_transaction(
            [&connection] { return connection.run("DELETE FROM summed_days; DELETE FROM sums"); });
        if (!emptied) return std::unexpected(emptied.error());
    }
    auto days = connection.ask("SELECT day_ts, dimension FROM summed_days");
    if (!days) return std::unexpected(days.error());
    const auto all = summed_dimensions();
    while (days->next()) {
        const auto at = std::ranges::find(all, days->text(1), &SummedDimension::name);
        if (at == all.end()) {
            return base::fail(base::ErrorCode::damaged,
                              "the store holds an unknown value of summed_days.dimension");
        }
        found.summed_[days->integer(0)].set(static_cast<size_t>(at - all.begin()));
    }
    return found;
}

std::set<int64_t> DaySumming::summed_days_of(Rows rows) const {
    std::set<int64_t> found;
    if (summed_.empty()) return found;
    for (const session::SessionRow& row : rows) {
        for (const auto& day : days_of(row)) {
            if (day && summed_.contains(*day)) found.insert(*day);
        }
    }
    return found;
}

base::Result<void> DaySumming::forget(Connection& connection, const std::set<int64_t>& days) {
    std::string statements;
    for (const int64_t day : days) statements += forget_statements(day);
    return statements.empty() ? base::Result<void>() : connection.run(statements.c_str());
}

void DaySumming::note_written(Rows rows) {
    for (const session::SessionRow& row : rows) {
        for (const auto& day : days_of(row)) {
            if (day) written_.insert(*day);
        }
    }
}

void DaySumming::note_forgotten(const std::set<int64_t>& days) {
    for (const int64_t day : days) {
        summed_.erase(day);
        written_.insert(day);
    }
}

base::Result<Summed> DaySumming::sum_up(Connection& connection, int64_t now_ms) {
    settle(now_ms);
    const int64_t today = begin_of_day(std::max(now_ms, first_moment));
    const int64_t oldest = std::max(first_summed, today - most_days * day_ms);
    const auto looked = find_first_day(connection, oldest);
    if (!looked) return std::unexpected(looked.error());
    if (!first_day_) return Summed{};
    first_day_ = std::max(*first_day_, oldest);
    const int64_t last_day = today - day_ms;
    const auto piece = next_piece(last_day);
    if (!piece) return Summed{.has_summed = false, .left = left(last_day)};
    // While it is not known what came through, the day counts as summed, so that its next rows
    // forget it.
    const Dimensions before = std::exchange(summed_[piece->day_ts], Dimensions().set());
    const auto made = sum(connection, *piece);
    if (!made) return std::unexpected(made.error());
    summed_[piece->day_ts] = before | *made;
    return Summed{.has_summed = true, .left = left(last_day)};
}

void DaySumming::settle(int64_t now_ms) {
    for (const int64_t day : written_) {
        written_at_[day] = now_ms;
        if (first_day_) first_day_ = std::min(*first_day_, day);
    }
    // A clock that was set back says nothing of how long it was: then they count as settled.
    std::erase_if(written_at_, [now_ms](const auto& written) {
        return now_ms < written.second || now_ms - written.second >= settles_within_ms;
    });
    written_.clear();
}

base::Result<void> DaySumming::find_first_day(Connection& connection, int64_t oldest) {
    if (first_day_ || (has_looked_ && written_at_.empty())) return {};
    has_looked_ = true;
    auto first = connection.prepare("SELECT min(start_ts) FROM sessions WHERE start_ts >= $1");
    if (!first) return std::unexpected(first.error());
    first->bind_value(1, oldest);
    auto found = first->run();
    if (!found) return std::unexpected(found.error());
    CHECK(found->next());
    if (!found->is_null(0)) first_day_ = begin_of_day(found->integer(0));
    return {};
}

std::optional<DaySumming::Piece> DaySumming::next_piece(int64_t last_day) const {
    for (int64_t day = last_day; day >= *first_day_; day -= day_ms) {
        if (!is_settled(day)) continue;
        const auto known = summed_.find(day);
        if (known == summed_.end()) return Piece{.day_ts = day, .dimension = 0};
        for (size_t i = 0; i < known->second.size(); ++i) {
            if (!known->second.test(i)) return Piece{.day_ts = day, .dimension = i};
        }
    }
    return std::nullopt;
}

uint64_t DaySumming::left(int64_t last_day) const {
    if (!first_day_ || last_day < *first_day_) return 0;
    const auto days = static_cast<uint64_t>((last_day - *first_day_) / day_ms + 1);
    uint64_t pieces = days * summed_dimension_count;
    const auto end = summed_.upper_bound(last_day);
    for (auto at = summed_.lower_bound(*first_day_); at != end; ++at) pieces -= at->second.count();
    return pieces;
}

base::Result<DaySumming::Dimensions> DaySumming::sum(Connection& connection, const Piece& piece) {
    auto made = sum_in_transaction(connection, piece);
    const bool is_impossible = !made && (made.error().code == base::ErrorCode::invalid ||
                                         made.error().code == base::ErrorCode::full);
    if (!is_impossible) return made;
    // Sums that do not fit into a number, or values into memory. Reports read the rows of this day.
    const SummedDimension& dimension = summed_dimensions()[piece.dimension];
    const auto noted = note(connection, note_statement(dimension, piece.day_ts, false));
    if (!noted) return std::unexpected(noted.error());
    return Dimensions().set(piece.dimension);
}

base::Result<DaySumming::Dimensions> DaySumming::sum_in_transaction(Connection& connection,
                                                                    const Piece& piece) {
    const SummedDimension& dimension = summed_dimensions()[piece.dimension];
    Dimensions made;
    const auto done = connection.in_transaction([&]() -> base::Result<void> {
        const auto values = count(connection, count_values(dimension, piece.day_ts));
        if (!values) return std::unexpected(values.error());
        if (*values == 0 && piece.dimension == 0) {
            made.set();
            return note(connection, note_empty_statement(piece.day_ts));
        }
        made.set(piece.dimension);
        const bool has_sums = *values <= most_summed_values;
        base::Result<void> summed;
        if (has_sums) summed = connection.run(sum_statements(dimension, piece.day_ts).c_str());
        if (!summed) return summed;
        return note(connection, note_statement(dimension, piece.day_ts, has_sums));
    });
    if (!done) return std::unexpected(done.error());
    return made;
}

}  // namespace playhead::store
