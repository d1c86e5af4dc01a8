// SPDX-License-Identifier: Apache-2.0
#include "journal/file_journal.h"

#include <algorithm>
#include <utility>

#include "base/canary.h"
#include "base/check.h"
#include "base/digest.h"
#include "base/splitmix.h"
#include "journal/file_reader.h"
#include "journal/rewrite.h"

namespace playhead::journal {
namespace {

constexpr uint64_t segment_bytes_min = 8ULL * 1024;
constexpr uint64_t segment_bytes_max = 4ULL * 1024 * 1024 * 1024;
constexpr size_t batch_bytes = 4 * 1024 * 1024;

uint64_t new_salt(std::optional<uint64_t> given, Offset first) {
    if (given) return base::Splitmix(*given ^ first).next();
    uint8_t bytes[8];
    base::random_bytes(bytes);
    uint64_t salt = 0;
    for (const uint8_t byte : bytes) salt = salt << 8 | byte;
    return salt;
}

// The end of a journal whose last segment begins at `last`. Without its header nothing of that
// segment can be read, but all before it can.
base::Result<Offset> find_end(base::Disk& disk, const std::string& folder, Offset last) {
    const auto file = disk.open(segment_path(folder, last), base::Disk::Open::read_only);
    if (!file) return std::unexpected(file.error());
    const auto header = read_header(**file, last);
    if (!header) return last;
    const auto scan = scan_segment(**file, *header, std::nullopt);
    if (!scan) return std::unexpected(scan.error());
    return scan->end;
}

}  // namespace

base::Result<std::unique_ptr<FileJournal>> FileJournal::open(base::Disk& disk,
                                                             const std::string& folder,
                                                             const Options& options) {
    if (options.segment_bytes < segment_bytes_min || options.segment_bytes > segment_bytes_max) {
        return base::fail(base::ErrorCode::invalid, "a journal segment has 8 KiB to 4 GiB, not " +
                                                        std::to_string(options.segment_bytes) +
                                                        " bytes");
    }
    if (auto made = disk.make_folder(folder); !made) return std::unexpected(made.error());
    auto recovered = recover(
        disk, folder, {.committed = options.committed, .segment_bytes = options.segment_bytes});
    if (!recovered) return std::unexpected(recovered.error());
    RecoveredFolder there = *recovered ? std::move(**recovered) : RecoveredFolder();
    const bool needs_segment = there.file == nullptr;
    std::unique_ptr<FileJournal> journal(new FileJournal(disk, folder, options, std::move(there)));
    if (needs_segment) {
        auto begun = journal->begin_segment(segment_bytes_min);
        if (!begun) return std::unexpected(begun.error());
    } else {
        journal->ahead_.prepare(journal->size_of_next());
    }
    return journal;
}

FileJournal::FileJournal(base::Disk& disk, const std::string& folder, const Options& options,
                         RecoveredFolder recovered)
    : disk_(disk),
      folder_(folder),
      options_(options),
      recovery_(std::move(recovered.found)),
      catalog_(std::make_shared<Catalog>(recovery_.end)),
      now_(options.now),
      file_(std::move(recovered.file)),
      file_bytes_(recovered.file_bytes),
      header_(recovered.header),
      hash_(std::move(recovered.hash)),
      synced_(recovery_.end),
      written_(recovery_.end),
      ahead_(disk, folder, options.write_ahead) {
    for (const SegmentSummary& one : recovered.segments) catalog_->add(one.first, one.opened_at);
}

FileJournal::~FileJournal() = default;

base::Result<Offset> FileJournal::append(std::string_view record) {
    CHECK(!record.empty() && record.size() <= record_bytes_max);
    if (failure_) return std::unexpected(*failure_);
    const uint64_t frame = frame_head_bytes + record.size();
    if (position(next()) + frame > file_bytes_) {
        auto begun = begin_segment(header_bytes + frame);
        if (!begun) return std::unexpected(begun.error());
    } else if (batch_.size() >= batch_bytes) {
        if (auto done = write_batch(&base::File::write); !done)
            return std::unexpected(done.error());
    }
    const Offset offset = next();
    encode_frame(batch_, {header_.salt, header_.first, offset}, synced_, record);
    return offset;
}

base::Result<Offset> FileJournal::commit() {
    if (failure_) return std::unexpected(*failure_);
    if (auto done = sync_batch(); !done) return std::unexpected(done.error());
    catalog_->publish(synced_);
    return synced_;
}

std::unique_ptr<Reader> FileJournal::reader() const {
    return std::make_unique<FileReader>(disk_, folder_, catalog_);
}

base::Result<size_t> FileJournal::remove_before(Offset offset) {
    const std::lock_guard lock(retention_);
    const std::vector<SegmentSummary> all = catalog_->segments();
    size_t removed = 0;
    // One at a time and synced, so that a crash never leaves a gap.
    for (size_t i = 0; i + 1 < all.size() && all[i].end <= offset; ++i) {
        catalog_->remove(all[i].first);
        auto done = disk_.remove(segment_path(folder_, all[i].first));
        if (done) done = disk_.sync_folder(folder_);
        if (!done) return std::unexpected(done.error());
        ++removed;
    }
    return removed;
}

base::Result<void> FileJournal::seal() {
    if (failure_) return std::unexpected(*failure_);
    if (next() == header_.first) return {};
    return begin_segment(segment_bytes_min);
}

base::Result<bool> FileJournal::replace_segment(Offset first) {
    const std::lock_guard lock(retention_);
    const std::string made = rewriting_path(folder_, first);
    const auto kept = catalog_->segment_of(first);
    const bool is_kept = kept && kept->first == first;
    auto done = is_kept ? disk_.rename(made, segment_path(folder_, first)) : disk_.remove(made);
    if (done) done = disk_.sync_folder(folder_);
    if (!done) return std::unexpected(done.error());
    return is_kept;
}

// Goes to the next segment, of at least `bytes`. What was gathered is durable before the next
// segment gets its name, so that all segments but the last are complete after any crash.
base::Result<void> FileJournal::begin_segment(uint64_t bytes) {
    if (auto ready = ahead_.ready(bytes, size_of_next()); !ready) return ready;
    if (auto done = sync_batch(); !done) return done;
    SegmentAhead::Taken taken = ahead_.take();
    SegmentHeader header{written_, now_.load(std::memory_order_relaxed),
                         new_salt(options_.salt, written_)};
    if (hash_ && header_.first == written_) {
        // An empty segment gives way to this one, under its name.
        header.previous_hash = header_.previous_hash;
        header.previous_first = header_.previous_first;
    } else if (hash_) {
        header.previous_hash = hash_->digest();
        header.previous_first = header_.first;
    }
    if (auto done = put_to_use(*taken.file, header); !done) return done;
    // Readers are in the segment that ends here or behind it, unless they are far behind. Of an
    // empty one that gives way they are in the one before.
    const bool is_past = header_.is_chained() && header_.first != header.first;
    const std::string read_before =
        is_past ? segment_path(folder_, header_.previous_first) : std::string();
    file_ = std::move(taken.file);
    file_bytes_ = taken.bytes;
    header_ = header;
    hash_.emplace(header);
    catalog_->add(header.first, header.opened_at);
    ahead_.prepare(size_of_next(), read_before);
    return {};
}

// Until the file has its name nothing was promised of it, so a lack of room is not final.
base::Result<void> FileJournal::put_to_use(base::File& file, const SegmentHeader& header) {
    auto done = file.write(0, encode_header(header));
    if (done) done = file.sync();
    if (done) done = disk_.rename(ahead_.path(), segment_path(folder_, header.first));
    if (!done && done.error().code == base::ErrorCode::full) {
        static_cast<void>(disk_.remove(ahead_.path()));
        return done;
    }
    if constexpr (!PLAYHEAD_CANARY(forgets_the_folder_sync)) {
        if (done) done = disk_.sync_folder(folder_);
    }
    if (!done) return final_error(done.error());
    return {};
}

base::Result<void> FileJournal::write_batch(Write write) {
    if (batch_.empty()) return {};
    if (auto done = ((*file_).*write)(position(written_), batch_); !done) {
        if (done.error().code == base::ErrorCode::full) return done;
        return final_error(done.error());
    }
    hash_->add(batch_);
    written_ += batch_.size();
    batch_.clear();
    return {};
}

base::Result<void> FileJournal::sync_batch() {
    if (synced_ == written_) {
        // The usual case: all that is not durable yet is in the batch.
        if (auto done = write_batch(&base::File::write_and_sync); !done) return done;
    } else {
        if (auto done = write_batch(&base::File::write); !done) return done;
        if (auto done = file_->sync(); !done) return final_error(done.error());
    }
    synced_ = written_;
    return {};
}

// Nobody knows what is on disk now: nothing more is taken or promised.
std::unexpected<base::Error> FileJournal::final_error(const base::Error& error) {
    failure_ = base::Error{base::ErrorCode::io, error.what};
    return std::unexpected(*failure_);
}

uint64_t FileJournal::size_of_next() const {
    const uint64_t smallest = std::min(options_.first_segment_bytes, options_.segment_bytes);
    return std::clamp(2 * file_bytes_, smallest, options_.segment_bytes);
}

base::Result<std::unique_ptr<Reader>> open_read_only(base::Disk& disk, const std::string& folder) {
    const auto firsts = list_segments(disk, folder);
    if (!firsts) return std::unexpected(firsts.error());
    const auto end =
        firsts->empty() ? base::Result<Offset>(0) : find_end(disk, folder, firsts->back());
    if (!end) return std::unexpected(end.error());
    auto catalog = std::make_shared<Catalog>(*end);
    for (const Offset first : *firsts) catalog->add(first, 0);
    return std::make_unique<FileReader>(disk, folder, std::move(catalog));
}

}  // namespace playhead::journal
