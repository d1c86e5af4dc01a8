// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>

#include "event/session_id.h"
#include "journal/rewrite.h"

// Bodies of the journal records of the kind `erasure` (docs/format/record.md).
namespace playhead::app {

// Of an erasure and its receipt; random.
using ErasureId = std::array<uint8_t, 16>;

// Stands for a session where its id must not: the first half of the SHA-256 of the id as text.
using SessionMark = std::array<uint8_t, 16>;

SessionMark mark_of(const event::SessionId& id);

struct HashOfMark {
    // A mark is a hash already.
    size_t operator()(const SessionMark& mark) const;
};

using SessionMarks = std::unordered_set<SessionMark, HashOfMark>;

// From here on these sessions do not exist.
struct ErasureBegun {
    ErasureId id{};
    uint64_t first = 0;  // journal offset before which nothing of them stands
    uint64_t sessions = 0;
    uint64_t records = 0;  // of the journal
    uint64_t rows = 0;     // of the store
    SessionMarks marks;
};

// A segment of the journal is about to be another.
struct ErasureReplaces {
    ErasureId id{};
    journal::Replaced segment;
};

// Nothing of the sessions is left in the data folder.
struct ErasureFinished {
    ErasureId id{};
};

using ErasureRecord = std::variant<ErasureBegun, ErasureReplaces, ErasureFinished>;

std::string encode_erasure(const ErasureRecord& record);

// Nothing when these are not the bytes of one.
std::optional<ErasureRecord> decode_erasure(std::string_view body);

}  // namespace playhead::app
