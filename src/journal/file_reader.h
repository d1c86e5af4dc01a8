// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/disk.h"
#include "journal/catalog.h"
#include "journal/journal.h"
#include "journal/segment.h"
#include "journal/window.h"

namespace playhead::journal {

// Reads segments up to the end that a catalog names. Begins at the first record that is kept. The
// catalog may be shared with a writer and with other readers; the disk must live longer.
class FileReader final : public Reader {
  public:
    FileReader(base::Disk& disk, std::string folder, std::shared_ptr<const Catalog> catalog);

    // Error `not_found` when the place was removed by retention. After an error the place is the
    // same.
    base::Result<std::optional<Record>> next() override;

    // Goes on within the segment, or with the next one when its header or its file is lost.
    base::Result<Damage> skip_damage() override;

    // Error `damaged` when the segment's header cannot be read.
    base::Result<void> seek(Offset offset) override;

    Offset end() const override { return catalog_->end(); }

  private:
    base::Result<void> enter(Offset offset);
    base::Result<void> open_segment(Offset first);
    base::Result<FrameHead> head_at(Offset offset);
    std::unexpected<base::Error> damaged_at(Offset offset) const;

    uint64_t position(Offset offset) const { return header_bytes + (offset - header_.first); }

    Offset limit() const;

    base::Disk& disk_;
    const std::string folder_;
    const std::shared_ptr<const Catalog> catalog_;
    Offset at_;

    // The segment that is open. Its end is looked up again whenever the end of the journal moved.
    std::unique_ptr<base::File> file_;
    SegmentHeader header_;
    Offset segment_end_ = 0;
    Offset end_ = 0;  // of the journal, as last seen
    Window window_;
};

}  // namespace playhead::journal
