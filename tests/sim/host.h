// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/commit_loop.h"
#include "app/fold_loop.h"
#include "app/snapshot_loop.h"
#include "app/store_loop.h"
#include "base/clock.h"
#include "base/counters.h"
#include "base/error.h"
#include "base/memory_disk.h"
#include "base/signal.h"
#include "base/splitmix.h"
#include "event/session_id.h"
#include "http/message.h"
#include "ingest/endpoint.h"
#include "journal/file_journal.h"
#include "session/admission.h"
#include "store/store.h"

namespace playhead::sim {

// One life of the server process, from start to death: the real endpoint, journal, admission and
// loops, wired as in app/server.cc, without threads and sockets. Whoever destroys it kills the
// process: nothing is finished, and requests under way stay unanswered.
class Host {
  public:
    struct World {
        base::MemoryDisk& disk;
        store::Writer& store;
        const base::Clock& clock;
        base::Splitmix& random;
        std::shared_ptr<http::Answerer> wire;
        // What stands before this offset in the journal goes now.
        std::function<void(uint64_t)> before_removal;
    };

    // Error: what the process would say before it ends.
    static base::Result<std::unique_ptr<Host>> start(const World& world);

    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    // One request comes in. It is handed over with the next end_turn().
    void request(uint64_t number, const std::string& target, const std::string& body);

    void end_turn() { endpoint_->turn_ended(); }

    // One round of each loop. An error of commit() is the end of the process.
    base::Result<bool> commit();
    base::Result<bool> fold();
    void store();

    // Nothing waits anywhere, but for time to pass.
    bool idle() const;

    const app::FoldLoop& understanding() const { return *fold_loop_; }

    uint64_t journal_end() const { return fold_reader_->end(); }

    std::unique_ptr<journal::Reader> reader() const { return journal_->reader(); }

    size_t bytes_waiting() const { return turns_.size(); }

    // What the fold said of all accepted events, since this start or before it.
    uint64_t events_with(session::VerdictCode code);

  private:
    explicit Host(const World& world);

    base::Result<void> open();
    void remove_old_records();
    app::Refusals refused() const;

    World world_;
    const event::SessionIdKey key_;
    base::Counters counters_;
    ingest::EndpointCounters endpoint_counters_;
    std::unique_ptr<journal::FileJournal> journal_;
    session::Admission admission_;
    app::CommitLoop::Queue turns_;
    base::Signal signal_;
    app::StoreLoop::Queue to_store_;
    std::unique_ptr<journal::Reader> fold_reader_;
    std::optional<app::CommitLoop> commit_loop_;
    std::optional<app::SnapshotLoop> snapshot_loop_;
    std::optional<app::FoldLoop> fold_loop_;
    std::optional<app::StoreLoop> store_loop_;
    std::optional<ingest::Endpoint> endpoint_;
    uint64_t stored_offset_ = 0;
};

}  // namespace playhead::sim
