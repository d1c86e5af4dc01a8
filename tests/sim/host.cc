// SPDX-License-Identifier: Apache-2.0
#include "host.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/recovery.h"
#include "app/retention.h"
#include "app/uptime.h"

namespace playhead::sim {
namespace {

constexpr const char* folder = "data/journal";
constexpr const char* snapshots = "data/snapshot";
constexpr uint64_t records_per_snapshot = 25;
constexpr uint64_t segment_bytes = 32'768;
constexpr uint64_t first_segment_bytes = 8'192;
constexpr uint64_t retention_bytes = 12'000;
constexpr size_t waiting_bytes = size_t{1} << 20;

}  // namespace

Host::Host(const World& world)
    : world_(world),
      key_(event::SessionIdKey::Key{1, 2, 3}),
      endpoint_counters_(counters_),
      admission_(session::Rules()),
      turns_(waiting_bytes),
      to_store_(1) {
}

base::Result<std::unique_ptr<Host>> Host::start(const World& world) {
    std::unique_ptr<Host> host(new Host(world));
    const auto opened = host->open();
    if (!opened) return std::unexpected(opened.error());
    return host;
}

base::Result<void> Host::open() {
    auto made = journal::FileJournal::open(world_.disk, folder,
                                           {.segment_bytes = segment_bytes,
                                            .first_segment_bytes = first_segment_bytes,
                                            .now = world_.clock.wall_ms(),
                                            .salt = world_.random.next(),
                                            .write_ahead = false});
    if (!made) return std::unexpected(made.error());
    journal_ = std::move(*made);
    const auto stored = world_.store.offset();
    if (!stored) return std::unexpected(stored.error());
    if (*stored > journal_->recovery().end) {
        return base::fail(base::ErrorCode::damaged, "the store is ahead of the journal");
    }
    auto state = app::newest_snapshot(world_.disk, snapshots, [&](const app::FoldState& found) {
        return found.offset <= *stored && journal_->reader()->seek(found.offset).has_value();
    });
    if (!state && journal_->segments().front().first > 0) {
        return base::fail(base::ErrorCode::damaged, "the journal went without a snapshot");
    }
    const auto recovered = state ? app::recover(*journal_->reader(), admission_, *state)
                                 : app::recover(*journal_->reader(), admission_);
    if (!recovered) return std::unexpected(recovered.error());
    commit_loop_.emplace(app::CommitLoop::Parts{.journal = *journal_,
                                                .admission = admission_,
                                                .turns = turns_,
                                                .committed = signal_,
                                                .clock = world_.clock,
                                                .counters = counters_,
                                                .refused_before = [this] { return refused(); }},
                         app::Uptime(recovered->uptime_ms, world_.clock.monotonic_ms()));
    fold_reader_ = journal_->reader();
    if (state) {
        const auto there = fold_reader_->seek(state->offset);
        if (!there) return std::unexpected(there.error());
    }
    snapshot_loop_.emplace(world_.disk, snapshots, signal_, counters_);
    snapshot_loop_->stored(*stored);
    stored_offset_ = *stored;
    fold_loop_.emplace(app::FoldLoop::Parts{.journal = *fold_reader_,
                                            .to_store = to_store_,
                                            .signal = signal_,
                                            .counters = counters_,
                                            .snapshots = &*snapshot_loop_,
                                            .pace = {.records = records_per_snapshot}},
                       *stored, std::move(state));
    store_loop_.emplace(
        world_.store, to_store_,
        [this](uint64_t offset) {
            stored_offset_ = offset;
            snapshot_loop_->stored(offset);
            fold_loop_->stored(offset);
        },
        world_.clock, counters_);
    endpoint_.emplace(
        ingest::EndpointOptions{.profile = ingest::Profile::standard,
                                .path_prefix = {},
                                .report_suites = {},
                                .shard = 0,
                                .random = [this] { return world_.random.next(); }},
        key_, endpoint_counters_,
        [this] { return ingest::Moment{world_.clock.wall_ms(), world_.clock.monotonic_ms()}; },
        [this](ingest::Turn&& turn) { return turns_.try_push(std::move(turn)); });
    return {};
}

void Host::request(uint64_t number, const std::string& target, const std::string& body) {
    const std::string padded = body + std::string(http::body_padding, '\0');
    http::Request request;
    request.method = http::Method::post;
    request.method_name = "POST";
    request.target = target;
    request.body = std::string_view(padded).substr(0, body.size());
    endpoint_->handle(request, http::Responder(world_.wire, 1, number));
}

base::Result<bool> Host::commit() {
    // An empty turn, so that the loop does not wait for one.
    if (turns_.size() == 0) static_cast<void>(turns_.try_push(ingest::Turn{}));
    return commit_loop_->step();
}

base::Result<bool> Host::fold() {
    snapshot_loop_->step(std::chrono::milliseconds(0));
    remove_old_records();
    return fold_loop_->step();
}

void Host::remove_old_records() {
    const auto segments = journal_->segments();
    const uint64_t floor = std::min(stored_offset_, snapshot_loop_->oldest());
    const uint64_t end =
        app::retention_end(segments, {.bytes = retention_bytes}, world_.clock.wall_ms(), floor);
    if (end == segments.front().first) return;
    world_.before_removal(end);
    // A file that cannot be removed goes another time.
    static_cast<void>(journal_->remove_before(end));
}

void Host::store() {
    if (to_store_.size() > 0) store_loop_->step();
}

bool Host::idle() const {
    return turns_.size() == 0 && to_store_.size() == 0 &&
           fold_loop_->position() == fold_reader_->end();
}

app::Refusals Host::refused() const {
    app::Refusals refused{};
    for (size_t i = 0; i < refused.size(); ++i) {
        refused[i] = endpoint_counters_.by_rejection[i]->value();
    }
    return refused;
}

uint64_t Host::events_with(session::VerdictCode code) {
    const session::VerdictText& text = session::text_of(code);
    return counters_
        .counter("playhead_events_total",
                 "outcome=\"" + std::string(session::name_of(text.outcome)) + "\",code=\"" +
                     std::string(text.name) + '"',
                 "")
        .value();
}

}  // namespace playhead::sim
