// SPDX-License-Identifier: Apache-2.0
#include "journal/segment_ahead.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace playhead::journal {
namespace {

constexpr uint64_t step_bytes = 1024 * 1024;
// So often the zeros are synced, so that they do not pile up before somebody else's sync.
constexpr uint64_t sync_every_bytes = 8 * step_bytes;

}  // namespace

SegmentAhead::SegmentAhead(base::Disk& disk, const std::string& folder, bool with_thread)
    : disk_(disk), folder_(folder), path_(folder + "/next.segment") {
    if (with_thread) thread_ = std::thread([this] { work(); });
}

SegmentAhead::~SegmentAhead() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void SegmentAhead::prepare(uint64_t bytes, std::string read_before) {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        CHECK(wanted_ == 0 && file_ == nullptr);
        wanted_ = bytes;
        read_before_ = std::move(read_before);
    }
    changed_.notify_all();
}

base::Result<void> SegmentAhead::ready(uint64_t needed, uint64_t preferred) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return wanted_ == 0; });
    if (failure_) return std::unexpected(*std::exchange(failure_, std::nullopt));
    if (file_ != nullptr && file_bytes_ >= needed) return {};
    lock.unlock();
    // Not begun yet, failed before, or too small for one large record: the caller has to wait
    // anyway.
    file_.reset();
    const uint64_t bytes = std::max(needed, preferred);
    auto made = make(bytes);
    if (!made) return std::unexpected(made.error());
    lock.lock();
    file_ = std::move(*made);
    file_bytes_ = bytes;
    return {};
}

SegmentAhead::Taken SegmentAhead::take() {
    const std::lock_guard lock(mutex_);
    CHECK(wanted_ == 0 && file_ != nullptr);
    return {std::move(file_), file_bytes_};
}

base::Result<std::unique_ptr<base::File>> SegmentAhead::make(uint64_t bytes) {
    if (disk_.exists(path_)) {
        if (auto removed = disk_.remove(path_); !removed) return std::unexpected(removed.error());
    }
    const auto free = disk_.free_bytes(folder_);
    if (!free) return std::unexpected(free.error());
    if (*free < bytes) {
        return base::fail(base::ErrorCode::full, "no room for a journal segment of " +
                                                     std::to_string(bytes) + " bytes in " +
                                                     folder_ + ": " + std::to_string(*free) +
                                                     " bytes are free");
    }
    auto file = disk_.open(path_, base::Disk::Open::create);
    if (!file) return file;
    for (uint64_t at = 0; at < bytes; at += sync_every_bytes) {
        auto filled = fill(**file, at, std::min(bytes, at + sync_every_bytes));
        if (filled) continue;
        // The room goes back; should that fail as well, the first failure says more.
        file->reset();
        static_cast<void>(disk_.remove(path_));
        return std::unexpected(filled.error());
    }
    return file;
}

base::Result<void> SegmentAhead::fill(base::File& file, uint64_t from, uint64_t to) {
    const std::string zeros(std::min(step_bytes, to - from), '\0');
    while (from < to) {
        if (stopping()) return base::fail(base::ErrorCode::stopped, "the journal is closing");
        const std::string_view part = std::string_view(zeros).substr(0, to - from);
        if (auto written = file.write(from, part); !written) return written;
        from += part.size();
    }
    return file.sync();
}

void SegmentAhead::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stop_ || wanted_ > 0; });
        if (stop_) return;
        const uint64_t bytes = wanted_;
        const std::string read_before = std::exchange(read_before_, {});
        lock.unlock();
        if (!read_before.empty()) disk_.let_cache_forget(read_before);
        auto made = make(bytes);
        lock.lock();
        if (made) {
            file_ = std::move(*made);
            file_bytes_ = bytes;
        } else {
            failure_ = made.error();
        }
        wanted_ = 0;
        changed_.notify_all();
    }
}

bool SegmentAhead::stopping() {
    const std::lock_guard lock(mutex_);
    return stop_;
}

}  // namespace playhead::journal
