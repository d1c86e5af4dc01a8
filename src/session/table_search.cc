// SPDX-License-Identifier: Apache-2.0
// Finding open sessions: table.h.
#include <algorithm>

#include "base/check.h"
#include "session/table.h"

namespace playhead::session {
namespace {

using Texts = std::vector<TextPool::Interned>;

// What of a filter the texts of a start can tell.
class StartFilter {
  public:
    StartFilter(const SessionFilter& filter, const TextPool& pool) : filter_(filter), pool_(pool) {}

    bool asks_anything() const {
        return !filter_.viewer.empty() || !filter_.dimensions.empty() ||
               !filter_.custom_metadata.empty();
    }

    // False: it is not what is looked for. True says nothing.
    bool may_pass(const event::SessionId& id, const Texts& texts) const {
        const auto was_sent = [&](const Dimension& wanted) {
            return has(texts, wanted.name, wanted.value);
        };
        if (!std::ranges::all_of(filter_.dimensions, was_sent)) return false;
        const auto may_have = [&](const auto& wanted) {
            return std::ranges::any_of(texts, [&](const TextPool::Interned& text) {
                return text.kind == RowLog::metadata_value && pool_.view(text) == wanted.second;
            });
        };
        if (!std::ranges::all_of(filter_.custom_metadata, may_have)) return false;
        if (filter_.viewer.empty()) return true;
        const auto is_viewer = [&](event::Parameter name) {
            return has(texts, name, filter_.viewer);
        };
        return std::ranges::any_of(viewer_parameters, is_viewer) || id.text() == filter_.viewer;
    }

  private:
    bool has(const Texts& texts, event::Parameter name, std::string_view value) const {
        return std::ranges::any_of(texts, [&](const TextPool::Interned& text) {
            return text.kind == static_cast<uint8_t>(name) && pool_.view(text) == value;
        });
    }

    const SessionFilter& filter_;
    const TextPool& pool_;
};

}  // namespace

void Table::go_on(Search& search, size_t work) const {
    CHECK(!search.has_ended);
    const StartFilter start(search.filter, pool_);
    Texts texts;
    search.has_ended = search.limit == 0 || search.filter.open == false;
    search.is_complete = search.filter.open == false;
    if (search.has_ended) return;
    const auto before = search.before;
    bool stopped = false;
    by_id_.for_each_down(before ? &*before : nullptr, [&](uint32_t number) {
        const Entry& entry = entries_[number];
        search.before = entry.id;
        bool may_pass = true;
        if (start.asks_anything()) {
            pool_.first_record(entry.log.view(), texts);
            may_pass = start.may_pass(entry.id, texts);
        }
        if (may_pass) {
            SessionRow row = copy_of(entry).row();
            if (passes(search.filter, row)) {
                search.found.push_back(without_details(std::move(row)));
            }
        }
        const size_t cost = std::min(may_pass ? Search::row_work : 1, search.work_left);
        search.work_left -= cost;
        work -= std::min(work, cost);
        search.has_ended = search.found.size() == search.limit || search.work_left == 0;
        stopped = search.has_ended || work == 0;
        return !stopped;
    });
    if (stopped) return;
    search.has_ended = true;
    search.is_complete = true;
}

}  // namespace playhead::session
