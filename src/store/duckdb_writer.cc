// SPDX-License-Identifier: Apache-2.0
#include "store/duckdb_writer.h"

#include "base/check.h"
#include "store/schema.h"
#include "store/session_tables.h"

namespace playhead::store {
namespace {

using session::SessionRow;
using Rows = std::span<const SessionRow>;

// Opens the table for the first row only: most sessions have no chapters and no errors, and to open
// a table costs more than to append a row.
class LazyAppender {
  public:
    LazyAppender(Connection& connection, const char* table)
        : connection_(connection), table_(table) {}

    // Null when the table could not be opened; finish() gives the error.
    Appender* open() {
        if (!appender_) appender_.emplace(connection_.append_to(table_));
        return *appender_ ? &**appender_ : nullptr;
    }

    base::Result<void> finish() {
        if (!appender_) return {};
        if (!*appender_) return std::unexpected(appender_->error());
        return (*appender_)->finish();
    }

  private:
    Connection& connection_;
    const char* table_;
    std::optional<base::Result<Appender>> appender_;
};

template <class Row>
void append_values(Appender& to, std::span<const Column<Row>> columns, const Row& row) {
    for (const Column<Row>& column : columns) column.append(to, row);
    to.end_row();
}

base::Result<void> append_sessions(Connection& connection, Rows rows) {
    LazyAppender table(connection, "sessions");
    for (const SessionRow& row : rows) {
        if (Appender* to = table.open()) append_values(*to, session_columns(), row);
    }
    return table.finish();
}

template <class Row>
base::Result<void> append_parts(Connection& connection, Rows rows, const char* name,
                                std::vector<Row> SessionRow::* parts,
                                std::span<const Column<Row>> columns) {
    LazyAppender table(connection, name);
    for (const SessionRow& row : rows) {
        int64_t position = 0;
        for (const Row& part : row.*parts) {
            Appender* to = table.open();
            if (to == nullptr) break;
            to->text(row.id.text());
            to->integer(position++);
            append_values(*to, columns, part);
        }
    }
    return table.finish();
}

void append_error_ids(LazyAppender& table, const SessionRow& row, std::string_view source,
                      const std::vector<std::string>& ids) {
    int64_t position = 0;
    for (const std::string& id : ids) {
        Appender* to = table.open();
        if (to == nullptr) return;
        to->text(row.id.text());
        to->integer(position++);
        to->text(source);
        to->text(id);
        to->end_row();
    }
}

base::Result<void> append_errors(Connection& connection, Rows rows) {
    LazyAppender table(connection, "errors");
    for (const SessionRow& row : rows) {
        append_error_ids(table, row, player_sdk_source, row.player_sdk_errors);
        append_error_ids(table, row, external_source, row.external_errors);
    }
    return table.finish();
}

}  // namespace

DuckdbWriter::DuckdbWriter(std::shared_ptr<Database> database, Connection connection,
                           Statement set_offset, uint64_t offset, DaySumming summing)
    : database_(std::move(database)),
      connection_(std::move(connection)),
      set_offset_(std::move(set_offset)),
      offset_(offset),
      summing_(std::move(summing)) {
}

base::Result<std::unique_ptr<DuckdbWriter>> DuckdbWriter::make(std::shared_ptr<Database> database) {
    auto connection = database->connect();
    if (!connection) return std::unexpected(connection.error());
    auto stored = connection->ask("SELECT journal_offset FROM checkpoint");
    if (!stored) return std::unexpected(stored.error());
    if (!stored->next()) {
        return base::fail(base::ErrorCode::damaged, "the store has lost its checkpoint");
    }
    auto set_offset = connection->prepare("UPDATE checkpoint SET journal_offset = $1");
    if (!set_offset) return std::unexpected(set_offset.error());
    auto summing = DaySumming::read(*connection);
    if (!summing) return std::unexpected(summing.error());
    return std::unique_ptr<DuckdbWriter>(
        new DuckdbWriter(std::move(database), *std::move(connection), *std::move(set_offset),
                         stored->natural(0), *std::move(summing)));
}

base::Result<void> DuckdbWriter::write(Rows rows, uint64_t offset) {
    const std::set<int64_t> days = summing_.summed_days_of(rows);
    auto written = in_transaction(offset, [&] {
        const auto forgotten = DaySumming::forget(connection_, days);
        return forgotten ? append_rows(rows) : forgotten;
    });
    if (written) {
        summing_.note_written(rows);
        summing_.note_forgotten(days);
    }
    return written;
}

base::Result<void> DuckdbWriter::in_transaction(uint64_t offset,
                                                const std::function<base::Result<void>()>& change) {
    CHECK(offset >= offset_);
    const auto done = connection_.in_transaction([&]() -> base::Result<void> {
        const auto changed = change();
        if (!changed) return changed;
        set_offset_.bind(1, offset);
        const auto updated = set_offset_.run();
        if (!updated) return std::unexpected(updated.error());
        return {};
    });
    if (done) offset_ = offset;
    return done;
}

base::Result<void> DuckdbWriter::append_rows(Rows rows) {
    auto done = append_sessions(connection_, rows);
    if (done) done = append_parts(connection_, rows, "ads", &SessionRow::ads, ad_columns());
    if (done) {
        done =
            append_parts(connection_, rows, "chapters", &SessionRow::chapters, chapter_columns());
    }
    if (done)
        done = append_parts(connection_, rows, "states", &SessionRow::states, state_columns());
    if (done) done = append_errors(connection_, rows);
    return done;
}

base::Result<void> DuckdbWriter::erase(const Erasure& erasure, std::span<const std::string> marks,
                                       uint64_t offset) {
    std::set<int64_t> days;
    auto erased = in_transaction(offset, [&]() -> base::Result<void> {
        auto changed = delete_marked(marks);
        if (!changed) return std::unexpected(changed.error());
        days = *std::move(changed);
        const auto forgotten = DaySumming::forget(connection_, days);
        return forgotten ? keep(erasure) : forgotten;
    });
    if (erased) summing_.note_forgotten(days);
    return erased;
}

// Gives the days on which a session of these started or closed.
base::Result<std::set<int64_t>> DuckdbWriter::delete_marked(std::span<const std::string> marks) {
    std::set<int64_t> days;
    if (marks.empty()) return days;
    auto done = connection_.run(
        "CREATE TEMP TABLE IF NOT EXISTS erased_marks (mark VARCHAR); DELETE FROM erased_marks");
    if (!done) return std::unexpected(done.error());
    auto appender = connection_.append_to("erased_marks");
    if (!appender) return std::unexpected(appender.error());
    for (const std::string& mark : marks) {
        appender->text(mark);
        appender->end_row();
    }
    done = appender->finish();
    if (!done) return std::unexpected(done.error());
    const auto tables = session_tables(connection_);
    if (!tables) return std::unexpected(tables.error());
    for (const std::string& table : *tables) {
        const bool has_times = table == "sessions";
        const std::string statement =
            "DELETE FROM " + table +
            " WHERE left(sha256(session_id), 32) IN (SELECT mark FROM erased_marks)" +
            (has_times ? " RETURNING start_ts, close_ts" : "");
        auto deleted = connection_.ask(statement.c_str());
        if (!deleted) return std::unexpected(deleted.error());
        while (has_times && deleted->next()) {
            for (const size_t time : {size_t{0}, size_t{1}}) {
                const auto day = DaySumming::day_of(deleted->integer(time));
                if (day) days.insert(*day);
            }
        }
    }
    done = connection_.run("DELETE FROM erased_marks");
    if (!done) return std::unexpected(done.error());
    return days;
}

base::Result<void> DuckdbWriter::keep(const Erasure& erasure) {
    auto statement = connection_.prepare(
        "INSERT INTO erasures SELECT $1, $2::BIGINT, $3, $4, $5, $6, NULL "
        "WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE erasure_id = $1)");
    if (!statement) return std::unexpected(statement.error());
    statement->bind(1, erasure.id);
    statement->bind(2, static_cast<uint64_t>(erasure.erased_at));
    statement->bind(3, erasure.sessions);
    statement->bind(4, erasure.records);
    statement->bind(5, erasure.rows);
    statement->bind(6, erasure.journal_offset);
    const auto kept = statement->run();
    if (!kept) return std::unexpected(kept.error());
    return {};
}

base::Result<void> DuckdbWriter::finish_erasure(const std::string& id, int64_t finished_at,
                                                uint64_t offset) {
    return in_transaction(offset, [&]() -> base::Result<void> {
        auto statement = connection_.prepare(
            "UPDATE erasures SET finished_at = $2::BIGINT WHERE erasure_id = $1");
        if (!statement) return std::unexpected(statement.error());
        statement->bind(1, id);
        statement->bind(2, static_cast<uint64_t>(finished_at));
        const auto kept = statement->run();
        if (!kept) return std::unexpected(kept.error());
        return {};
    });
}

base::Result<Summed> DuckdbWriter::sum_up(int64_t now_ms) {
    return summing_.sum_up(connection_, now_ms);
}

base::Result<uint64_t> DuckdbWriter::offset() {
    return offset_;
}

}  // namespace playhead::store
