// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/parameter.h"
#include "session/row.h"

namespace playhead::session {

// What the row of a session needs and its fold does not: the texts of its start, its ads, chapters
// and errors, when content and ads ran, and where its records stand. Only added to while the
// session is open, and read when the row is made. So the fold of an event need not touch it,
// however long it becomes; its limits are those of the classes that write it.
class RowLog {
  public:
    enum class Part : uint8_t {
        start,
        ad,
        ad_end,
        chapter,
        chapter_end,
        chapter_credit,
        error,
        offsets,
        content_spans,
        ad_spans,
    };

    static constexpr Part last_part = Part::ad_spans;

    // Kinds of text: a Parameter, or one of these.
    static constexpr uint8_t id = 0xfa;
    static constexpr uint8_t name = 0xfb;
    static constexpr uint8_t metadata_key = 0xfe;
    static constexpr uint8_t metadata_value = 0xff;
    static_assert(event::parameter_count <= id);

    struct Text {
        uint8_t kind = 0;
        std::string_view text;
    };

    // Views into the log that is read.
    struct Record {
        Part part{};
        std::string_view head;    // numbers, as the class that wrote it packs them
        std::vector<Text> texts;  // in the order in which they were added
    };

    void add(const Record& record);

    void append(std::string_view records) { bytes_ += records; }

    std::string_view bytes() const { return bytes_; }

    bool empty() const { return bytes_.empty(); }

    void clear() { bytes_.clear(); }

    size_t heap_bytes() const { return bytes_.capacity(); }

  private:
    std::string bytes_;
};

// Reads the records of a log one after the other. Any bytes may be given: at what is no record it
// stops.
class RowLogReader {
  public:
    explicit RowLogReader(std::string_view bytes) : rest_(bytes) {}

    // False at the end. What `record` held before is replaced; its memory is used again.
    bool next(RowLog::Record& record);

    // The bytes of what next() gave last.
    std::string_view bytes() const { return bytes_; }

    // All was read, and all were records.
    bool complete() const { return rest_.empty(); }

  private:
    std::string_view rest_;
    std::string_view bytes_;
};

// The texts of dimensions, in the order of event::Parameter as in the store, and of metadata among
// these, and the other way round.
std::vector<Dimension> dimensions_of(const std::vector<RowLog::Text>& texts);
CustomMetadata metadata_of(const std::vector<RowLog::Text>& texts);
void add_texts(const CustomMetadata& metadata, std::vector<RowLog::Text>& to);

}  // namespace playhead::session
