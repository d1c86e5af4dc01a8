// SPDX-License-Identifier: Apache-2.0
#include "app/export_command.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <future>
#include <iostream>
#include <optional>

#include "app/data_folder.h"
#include "app/inspection.h"
#include "app/refold.h"
#include "app/refold_progress.h"
#include "app/rules_record.h"
#include "base/posix_disk.h"
#include "event/record.h"
#include "journal/file_journal.h"
#include "journal/past_damage.h"
#include "session/verdict.h"
#include "store/export.h"

namespace playhead::app {
namespace {

using base::Disk;
using base::Result;

constexpr int64_t day_ms = 86'400'000;
constexpr int caller_mistake = 2;
constexpr size_t sessions_at_once = 500;

struct Format {
    std::string_view name;
    store::ExportFormat format;
    std::string_view file;
};

constexpr std::array formats = {
    Format{"parquet", store::ExportFormat::parquet, "data.parquet"},
    Format{"csv", store::ExportFormat::csv, "data.csv"},
    Format{"ndjson", store::ExportFormat::ndjson, "data.ndjson"},
};

// The days that are exported, as ms since the epoch.
struct Days {
    int64_t from = 0;
    int64_t until = INT64_MAX;
};

struct Written {
    uint64_t days = 0;
    uint64_t files = 0;
    uint64_t rows = 0;
    uint64_t events = 0;
    uint64_t sessions_without_events = 0;  // the journal no longer has them
    uint64_t rows_since = 0;               // the journal offset from which on rows were made
};

std::optional<int64_t> day_from(const std::string& text) {
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    char behind = 0;
    const int read = std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &behind);
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (read != 3 || text.size() != std::string_view("2026-11-26").size() || !date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days(date).time_since_epoch().count() * day_ms;
}

std::string day_text(int64_t ms) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(ms / day_ms))};
    char text[16];
    const int length =
        std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return {text, static_cast<size_t>(length)};
}

Result<Days> days_from(const ExportOptions& options) {
    Days days;
    for (const auto& [text, into] :
         {std::pair(&options.from, &days.from), std::pair(&options.until, &days.until)}) {
        if (text->empty()) continue;
        const auto day = day_from(*text);
        if (!day) {
            return base::fail(base::ErrorCode::invalid,
                              "'" + *text + "' is not a day like 2026-11-26");
        }
        *into = *day;
    }
    if (days.from < days.until) return days;
    return base::fail(base::ErrorCode::invalid, "there is no day from " + options.from + " until " +
                                                    options.until + ", which is left out itself");
}

std::string name_of(session::VerdictCode code) {
    return std::string(session::text_of(code).name);
}

std::string names_of(const std::vector<session::VerdictCode>& codes) {
    std::string names;
    for (const session::VerdictCode code : codes) {
        if (!names.empty()) names += ' ';
        names += name_of(code);
    }
    return names;
}

// All rules records of the journal, which the events of a session are folded with.
Result<std::vector<session::RulesChange>> rules_changes(Disk& disk, const std::string& folder) {
    auto opened = journal::open_read_only(disk, folder);
    if (!opened) return std::unexpected(opened.error());
    journal::PastDamage reader(*std::move(opened), [](const journal::Damage&) {});
    std::vector<session::RulesChange> changes;
    while (true) {
        const auto next = reader.next();
        if (!next) return std::unexpected(next.error());
        if (!*next) return changes;
        const auto record = event::decode((*next)->bytes);
        if (!record || record->kind != event::Record::Kind::rules) continue;
        const auto rules = decode_rules(record->body);
        if (rules) changes.push_back({.offset = (*next)->offset, .rules = *rules});
    }
}

// The events of one session after the other.
class Events {
  public:
    static Result<Events> open(Disk& disk, const std::string& data) {
        auto changes = rules_changes(disk, journal_path(data));
        if (!changes) return std::unexpected(changes.error());
        auto inspected = journal::open_read_only(disk, journal_path(data));
        if (!inspected) return std::unexpected(inspected.error());
        auto bodies = journal::open_read_only(disk, journal_path(data));
        if (!bodies) return std::unexpected(bodies.error());
        return Events(std::make_unique<Inspection>(*std::move(inspected), *std::move(changes)),
                      *std::move(bodies));
    }

    // Error `not_found` when the journal no longer has them.
    Result<std::vector<store::ExportedEvent>> of(const session::SessionRow& row) {
        std::promise<Result<std::vector<session::EventRow>>> promise;
        inspection_->events_of(row,
                               [&promise](auto events) { promise.set_value(std::move(events)); });
        const auto events = promise.get_future().get();
        if (!events) return std::unexpected(events.error());
        std::vector<store::ExportedEvent> exported;
        uint64_t body_of = UINT64_MAX;
        for (const session::EventRow& event : *events) {
            exported.push_back(
                {.session_id = row.id.text(),
                 .position = static_cast<int64_t>(exported.size()),
                 .event_type = std::string(event::name_of(event.type)),
                 .ts = event.ts,
                 .playhead_ms = event.playhead_ms,
                 .received_at = event.received_at,
                 .journal_offset = static_cast<int64_t>(event.offset),
                 .outcome = std::string(session::name_of(session::text_of(event.verdict).outcome)),
                 .code = name_of(session::most_telling(event)),
                 .mistakes = names_of(event.mistakes),
                 .body = std::nullopt});
            // The events of a batch came in one body, which stands at the first of them.
            if (event.offset == body_of) continue;
            body_of = event.offset;
            exported.back().body = body_at(event.offset);
        }
        return exported;
    }

  private:
    Events(std::unique_ptr<Inspection> inspection, std::unique_ptr<journal::Reader> bodies)
        : inspection_(std::move(inspection)), bodies_(std::move(bodies)) {}

    std::optional<std::string> body_at(uint64_t offset) {
        if (!bodies_->seek(offset)) return std::nullopt;
        const auto stored = bodies_->next();
        if (!stored || !*stored) return std::nullopt;
        const auto record = event::decode((*stored)->bytes);
        if (!record) return std::nullopt;
        return std::string(record->body);
    }

    std::unique_ptr<Inspection> inspection_;
    std::unique_ptr<journal::Reader> bodies_;
};

// Writes all files of one export.
class Exporting {
  public:
    Exporting(Disk& disk, std::string to, const Format& format, store::Export from, Events events)
        : disk_(disk),
          to_(std::move(to)),
          format_(format),
          from_(std::move(from)),
          events_(std::move(events)) {}

    Result<void> write(const Days& days) {
        const auto bounds = from_.bounds();
        if (!bounds) return std::unexpected(bounds.error());
        auto done = write_file("erasures", [&](const std::string& path) {
            return from_.write_erasures(format_.format, path);
        });
        if (!done || !*bounds) return done;
        const int64_t first = std::max(days.from, (*bounds)->first / day_ms * day_ms);
        const int64_t behind = std::min(days.until, (*bounds)->second + 1);
        for (int64_t day = first; day < behind && done; day += day_ms) {
            done = write_day(day);
            ++written_.days;
            std::cerr << "playhead: " << day_text(day) << " is exported, " << written_.rows
                      << " rows and " << written_.events << " events so far\n";
        }
        return done;
    }

    const Written& written() const { return written_; }

  private:
    using Write = std::function<Result<uint64_t>(const std::string& path)>;

    Result<void> write_day(int64_t day) {
        const auto tables = from_.session_tables();
        if (!tables) return std::unexpected(tables.error());
        for (const std::string& table : *tables) {
            const auto done =
                write_file(table + "/day=" + day_text(day), [&](const std::string& path) {
                    return from_.write_rows(table, day, day + day_ms, format_.format, path);
                });
            if (!done) return done;
        }
        const auto gathered = gather_events(day);
        if (!gathered) return gathered;
        return write_file("events/day=" + day_text(day), [&](const std::string& path) {
            auto events = from_.write_events(format_.format, path);
            if (events) written_.events += *events;
            return events;
        });
    }

    Result<void> gather_events(int64_t day) {
        std::string behind;
        while (true) {
            const auto rows = from_.sessions(day, day + day_ms, behind, sessions_at_once);
            if (!rows) return std::unexpected(rows.error());
            if (rows->empty()) return {};
            for (const session::SessionRow& row : *rows) {
                const auto added = gather_events(row);
                if (!added) return added;
            }
            behind = rows->back().id.text();
        }
    }

    Result<void> gather_events(const session::SessionRow& row) {
        const auto events = events_.of(row);
        if (events) return from_.add(*events);
        if (events.error().code == base::ErrorCode::io) return std::unexpected(events.error());
        ++written_.sessions_without_events;
        return {};
    }

    // A file gets its name when it is whole.
    Result<void> write_file(const std::string& folder, const Write& write) {
        const std::string place = to_ + "/" + folder;
        const std::string path = place + "/" + std::string(format_.file);
        const std::string begun = path + ".unfinished";
        auto done = disk_.make_folder(place);
        if (!done) return done;
        const auto rows = write(begun);
        if (!rows) return std::unexpected(rows.error());
        done = disk_.rename(begun, path);
        if (done) done = disk_.sync_folder(place);
        written_.rows += *rows;
        ++written_.files;
        return done;
    }

    Disk& disk_;
    const std::string to_;
    const Format format_;
    store::Export from_;
    Events events_;
    Written written_;
};

// Exports from a store file that nobody writes.
Result<Written> export_from(Disk& disk, const ExportOptions& options, const Format& format,
                            const std::string& store) {
    const auto days = days_from(options);
    if (!days) return std::unexpected(days.error());
    auto from = store::Export::open(store, options.to + "/unfinished.tmp");
    if (!from) return std::unexpected(from.error());
    auto events = Events::open(disk, options.data);
    if (!events) return std::unexpected(events.error());
    Exporting exporting(disk, options.to, format, *std::move(from), *std::move(events));
    const auto done = exporting.write(*days);
    if (!done) return std::unexpected(done.error());
    return exporting.written();
}

// Of a running server: rows as the journal gives them.
Result<Written> export_beside(Disk& disk, const ExportOptions& options, const Format& format) {
    std::cerr << "playhead: a server runs on " << options.data
              << ", the rows are made again from its journal\n";
    const std::string path = options.to + "/unfinished.duckdb";
    if (auto removed = remove_store(disk, path); !removed) {
        return std::unexpected(removed.error());
    }
    uint64_t first = 0;
    {
        const auto made =
            make_second_store(disk, options.data, path, std::nullopt, tell_progress());
        if (!made) return std::unexpected(made.error());
        first = made->refolded.first;
    }
    auto written = export_from(disk, options, format, path);
    if (auto removed = remove_store(disk, path); !removed) {
        return std::unexpected(removed.error());
    }
    if (written) written->rows_since = first;
    return written;
}

Result<Written> export_to(const ExportOptions& options, const Format& format) {
    base::PosixDisk disk;
    if (auto made = disk.make_folder(options.to); !made) return std::unexpected(made.error());
    const auto lock = lock_stopped_folder(disk, options.data);
    if (!lock && lock.error().code == base::ErrorCode::busy) {
        return export_beside(disk, options, format);
    }
    if (!lock) return std::unexpected(lock.error());
    const std::string store = options.data + "/store.duckdb";
    if (!disk.exists(store)) {
        return base::fail(base::ErrorCode::not_found,
                          "there is no store in " + options.data +
                              "; make it first: playhead rebuild --data " + options.data);
    }
    return export_from(disk, options, format, store);
}

// Numbers only: nothing here needs escaping.
void print(const Written& written) {
    std::cout << "{\"days\":" << written.days << ",\"files\":" << written.files
              << ",\"rows\":" << written.rows << ",\"events\":" << written.events
              << ",\"sessionsWithoutEvents\":" << written.sessions_without_events
              << ",\"rowsSinceOffset\":" << written.rows_since << "}\n";
    if (written.rows_since > 0) {
        std::cerr << "playhead: the journal begins at offset " << written.rows_since
                  << ", and a running server keeps its store to itself: sessions of before are "
                     "missing. Stop the server and export again to have them\n";
    }
}

}  // namespace

int export_data(const ExportOptions& options) {
    const auto format = std::ranges::find(formats, options.format, &Format::name);
    if (format == formats.end()) {
        std::cerr << "playhead: --format takes parquet, csv or ndjson, not '" << options.format
                  << "'\n";
        return caller_mistake;
    }
    const auto written = export_to(options, *format);
    if (written) {
        print(*written);
        return 0;
    }
    std::cerr << "playhead: " << written.error().what << '\n';
    return written.error().code == base::ErrorCode::invalid ? caller_mistake : 1;
}

}  // namespace playhead::app
