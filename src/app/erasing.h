// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/commit_loop.h"
#include "app/damage_report.h"
#include "app/erasure_record.h"
#include "app/fold_loop.h"
#include "app/late_store.h"
#include "app/quarantine.h"
#include "app/snapshot_loop.h"
#include "app/store_loop.h"
#include "base/bounded_queue.h"
#include "base/disk.h"
#include "base/error.h"
#include "base/signal.h"
#include "journal/file_journal.h"
#include "web/erasure_door.h"

namespace playhead::app {

// Erases persons (docs/adr/0017): looks for the sessions of a viewer, puts the record that ends
// them into the journal, and then rewrites what still holds their bytes, in the background and
// piece by piece. What a restart has interrupted goes on with the next start, for the store tells
// which erasures are not finished. One thread of its own; the rewriting of the store is done by the
// store's.
class Erasing {
  public:
    struct Parts {
        base::Disk& disk;
        std::string data;  // the folder
        journal::FileJournal& journal;
        DamageReport& damage;
        CommitLoop& commits;
        FoldLoop& fold;
        LateStore& store;
        StoreLoop& store_loop;
        SnapshotLoop& snapshots;
        Quarantine* quarantine;  // null when there is none
    };

    using Done = web::ErasureDoor::Done<web::ErasureReceipt>;

    // Requests that may wait.
    static constexpr size_t waiting = 16;

    explicit Erasing(const Parts& parts);

    ~Erasing();

    Erasing(const Erasing&) = delete;
    Erasing& operator=(const Erasing&) = delete;

    // Requests that still wait are dropped, and nothing goes on. The loops must still run. Once.
    void stop();

    // Any thread.
    void erase(std::string viewer, Done done);

    // All receipts, newest first. Asks the store. Any thread.
    base::Result<std::vector<web::ErasureReceipt>> receipts();

    // The store has everything up to this offset. Any thread.
    void stored(uint64_t offset);

  private:
    struct Request {
        std::string viewer;
        Done done;
    };

    // What is being rewritten: all erasures that were not finished when it was begun.
    struct Pass {
        std::vector<store::Erasure> erasures;
        SessionMarks marks;
        uint64_t from = UINT64_MAX;  // nothing of them stands before it
        uint64_t upto = 0;           // nor from here on, which is behind the record of the last one
        uint64_t next = 0;           // segments before it are done
        bool quarantine_done = false;
    };

    enum class Copying : uint8_t { not_begun, under_way, done };

    void run();
    base::Result<web::ErasureReceipt> answer(const std::string& viewer);
    base::Result<std::vector<store::ViewerSession>> sessions_of(const std::string& viewer);
    base::Result<uint64_t> put(const ErasureRecord& record, const SessionMarks& marks);
    bool wait_until_stored(uint64_t offset);
    base::Result<web::ErasureReceipt> receipt_of(const std::string& id);

    void go_on();
    base::Result<void> go_on_with_pass();
    base::Result<void> begin_pass(std::vector<store::Erasure> unfinished);
    base::Result<bool> rewrite_segments();
    base::Result<void> rewrite_segment(const journal::SegmentSummary& segment);
    base::Result<void> erase_from_quarantine();
    base::Result<void> remove_kept_stores();
    bool copy_store();
    std::vector<std::string> pending() const;

    template <class T, class Ask>
    std::optional<T> await(const Ask& ask);

    Parts parts_;
    base::BoundedQueue<Request> requests_{waiting};
    std::vector<Request> taken_;
    std::atomic<bool> stopping_{false};
    base::Signal changed_;  // something that is waited for may have come
    std::atomic<uint64_t> stored_{0};
    std::optional<Pass> pass_;
    std::atomic<Copying> copying_{Copying::not_begun};
    bool is_failing_ = false;
    std::atomic<bool> owes_journal_{true};
    std::atomic<bool> owes_snapshots_{true};
    std::thread thread_;
};

}  // namespace playhead::app
