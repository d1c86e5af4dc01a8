// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace playhead::journal {

// A place in the journal: where a record begins. Offsets only grow and never change meaning; the
// first is 0. The offset behind the last durable record is the end.
using Offset = uint64_t;

// Committed bytes that are no longer what was written.
struct Damage {
    Offset offset = 0;   // where the record begins that cannot be read
    Offset resumes = 0;  // where reading can go on behind it: a record, or the next segment
};

// Seam: a durable ordered log of opaque records, written by one thread.
//
// append() gathers; nothing of it is promised until commit() returned without error. A failed
// commit is final: what is on disk is unknown, and the process must end (design rule 2).
class Writer {
  public:
    virtual ~Writer() = default;

    // Takes a copy of `record` (1 byte to max_record_bytes()) and says where it will stand. Error
    // `full` when there is no room; then nothing was taken and what was appended before can still
    // be committed.
    virtual base::Result<Offset> append(std::string_view record) = 0;

    // Makes everything appended so far durable with one sync, then shows it to readers. Gives the
    // new end. With nothing appended it does nothing.
    virtual base::Result<Offset> commit() = 0;

    // Everything appended so far will stand in a part of the journal to which nothing more is
    // added, so that it may be rewritten; where the journal has no parts nothing happens. Error as
    // of append().
    virtual base::Result<void> seal() = 0;

    virtual size_t max_record_bytes() const = 0;
};

// Seam: reads the journal in order from any record. One Reader is used by one thread at a time;
// several readers may run beside the writer. Gives exactly the committed records, never a damaged
// one.
class Reader {
  public:
    virtual ~Reader() = default;

    struct Record {
        Offset offset = 0;
        std::string_view bytes;  // valid until the next call
        Offset next = 0;         // where to go on
    };

    // The record at the current place, which then moves on; nothing when the end is reached (try
    // again after the next commit). Error `damaged` when stored bytes are not what was written;
    // the place stays until skip_damage().
    virtual base::Result<std::optional<Record>> next() = 0;

    // Goes on behind the damage that next() told of, and says what was left out: at most up to the
    // next record that can be found, which may be damaged itself. Goes nowhere (both offsets are
    // the current place) where there is none.
    virtual base::Result<Damage> skip_damage() = 0;

    // Goes to the record that begins at `offset`, or to the end. Error `not_found` when nothing
    // begins there or it is no longer kept.
    virtual base::Result<void> seek(Offset offset) = 0;

    // The end: everything before it is committed. Safe from any thread.
    virtual Offset end() const = 0;
};

}  // namespace playhead::journal
