// SPDX-License-Identifier: Apache-2.0
#include "journal/memory_journal.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "base/check.h"

namespace playhead::journal {

struct MemoryJournal::State {
    mutable std::mutex mutex;
    std::map<Offset, std::string> records;  // uncommitted ones included
    std::set<Offset> damaged;
    Offset begin = 0;
    Offset end = 0;   // of what is committed
    Offset next = 0;  // where the next record will stand
};

class MemoryJournal::MemoryReader final : public Reader {
  public:
    explicit MemoryReader(std::shared_ptr<const State> state) : state_(std::move(state)) {
        const std::lock_guard lock(state_->mutex);
        at_ = state_->begin;
    }

    base::Result<std::optional<Record>> next() override {
        const std::lock_guard lock(state_->mutex);
        if (at_ >= state_->end) return std::optional<Record>();
        const auto found = state_->records.find(at_);
        if (found == state_->records.end()) return not_kept(at_);
        if (state_->damaged.contains(at_)) {
            return base::fail(base::ErrorCode::damaged,
                              "the record at offset " + std::to_string(at_) + " is damaged");
        }
        bytes_ = found->second;
        const Record record{at_, bytes_, at_ + bytes_.size()};
        at_ = record.next;
        return record;
    }

    base::Result<Damage> skip_damage() override {
        const std::lock_guard lock(state_->mutex);
        Damage damage{at_, at_};
        const auto found = state_->records.find(at_);
        if (at_ < state_->end && found != state_->records.end() && state_->damaged.contains(at_)) {
            damage.resumes += found->second.size();
        }
        at_ = damage.resumes;
        return damage;
    }

    base::Result<void> seek(Offset offset) override {
        const std::lock_guard lock(state_->mutex);
        const bool is_record = offset < state_->end && state_->records.contains(offset);
        if (!is_record && offset != state_->end) return not_kept(offset);
        at_ = offset;
        return {};
    }

    Offset end() const override {
        const std::lock_guard lock(state_->mutex);
        return state_->end;
    }

  private:
    static std::unexpected<base::Error> not_kept(Offset offset) {
        return base::fail(base::ErrorCode::not_found,
                          "no record begins at offset " + std::to_string(offset));
    }

    const std::shared_ptr<const State> state_;
    Offset at_ = 0;
    std::string bytes_;
};

MemoryJournal::MemoryJournal(size_t bytes_max)
    : state_(std::make_shared<State>()), bytes_max_(bytes_max) {
}

MemoryJournal::~MemoryJournal() = default;

base::Result<Offset> MemoryJournal::append(std::string_view record) {
    CHECK(!record.empty() && record.size() <= record_bytes_max);
    const std::lock_guard lock(state_->mutex);
    const size_t used = state_->next - state_->begin;
    if (record.size() > bytes_max_ - std::min(used, bytes_max_)) {
        return base::fail(base::ErrorCode::full, "the journal in memory is full");
    }
    const Offset offset = state_->next;
    state_->records.emplace(offset, record);
    state_->next += record.size();
    return offset;
}

base::Result<Offset> MemoryJournal::commit() {
    const std::lock_guard lock(state_->mutex);
    state_->end = state_->next;
    return state_->end;
}

std::unique_ptr<Reader> MemoryJournal::reader() const {
    return std::make_unique<MemoryReader>(state_);
}

void MemoryJournal::forget_uncommitted() {
    const std::lock_guard lock(state_->mutex);
    state_->records.erase(state_->records.lower_bound(state_->end), state_->records.end());
    state_->next = state_->end;
}

void MemoryJournal::damage(Offset offset) {
    const std::lock_guard lock(state_->mutex);
    CHECK(offset < state_->end && state_->records.contains(offset));
    state_->damaged.insert(offset);
}

void MemoryJournal::remove_before(Offset offset) {
    const std::lock_guard lock(state_->mutex);
    CHECK(offset <= state_->end);
    state_->records.erase(state_->records.begin(), state_->records.lower_bound(offset));
    state_->begin = std::max(state_->begin, offset);
}

}  // namespace playhead::journal
