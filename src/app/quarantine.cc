// SPDX-License-Identifier: Apache-2.0
#include "app/quarantine.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>

#include "base/bytes.h"
#include "base/log.h"
#include "journal/past_damage.h"
#include "journal/rewrite.h"

namespace playhead::app {
namespace {

constexpr std::chrono::milliseconds gathers{1000};
// Reason (1), received_at (8), session, then the body. The numbers of the reasons are stored.
constexpr size_t head_bytes = 1 + 8 + sizeof(event::SessionId::bytes);
constexpr char erased_number = 0;
constexpr char unknown_number = 1;
constexpr char closed_number = 2;

std::string encode(const RefusedEvent& event) {
    std::string record(head_bytes, '\0');
    record[0] = event.reason == ingest::Rejection::closed_session ? closed_number : unknown_number;
    base::write_little(record.data() + 1, event.received_at);
    std::memcpy(record.data() + 9, event.session.bytes.data(), event.session.bytes.size());
    return record + event.body;
}

std::optional<web::QuarantineItem> decode(const journal::Reader::Record& stored) {
    const std::string_view bytes = stored.bytes;
    if (bytes.size() < head_bytes) return std::nullopt;
    if (bytes[0] == erased_number) return std::nullopt;
    const bool is_closed = bytes[0] == closed_number;
    web::QuarantineItem item;
    item.offset = stored.offset;
    item.reason = ingest::name_of(is_closed ? ingest::Rejection::closed_session
                                            : ingest::Rejection::unknown_session);
    item.received_at = base::read_little<int64_t>(bytes.data() + 1);
    std::memcpy(item.session.bytes.data(), bytes.data() + 9, item.session.bytes.size());
    item.body = bytes.substr(head_bytes);
    return item;
}

}  // namespace

base::Result<std::unique_ptr<Quarantine>> Quarantine::open(base::Disk& disk, const Options& options,
                                                           base::Counters& counters) {
    auto journal = journal::FileJournal::open(disk, options.folder,
                                              {.segment_bytes = segment_bytes,
                                               .first_segment_bytes = segment_bytes,
                                               .now = options.now,
                                               .salt = {},
                                               .write_ahead = false});
    if (!journal) return std::unexpected(journal.error());
    return std::unique_ptr<Quarantine>(
        new Quarantine(disk, options.folder, std::move(*journal), options.bytes, counters));
}

Quarantine::Quarantine(base::Disk& disk, std::string folder,
                       std::unique_ptr<journal::FileJournal> journal, uint64_t bytes,
                       base::Counters& counters)
    : disk_(disk),
      folder_(std::move(folder)),
      journal_(std::move(journal)),
      bytes_(bytes),
      kept_(counters.counter("playhead_quarantine_kept_total", "",
                             "Refused events that were put into the quarantine")),
      dropped_(counters.counter("playhead_quarantine_dropped_total", "",
                                "Refused events that the quarantine had no room or time for")),
      thread_([this] { run(); }) {
}

Quarantine::~Quarantine() {
    stops_ = true;
    waiting_.close();
    stopping_.raise();
    thread_.join();
}

void Quarantine::put(RefusedEvent event) {
    if (!waiting_.try_push(std::move(event))) dropped_.add();
}

void Quarantine::run() {
    std::vector<RefusedEvent> events;
    bool was_written = true;
    while (waiting_.pop_all(events)) {
        const bool is_written = [&] {
            const std::lock_guard lock(writing_);
            return write(events);
        }();
        if (was_written && !is_written) {
            base::log(base::Level::warning,
                      "the quarantine takes no more events: refused ones are only counted");
        }
        was_written = is_written;
        events.clear();
        if (!stops_) stopping_.wait(gathers);
    }
}

bool Quarantine::write(const std::vector<RefusedEvent>& events) {
    size_t taken = 0;
    for (const RefusedEvent& event : events) {
        if (journal_->append(encode(event))) ++taken;
    }
    const auto end = journal_->commit();
    if (!end) taken = 0;
    kept_.add(taken);
    dropped_.add(events.size() - taken);
    // An old segment that stays is tried again with the next ones.
    if (end && *end > bytes_) static_cast<void>(journal_->remove_before(*end - bytes_));
    return taken == events.size();
}

base::Result<uint64_t> Quarantine::erase(const IsErased& is_erased) {
    const std::lock_guard lock(writing_);
    std::vector<RefusedEvent> waiting;
    if (waiting_.try_pop_all(waiting)) write(waiting);
    if (const auto sealed = journal_->seal(); !sealed) return std::unexpected(sealed.error());
    if (const auto done = journal_->commit(); !done) return std::unexpected(done.error());
    const journal::Change change = [&](std::span<char> record) {
        const auto item = decode({.offset = 0, .bytes = {record.data(), record.size()}});
        if (!item || !is_erased(item->session, item->body)) return false;
        std::ranges::fill(record, erased_number);
        return true;
    };
    uint64_t erased = 0;
    const std::vector<journal::SegmentSummary> segments = journal_->segments();
    for (size_t i = 0; i + 1 < segments.size(); ++i) {
        // The first change of a segment is asked for twice: to see whether it is needed, and then.
        uint64_t in_segment = 0;
        const auto counted = [&](std::span<char> record) {
            const bool is_changed = change(record);
            if (is_changed) ++in_segment;
            return is_changed;
        };
        const auto made = journal::rewrite_segment(disk_, folder_, segments[i], counted);
        if (!made) return std::unexpected(made.error());
        if (!*made) continue;
        const auto replaced = journal_->replace_segment(segments[i].first);
        if (!replaced) return std::unexpected(replaced.error());
        erased += in_segment - 1;
    }
    return erased;
}

base::Result<web::QuarantinePage> Quarantine::list(uint64_t from, size_t limit) const {
    journal::PastDamage reader(journal_->reader(), [](const journal::Damage&) {});
    if (const auto sought = reader.seek(from);
        !sought && sought.error().code != base::ErrorCode::not_found) {
        return std::unexpected(sought.error());
    }
    web::QuarantinePage page;
    size_t bytes = 0;
    while (true) {
        const auto record = reader.next();
        // Meanwhile the oldest have gone, and these are among them.
        if (!record && record.error().code == base::ErrorCode::not_found) return page;
        if (!record) return std::unexpected(record.error());
        if (!*record) return page;
        if (page.items.size() == limit || bytes >= page_bytes) {
            page.next = (*record)->offset;
            return page;
        }
        auto item = decode(**record);
        if (!item) continue;
        bytes += item->body.size();
        page.items.push_back(std::move(*item));
    }
}

}  // namespace playhead::app
