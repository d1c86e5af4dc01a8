// SPDX-License-Identifier: Apache-2.0
#include "app/erasing.h"

#include <algorithm>
#include <charconv>
#include <future>
#include <utility>

#include "app/data_folder.h"
#include "base/digest.h"
#include "base/log.h"
#include "event/record.h"
#include "ingest/decoder.h"
#include "journal/rewrite.h"

namespace playhead::app {
namespace {

constexpr std::chrono::milliseconds looks_again{1000};
constexpr std::chrono::milliseconds waits_at_a_time{50};
constexpr std::chrono::seconds answer_at_most{20};

// Puts what is left in the place of each record of the sessions.
class Erase {
  public:
    explicit Erase(const SessionMarks& marks) : marks_(marks) {}

    bool operator()(std::span<char> bytes) {
        const auto record = event::decode({bytes.data(), bytes.size()});
        using Kind = event::Record::Kind;
        if (!record || record->kind > Kind::batch) return false;
        if (!marks_.contains(mark_of(record->session))) return false;
        uint64_t events = 1;
        if (record->kind == Kind::batch) {
            events = 0;
            const bool decoded = decoder_.decode_stored_batch(
                record->body, [&events](size_t, const event::Event&) { ++events; });
            if (!decoded) ++events;
        }
        event::erase(bytes, events);
        return true;
    }

  private:
    const SessionMarks& marks_;
    ingest::Decoder decoder_;
};

// The ids of receipts are ours; another text gives some other id.
ErasureId erasure_id_from(std::string_view text) {
    constexpr int hexadecimal = 16;
    ErasureId id{};
    for (size_t i = 0; i < id.size() && 2 * i + 2 <= text.size(); ++i) {
        const char* const digits = text.data() + 2 * i;
        std::from_chars(digits, digits + 2, id[i], hexadecimal);
    }
    return id;
}

std::unexpected<base::Error> too_slow(const std::string& what) {
    return base::fail(base::ErrorCode::busy, what);
}

}  // namespace

Erasing::Erasing(const Parts& parts) : parts_(parts), thread_([this] { run(); }) {
}

Erasing::~Erasing() {
    if (thread_.joinable()) stop();
}

void Erasing::stop() {
    stopping_ = true;
    requests_.close();
    changed_.raise();
    thread_.join();
}

void Erasing::erase(std::string viewer, Done done) {
    // One that does not fit is dropped, and whoever asks is told so.
    static_cast<void>(requests_.try_push({std::move(viewer), std::move(done)}));
}

base::Result<std::vector<web::ErasureReceipt>> Erasing::receipts() {
    auto all = parts_.store.erasures();
    if (!all) return std::unexpected(all.error());
    std::vector<web::ErasureReceipt> receipts;
    for (store::Erasure& one : *all) {
        web::ErasureReceipt receipt;
        receipt.erasure = std::move(one);
        if (!receipt.erasure.finished_at) receipt.pending = pending();
        receipts.push_back(std::move(receipt));
    }
    return receipts;
}

void Erasing::stored(uint64_t offset) {
    stored_ = offset;
    changed_.raise();
}

void Erasing::run() {
    while (requests_.pop_all_within(taken_, looks_again)) {
        for (Request& request : taken_) {
            if (!stopping_) request.done(answer(request.viewer));
        }
        taken_.clear();
        if (!stopping_) go_on();
    }
}

// Asks for something that another thread gives, and waits for it; nothing when it takes too long or
// the process ends.
template <class T, class Ask>
std::optional<T> Erasing::await(const Ask& ask) {
    const auto promise = std::make_shared<std::promise<T>>();
    std::future<T> future = promise->get_future();
    if (!ask([promise](T value) { promise->set_value(std::move(value)); })) return std::nullopt;
    for (auto waited = waits_at_a_time; waited < answer_at_most; waited += waits_at_a_time) {
        if (future.wait_for(waits_at_a_time) == std::future_status::ready) return future.get();
        if (stopping_) break;
    }
    return std::nullopt;
}

base::Result<web::ErasureReceipt> Erasing::answer(const std::string& viewer) {
    const auto sessions = sessions_of(viewer);
    if (!sessions) return std::unexpected(sessions.error());
    if (sessions->size() > web::most_erased_sessions) {
        return base::fail(base::ErrorCode::invalid, "this id has more than " +
                                                        std::to_string(web::most_erased_sessions) +
                                                        " sessions, so it is not one person's");
    }
    ErasureBegun begun;
    begun.first = parts_.journal.reader()->end();
    base::random_bytes(begun.id);
    for (const store::ViewerSession& one : *sessions) {
        if (!begun.marks.insert(mark_of(one.id)).second) continue;
        begun.first = std::min(begun.first, one.first_offset);
        begun.records += one.records;
        begun.rows += one.rows;
    }
    begun.sessions = begun.marks.size();
    base::Result<uint64_t> quarantined = 0;
    if (parts_.quarantine != nullptr) {
        quarantined =
            parts_.quarantine->erase([&](const event::SessionId& id, std::string_view body) {
                return body.find(viewer) != body.npos || begun.marks.contains(mark_of(id));
            });
    }
    if (!quarantined) return std::unexpected(quarantined.error());
    const auto offset = put(begun, begun.marks);
    if (!offset) return std::unexpected(offset.error());

    if (!wait_until_stored(*offset)) return too_slow("the store takes no rows now");
    auto receipt = receipt_of(base::hex(begun.id));
    if (receipt) receipt->quarantined = *quarantined;
    return receipt;
}

base::Result<web::ErasureReceipt> Erasing::receipt_of(const std::string& id) {
    auto all = receipts();
    if (!all) return std::unexpected(all.error());
    const auto found =
        std::ranges::find(*all, id, [](const web::ErasureReceipt& one) { return one.erasure.id; });
    if (found != all->end()) return std::move(*found);
    return base::fail(base::ErrorCode::damaged, "the erasure " + id + " is not in the store");
}

// The fold is asked first: what it hands over to the store meanwhile is found there.
base::Result<std::vector<store::ViewerSession>> Erasing::sessions_of(const std::string& viewer) {
    const uint64_t end = parts_.journal.reader()->end();
    constexpr size_t limit = web::most_erased_sessions + 1;
    std::vector<store::ViewerSession> sessions;
    while (true) {
        using Answer = std::pair<uint64_t, std::vector<store::ViewerSession>>;
        auto found = await<Answer>([&](const auto& give) {
            return parts_.fold.ask([viewer, end, give](const FoldLoop& fold) {
                const bool is_there = fold.position() >= end;
                give({fold.position(), is_there ? fold.sessions_of_viewer(viewer, limit)
                                                : std::vector<store::ViewerSession>()});
            });
        });
        if (!found) return too_slow("the journal is still being read");
        if (found->first < end) continue;
        sessions = std::move(found->second);
        break;
    }
    const auto stored = parts_.store.sessions_of_viewer(viewer, limit);
    if (!stored) return std::unexpected(stored.error());
    sessions.insert(sessions.end(), stored->begin(), stored->end());
    return sessions;
}

// Makes a record durable. With `marks` it ends these sessions, and seals what is before it.
base::Result<uint64_t> Erasing::put(const ErasureRecord& record, const SessionMarks& marks) {
    const auto offset = await<base::Result<uint64_t>>([&](const auto& give) {
        CommitLoop::OwnRecord own{.kind = event::Record::Kind::erasure,
                                  .body = encode_erasure(record),
                                  .seals = std::holds_alternative<ErasureBegun>(record),
                                  .done = give};
        if (!marks.empty()) {
            own.is_erased = [marks](const event::SessionId& id) {
                return marks.contains(mark_of(id));
            };
        }
        return parts_.commits.put(std::move(own));
    });
    return offset ? *offset : too_slow("the journal takes nothing now");
}

bool Erasing::wait_until_stored(uint64_t offset) {
    for (auto waited = waits_at_a_time; waited < answer_at_most; waited += waits_at_a_time) {
        if (stored_ > offset) return true;
        if (stopping_) return false;
        changed_.wait(waits_at_a_time);
    }
    return false;
}

// One piece of the work behind the records. What fails is told once, and tried again at each look.
void Erasing::go_on() {
    const auto done = go_on_with_pass();
    if (!done && !is_failing_) {
        base::log(base::Level::error,
                  "an erasure cannot be finished now and is tried again: " + done.error().what);
    }
    is_failing_ = !done;
}

base::Result<void> Erasing::go_on_with_pass() {
    auto all = parts_.store.erasures();
    if (!all) {
        // The store is away, and says why.
        return {};
    }
    std::erase_if(*all, [](const store::Erasure& one) { return one.finished_at.has_value(); });
    if (all->empty()) {
        pass_.reset();
        return {};
    }
    if (!pass_ || pass_->erasures != *all) {
        const auto begun = begin_pass(*std::move(all));
        if (!begun) return begun;
    }
    parts_.snapshots.forget_before(pass_->upto);
    const auto rewritten = rewrite_segments();
    if (!rewritten) return std::unexpected(rewritten.error());
    if (!*rewritten) return {};
    owes_journal_ = false;
    if (const auto done = erase_from_quarantine(); !done) return done;
    if (const auto done = remove_kept_stores(); !done) return done;
    owes_snapshots_ = parts_.snapshots.oldest() < pass_->upto;
    if (!copy_store() || owes_snapshots_) return {};
    for (const store::Erasure& one : pass_->erasures) {
        const auto put_down = put(ErasureFinished{erasure_id_from(one.id)}, {});
        if (!put_down) return std::unexpected(put_down.error());
        base::log(base::Level::info, "erasure " + one.id + " is finished");
    }
    wait_until_stored(parts_.journal.reader()->end() - 1);
    return {};
}

base::Result<void> Erasing::begin_pass(std::vector<store::Erasure> unfinished) {
    Pass pass;
    const auto reader = parts_.damage.past_damage(parts_.journal.reader());
    for (const store::Erasure& one : unfinished) {
        pass.upto = std::max(pass.upto, one.journal_offset + 1);
        const auto there = reader->seek(one.journal_offset);
        // Retention has taken the record, and so all that stood before it.
        if (!there && there.error().code == base::ErrorCode::not_found) continue;
        if (!there) return there;
        const auto stored = reader->next();
        if (!stored) return std::unexpected(stored.error());
        const auto record = *stored ? event::decode((*stored)->bytes) : std::nullopt;
        const auto erasure = record ? decode_erasure(record->body) : std::nullopt;
        const auto* begun = erasure ? std::get_if<ErasureBegun>(&*erasure) : nullptr;
        if (begun == nullptr) {
            return base::fail(base::ErrorCode::damaged,
                              "the record of the erasure " + one.id +
                                  " cannot be read: what the journal holds of its sessions stays "
                                  "until retention takes it");
        }
        pass.from = std::min(pass.from, begun->first);
        pass.marks.insert(begun->marks.begin(), begun->marks.end());
    }
    pass.erasures = std::move(unfinished);
    pass.next = pass.from;
    pass_ = std::move(pass);
    copying_ = Copying::not_begun;
    owes_journal_ = true;
    owes_snapshots_ = true;
    return {};
}

// True when all are done; false when somebody waits for an answer.
base::Result<bool> Erasing::rewrite_segments() {
    const std::vector<journal::SegmentSummary> segments = parts_.journal.segments();
    for (size_t i = 0; i + 1 < segments.size(); ++i) {
        const journal::SegmentSummary& one = segments[i];
        if (one.end <= pass_->next || one.first >= pass_->upto) continue;
        if (stopping_ || requests_.size() > 0) return false;
        if (const auto done = rewrite_segment(one); !done) return std::unexpected(done.error());
        pass_->next = one.end;
    }
    return true;
}

base::Result<void> Erasing::rewrite_segment(const journal::SegmentSummary& segment) {
    Erase erase(pass_->marks);
    const auto made =
        journal::rewrite_segment(parts_.disk, journal_path(parts_.data), segment,
                                 [&erase](std::span<char> record) { return erase(record); });
    // Retention was faster; or nothing in it can be read, by anybody.
    if (!made && (made.error().code == base::ErrorCode::not_found ||
                  made.error().code == base::ErrorCode::damaged)) {
        return {};
    }
    if (!made) return std::unexpected(made.error());
    if (!*made) return {};
    const auto told = put(
        ErasureReplaces{.id = erasure_id_from(pass_->erasures.front().id), .segment = **made}, {});
    if (!told) return std::unexpected(told.error());
    const auto replaced = parts_.journal.replace_segment(segment.first);
    if (!replaced) return std::unexpected(replaced.error());
    return {};
}

// Once more: what was refused while the record was on its way.
base::Result<void> Erasing::erase_from_quarantine() {
    if (parts_.quarantine == nullptr || pass_->quarantine_done) return {};
    const auto done =
        parts_.quarantine->erase([this](const event::SessionId& id, std::string_view) {
            return pass_->marks.contains(mark_of(id));
        });
    if (!done) return std::unexpected(done.error());
    pass_->quarantine_done = true;
    return {};
}

// Stores that rebuild and recompute have left hold the rows as well.
base::Result<void> Erasing::remove_kept_stores() {
    const auto names = parts_.disk.list(parts_.data);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (!name.starts_with("store.") || !name.ends_with(".duckdb")) continue;
        if (name == "store.duckdb") continue;
        auto removed = remove_store(parts_.disk, parts_.data + "/" + name);
        if (!removed) return removed;
        base::log(base::Level::info, name + " is removed: it held what was erased");
    }
    return {};
}

// True when it is done. The store's thread does it, when it comes to it.
bool Erasing::copy_store() {
    if (copying_ == Copying::done) return true;
    if (copying_ == Copying::under_way) return false;
    copying_ = Copying::under_way;
    const bool taken = parts_.store_loop.ask([this] {
        const auto done = parts_.store.rewrite();
        if (!done) {
            base::log(base::Level::error,
                      "the store cannot be copied to leave out what was erased; it is tried "
                      "again: " +
                          done.error().what);
        }
        copying_ = done ? Copying::done : Copying::not_begun;
    });
    if (!taken) copying_ = Copying::not_begun;
    return false;
}

std::vector<std::string> Erasing::pending() const {
    std::vector<std::string> parts;
    if (owes_journal_) parts.emplace_back("journal");
    if (owes_snapshots_) parts.emplace_back("snapshots");
    if (copying_ != Copying::done) parts.emplace_back("store");
    return parts;
}

}  // namespace playhead::app
