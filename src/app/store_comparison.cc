// SPDX-License-Identifier: Apache-2.0
#include "app/store_comparison.h"

#include <optional>
#include <type_traits>

namespace playhead::app {
namespace {

using session::MetricValue;
using session::SessionRow;
using Total = StoreComparison::Total;

constexpr size_t page_size = 256;

// All sessions of a store, newest first, page by page.
class Walk {
  public:
    explicit Walk(store::Reader& store) : store_(store) {}

    // The next one without taking it; null at the end.
    base::Result<const SessionRow*> peek() {
        if (at_ < page_.size()) return &page_[at_];
        if (ended_) return nullptr;
        std::optional<event::SessionId> before;
        if (!page_.empty()) before = page_.back().id;
        auto page = store_.sessions_with_details(before, page_size);
        if (!page) return std::unexpected(page.error());
        page_ = *std::move(page);
        at_ = 0;
        ended_ = page_.empty();
        return ended_ ? nullptr : &page_.front();
    }

    void take() { ++at_; }

  private:
    store::Reader& store_;
    std::vector<SessionRow> page_;
    size_t at_ = 0;
    bool ended_ = false;
};

// Sums of what hostile players send stay at the largest value.
int64_t sum_of(int64_t a, int64_t b) {
    int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return a < 0 ? INT64_MIN : INT64_MAX;
    return sum;
}

template <class T>
void add(Total& total, T value) {
    if (const T* so_far = std::get_if<T>(&total)) {
        if constexpr (std::is_same_v<T, int64_t>) {
            value = sum_of(*so_far, value);
        } else {
            value += *so_far;
        }
    }
    total = value;
}

void add_to(Total& total, session::MetricKind kind, const MetricValue& value) {
    if (kind == session::MetricKind::timestamp) return;
    if (const auto* flag = std::get_if<bool>(&value)) add<int64_t>(total, *flag ? 1 : 0);
    if (const auto* count = std::get_if<int64_t>(&value)) add(total, *count);
    if (const auto* real = std::get_if<double>(&value)) add(total, *real);
    if (const auto* time = std::get_if<session::Duration>(&value)) add(total, time->seconds());
}

void compare_rows(StoreComparison& found, const SessionRow& before, const SessionRow& after) {
    ++found.compared;
    for (const session::MetricText& text : session::metric_texts()) {
        StoreComparison::MetricDifference& metric = found.metrics[static_cast<size_t>(text.metric)];
        const MetricValue old_value = text.value(before);
        const MetricValue new_value = text.value(after);
        add_to(metric.before, text.kind, old_value);
        add_to(metric.after, text.kind, new_value);
        if (old_value == new_value) continue;
        ++metric.sessions;
        if (metric.examples.size() < StoreComparison::examples_kept) {
            metric.examples.push_back(before.id);
        }
    }
}

}  // namespace

base::Result<StoreComparison> compare_stores(
    store::Reader& before, store::Reader& after,
    const std::function<base::Result<void>(const SessionRow&)>& only_before) {
    StoreComparison found;
    Walk old_walk(before);
    Walk new_walk(after);
    while (true) {
        const auto old_row = old_walk.peek();
        if (!old_row) return std::unexpected(old_row.error());
        const auto new_row = new_walk.peek();
        if (!new_row) return std::unexpected(new_row.error());
        if (*old_row == nullptr && *new_row == nullptr) return found;
        const bool has_old =
            *old_row != nullptr && (*new_row == nullptr || (*old_row)->id >= (*new_row)->id);
        const bool has_new =
            *new_row != nullptr && (*old_row == nullptr || (*new_row)->id >= (*old_row)->id);
        if (has_old && has_new) {
            compare_rows(found, **old_row, **new_row);
        } else if (has_old) {
            ++found.only_before;
            const auto told = only_before(**old_row);
            if (!told) return std::unexpected(told.error());
        } else {
            ++found.only_after;
        }
        if (has_old) old_walk.take();
        if (has_new) new_walk.take();
    }
}

}  // namespace playhead::app
