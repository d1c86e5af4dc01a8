// SPDX-License-Identifier: Apache-2.0
#include "session/row_digest.h"

#include <bit>
#include <string_view>

namespace playhead::session {
namespace {

// Mixes whole values one after the other.
class Mixer {
  public:
    void add(uint64_t value) { digest_ = mixed(digest_, value); }

    void add(int64_t value) { add(static_cast<uint64_t>(value)); }

    void add(bool value) { add(static_cast<uint64_t>(value)); }

    void add(double value) { add(std::bit_cast<uint64_t>(value)); }

    void add(std::string_view text) {
        add(static_cast<uint64_t>(text.size()));
        for (const char c : text) add(static_cast<uint64_t>(static_cast<unsigned char>(c)));
    }

    template <typename T>
    void add(const std::optional<T>& value) {
        add(value.has_value());
        if (value) add(*value);
    }

    void add(const std::optional<std::string>& value) {
        add(value.has_value());
        if (value) add(std::string_view(*value));
    }

    void add(const std::vector<std::string>& list) {
        add(static_cast<uint64_t>(list.size()));
        for (const std::string& text : list) add(std::string_view(text));
    }

    void add(const std::vector<Dimension>& list) {
        add(static_cast<uint64_t>(list.size()));
        for (const Dimension& dimension : list) {
            add(static_cast<uint64_t>(dimension.name));
            add(std::string_view(dimension.value));
        }
    }

    void add(const CustomMetadata& list) {
        add(static_cast<uint64_t>(list.size()));
        for (const auto& [key, value] : list) {
            add(std::string_view(key));
            add(std::string_view(value));
        }
    }

    uint64_t digest() const { return digest_; }

  private:
    uint64_t digest_ = 0xcbf29ce484222325ULL;
};

void add_head(Mixer& to, const SessionRow& row) {
    for (const uint8_t byte : row.id.bytes) to.add(static_cast<uint64_t>(byte));
    to.add(row.rule_set);
    to.add(static_cast<uint64_t>(row.close_reason));
    for (const int64_t value : {row.start_ts, row.last_event_ts, row.close_ts,
                                row.first_received_at, row.last_received_at}) {
        to.add(value);
    }
    to.add(row.dimensions);
    to.add(row.custom_metadata);
    to.add(row.length);
    for (const bool flag :
         {row.reported, row.is_played, row.is_completed, row.has_resume, row.is_downloaded,
          row.is_federated, row.is_authorized, row.has_progress_10, row.has_progress_25,
          row.has_progress_50, row.has_progress_75, row.has_progress_95}) {
        to.add(flag);
    }
    to.add(row.segment);
}

void add_numbers(Mixer& to, const SessionRow& row) {
    for (const int64_t value : {row.time_played_ms,
                                row.total_time_played_ms,
                                row.unique_time_played_ms,
                                row.pause_count,
                                row.pause_ms,
                                row.ad_count,
                                row.ad_completes,
                                row.ad_ms,
                                row.chapter_count,
                                row.chapter_completes,
                                row.seconds_since_last_call_ms,
                                row.bitrate_change_count,
                                row.buffer_count,
                                row.buffer_ms,
                                row.stall_count,
                                row.stall_ms,
                                row.dropped_frames,
                                row.error_count,
                                row.time_to_start_ms,
                                row.events_after_close,
                                row.duplicates_dropped}) {
        to.add(value);
    }
    to.add(row.bitrate_average);
    to.add(row.frames_per_second);
    to.add(row.player_sdk_errors);
    to.add(row.external_errors);
}

void add_ad(Mixer& to, const AdRow& ad) {
    to.add(std::string_view(ad.id));
    to.add(std::string_view(ad.pod_id));
    to.add(ad.pod_name);
    to.add(ad.pod_offset);
    to.add(ad.pod_position);
    to.add(ad.length);
    to.add(ad.started_ts);
    to.add(ad.closed_ts);
    to.add(ad.time_played_ms);
    to.add(ad.is_completed);
    to.add(ad.dimensions);
    to.add(ad.custom_metadata);
}

void add_chapter(Mixer& to, const ChapterRow& chapter) {
    to.add(std::string_view(chapter.id));
    to.add(chapter.index);
    to.add(chapter.name);
    to.add(chapter.offset);
    to.add(chapter.length);
    to.add(chapter.started_ts);
    to.add(chapter.closed_ts);
    to.add(chapter.time_played_ms);
    to.add(chapter.is_completed);
    to.add(chapter.custom_metadata);
}

void add_spans(Mixer& to, const std::vector<Span>& spans) {
    to.add(static_cast<uint64_t>(spans.size()));
    for (const Span& span : spans) {
        to.add(span.from_ts);
        to.add(span.to_ts);
    }
}

}  // namespace

uint64_t mixed(uint64_t digest, uint64_t value) {
    digest = (digest ^ value) * 0x9e3779b97f4a7c15ULL;
    return digest ^ (digest >> 32);
}

uint64_t digest_of(const SessionRow& row) {
    Mixer mixer;
    add_head(mixer, row);
    add_numbers(mixer, row);
    mixer.add(static_cast<uint64_t>(row.ads.size()));
    for (const AdRow& ad : row.ads) add_ad(mixer, ad);
    mixer.add(static_cast<uint64_t>(row.chapters.size()));
    for (const ChapterRow& chapter : row.chapters) add_chapter(mixer, chapter);
    mixer.add(static_cast<uint64_t>(row.states.size()));
    for (const StateRow& state : row.states) {
        mixer.add(std::string_view(state.name));
        mixer.add(state.count);
        mixer.add(state.time_ms);
    }
    add_spans(mixer, row.content_spans);
    add_spans(mixer, row.ad_spans);
    for (const EventCount& events : row.events) {
        mixer.add(static_cast<uint64_t>(events.type));
        mixer.add(static_cast<uint64_t>(events.verdict));
        mixer.add(events.count);
        mixer.add(events.first_offset);
    }
    for (const uint64_t offset : row.offsets) mixer.add(offset);
    return mixer.digest();
}

}  // namespace playhead::session
