// SPDX-License-Identifier: Apache-2.0
#include "session/held_event.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace playhead::session {
namespace {

// Copies views into one buffer whose capacity was reserved, so that it never moves.
class TextKeeper {
  public:
    explicit TextKeeper(std::string& buffer) : buffer_(buffer) {}

    std::string_view keep(std::string_view text) {
        const size_t start = buffer_.size();
        buffer_.append(text);
        return std::string_view(buffer_).substr(start);
    }

  private:
    std::string& buffer_;
};

size_t text_bytes(const event::Event& event) {
    size_t bytes = 0;
    for (const auto& value : event.params) bytes += value.text.size();
    for (const auto& value : event.qoe) bytes += value.text.size();
    for (const auto& item : event.custom_metadata) bytes += item.key.size() + item.value.size();
    for (const std::string_view name : event.states_end) bytes += name.size();
    for (const std::string_view name : event.states_start) bytes += name.size();
    return bytes;
}

bool has_details(const event::Event& event) {
    return !event.params.empty() || !event.qoe.empty() || !event.custom_metadata.empty() ||
           !event.states_end.empty() || !event.states_start.empty() || event.drops_metadata;
}

template <typename Values, typename Each>
void archive_values(Values& values, Each& each) {
    each.list(values, [&each](auto& value) {
        each.numbers(value.name, value.integer);
        each.require(value.name < event::Parameter{event::parameter_count});
        each.number(value.number);
        each.text(value.text);
    });
}

// Only what details() promises.
template <typename Event, typename Each>
void archive_event(Event& event, Each& each) {
    archive_values(event.params, each);
    archive_values(event.qoe, each);
    each.list(event.custom_metadata, [&each](auto& item) {
        each.text(item.key);
        each.text(item.value);
    });
    each.list(event.states_end, [&each](auto& name) { each.text(name); });
    each.list(event.states_start, [&each](auto& name) { each.text(name); });
}

}  // namespace

struct HeldEvent::Details {
    explicit Details(const event::Event& from) : event(from) {
        text.reserve(text_bytes(from));
        TextKeeper keeper(text);
        for (auto& value : event.params) value.text = keeper.keep(value.text);
        for (auto& value : event.qoe) value.text = keeper.keep(value.text);
        for (auto& item : event.custom_metadata) {
            item.key = keeper.keep(item.key);
            item.value = keeper.keep(item.value);
        }
        for (auto& name : event.states_end) name = keeper.keep(name);
        for (auto& name : event.states_start) name = keeper.keep(name);
    }

    Details(const Details&) = delete;
    Details& operator=(const Details&) = delete;

    event::Event event;
    std::string text;
};

HeldEvent::HeldEvent(const Arrival& arrival, const event::Event& event)
    : offset(arrival.offset),
      received_at(arrival.received_at),
      uptime_ms(arrival.uptime_ms),
      ts(event.ts),
      playhead_ms(event.playhead_ms),
      fingerprint(event.fingerprint),
      type(event.type) {
    if (has_details(event)) details_ = std::make_shared<const Details>(event);
}

const event::Event& HeldEvent::details() const {
    static const event::Event nothing;
    return details_ == nullptr ? nothing : details_->event;
}

size_t HeldEvent::heap_bytes() const {
    if (details_ == nullptr) return 0;
    const event::Event& event = details_->event;
    return sizeof(Details) + details_->text.capacity() +
           (event.params.capacity() + event.qoe.capacity()) * sizeof(event::ParameterValue) +
           event.custom_metadata.capacity() * sizeof(event::Metadata);
}

void HeldEvent::archive_details(const HeldEvent& self, PackWriter& writer) {
    archive_event(self.details_->event, writer);
}

void HeldEvent::archive_details(HeldEvent& self, UnpackReader& reader) {
    event::Event views;
    archive_event(views, reader);
    if (reader.sound()) self.details_ = std::make_shared<const Details>(views);
}

}  // namespace playhead::session
