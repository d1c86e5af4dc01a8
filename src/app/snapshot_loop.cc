// SPDX-License-Identifier: Apache-2.0
#include "app/snapshot_loop.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"

namespace playhead::app {
namespace {

constexpr std::string_view ending = ".snapshot";
constexpr size_t digits = 20;

std::optional<uint64_t> offset_of(std::string_view name) {
    if (name.size() != digits + ending.size() || !name.ends_with(ending)) return std::nullopt;
    uint64_t offset = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + digits, offset);
    if (error != std::errc() || end != name.data() + digits) return std::nullopt;
    return offset;
}

std::string unfinished_path(const std::string& folder) {
    return folder + "/unfinished";
}

}  // namespace

std::string snapshot_path(const std::string& folder, uint64_t offset) {
    const std::string number = std::to_string(offset);
    return folder + "/" + std::string(digits - number.size(), '0') + number + std::string(ending);
}

base::Result<std::vector<uint64_t>> list_snapshots(const base::Disk& disk,
                                                   const std::string& folder) {
    std::vector<uint64_t> offsets;
    if (!disk.exists(folder)) return offsets;
    const auto names = disk.list(folder);
    if (!names) return std::unexpected(names.error());
    for (const std::string& name : *names) {
        if (const auto offset = offset_of(name)) offsets.push_back(*offset);
    }
    std::ranges::sort(offsets);
    return offsets;
}

std::optional<FoldState> newest_snapshot(base::Disk& disk, const std::string& folder,
                                         const std::function<bool(const FoldState&)>& fits) {
    const auto offsets = list_snapshots(disk, folder);
    if (!offsets) {
        base::log(base::Level::error, folder + " cannot be read: " + offsets.error().what);
        return std::nullopt;
    }
    for (size_t i = offsets->size(); i > 0; --i) {
        const std::string path = snapshot_path(folder, (*offsets)[i - 1]);
        auto state = read_snapshot(disk, path);
        if (state && state->offset == (*offsets)[i - 1] && fits(*state)) return std::move(*state);
        std::string why = path + " is not used: ";
        why += state ? "it does not fit the journal and the store" : state.error().what;
        base::log(base::Level::error, why);
    }
    return std::nullopt;
}

SnapshotLoop::SnapshotLoop(base::Disk& disk, std::string folder, base::Signal& room,
                           base::Counters& counters)
    : disk_(disk),
      folder_(std::move(folder)),
      room_(room),
      taken_(counters.counter("playhead_snapshots_total", "",
                              "Snapshots of the open sessions that a start may use")),
      failures_(counters.counter("playhead_snapshot_failures_total", "",
                                 "Snapshots that could not be written")) {
    const auto offsets = list_snapshots(disk_, folder_);
    if (offsets && !offsets->empty()) oldest_ = offsets->front();
}

bool SnapshotLoop::begin() {
    return !busy_.exchange(true);
}

bool SnapshotLoop::step(std::chrono::milliseconds wait) {
    pieces_.clear();
    const bool goes_on = queue_.pop_all_within(pieces_, wait);
    for (const SnapshotPiece& piece : pieces_) write(piece);
    if (!pieces_.empty()) room_.raise();
    publish();
    if (oldest_ < forgets_before_) forget();
    return goes_on;
}

void SnapshotLoop::write(const SnapshotPiece& piece) {
    if (piece.kind == SnapshotPiece::Kind::head) {
        auto made = disk_.make_folder(folder_);
        // Journal files go because of what is in here: its own name must be as durable.
        if (made) made = disk_.sync_folder(folder_.substr(0, folder_.rfind('/')));
        auto writer = made ? SnapshotWriter::create(disk_, unfinished_path(folder_))
                           : base::Result<SnapshotWriter>(std::unexpected(made.error()));
        if (writer) {
            writer_.emplace(std::move(*writer));
        } else {
            give_up(writer.error());
        }
    }
    if (writer_) {
        const auto added = writer_->add(piece);
        if (!added) give_up(added.error());
    }
    if (piece.kind != SnapshotPiece::Kind::end) return;
    if (writer_) {
        written_ = piece.offset;
        writer_.reset();
    } else {
        busy_ = false;
    }
}

void SnapshotLoop::give_up(const base::Error& error) {
    writer_.reset();
    failures_.add();
    base::log(base::Level::error,
              "no snapshot was written, the next start reads more of the journal: " + error.what);
}

void SnapshotLoop::publish() {
    if (!written_ || stored_.load(std::memory_order_acquire) < *written_) return;
    auto done = publish(*written_);
    if (done) taken_.add();
    if (done) done = keep_the_last();
    if (!done) give_up(done.error());
    written_.reset();
    busy_ = false;
}

base::Result<void> SnapshotLoop::publish(uint64_t offset) {
    auto done = disk_.rename(unfinished_path(folder_), snapshot_path(folder_, offset));
    if (done) done = disk_.sync_folder(folder_);
    return done;
}

base::Result<void> SnapshotLoop::keep_the_last() {
    const auto offsets = list_snapshots(disk_, folder_);
    if (!offsets) return std::unexpected(offsets.error());
    if (offsets->empty()) return {};
    const size_t going = too_many(*offsets);
    // Told first: who removes journal files must not rely on one that goes.
    oldest_ = (*offsets)[going];
    for (size_t i = 0; i < going; ++i) {
        auto done = disk_.remove(snapshot_path(folder_, (*offsets)[i]));
        if (!done) return done;
    }
    return going == 0 ? base::Result<void>() : disk_.sync_folder(folder_);
}

// How many of the oldest go; never the newest.
size_t SnapshotLoop::too_many(const std::vector<uint64_t>& offsets) const {
    size_t going = offsets.size() - std::min(offsets.size(), kept);
    while (going + 1 < offsets.size() && offsets[going] < forgets_before_) ++going;
    return going;
}

// What cannot be removed now is tried again with the next snapshot.
void SnapshotLoop::forget() {
    const auto offsets = list_snapshots(disk_, folder_);
    if (!offsets || offsets->size() < 2 || offsets->back() < forgets_before_) return;
    const auto done = keep_the_last();
    if (!done) base::log(base::Level::error, "an old snapshot stays: " + done.error().what);
}

}  // namespace playhead::app
