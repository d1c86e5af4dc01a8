// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "session/archive.h"
#include "session/byte_block.h"
#include "session/number_index.h"
#include "session/row_log.h"
#include "session/slab.h"

namespace playhead::session {

// The texts of all open sessions, each once: viewers of one programme on one kind of player send
// the same twenty texts. A text lives as long as a log refers to it, so the pool is bounded by what
// the sessions may keep (Machine::text_limit). One thread.
class TextPool {
  public:
    TextPool() = default;
    TextPool(const TextPool&) = delete;
    TextPool& operator=(const TextPool&) = delete;

    // Writes the records of a log to the end of `to`, with numbers of this pool in the place of
    // longer texts.
    void intern(std::string_view log, ByteBlock& to);

    // The other way round: the log as it was.
    void expand(std::string_view interned, RowLog& to) const;

    // These bytes are forgotten: texts that nobody else refers to go.
    void release(std::string_view interned);

    // For who refers to one text by its number: hold() finds or adds it, and each hold() and
    // retain() is given back by one release(). When the pool is packed and read again, only logs
    // keep their texts.
    uint32_t hold(std::string_view text);

    void retain(uint32_t number) { ++texts_[number].references; }

    void release(uint32_t number);

    // Valid while it is held.
    std::string_view text(uint32_t number) const { return texts_[number].bytes.view(); }

    // A text of an interned log: its number in the pool, or itself.
    struct Interned {
        uint8_t kind = 0;
        bool is_number = false;
        uint32_t number = 0;
        std::string_view text;
    };

    // Replaces `to` by the texts of the first record of an interned log; view() gives each.
    static void first_record(std::string_view interned, std::vector<Interned>& to);

    std::string_view view(const Interned& text) const {
        return text.is_number ? texts_[text.number].bytes.view() : text.text;
    }

    // Writes the texts from this number on, as many as make about `bytes`, and says which number is
    // the next; nothing more to write when that is numbers().
    uint32_t pack(PackWriter& writer, uint32_t from, size_t bytes) const;

    // Larger than every number in the logs.
    uint32_t numbers() const { return texts_.numbers(); }

    // Takes over what was packed, piece by piece, into a new pool. False when these bytes are no
    // texts.
    bool unpack(UnpackReader& reader);

    // A log of a session that was read. False when these bytes are no log of this pool.
    bool retain(std::string_view interned);

    // All was read: forgets the texts to which nobody refers.
    void finish_unpacking();

    // What the texts, or the numbers in their place, take of an interned log.
    static size_t text_bytes(std::string_view interned);

    size_t texts() const { return texts_.size(); }

    size_t heap_bytes() const;

  private:
    struct Text {
        ByteBlock bytes;
        uint32_t references = 0;
    };

    Slab<Text> texts_;
    NumberIndex index_;
    size_t text_bytes_ = 0;
    PackWriter writer_;
};

}  // namespace playhead::session
