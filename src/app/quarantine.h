// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/counters.h"
#include "base/disk.h"
#include "base/error.h"
#include "base/signal.h"
#include "event/session_id.h"
#include "ingest/rejection.h"
#include "journal/file_journal.h"
#include "web/quarantine_json.h"

namespace playhead::app {

// An event that was refused for its session.
struct RefusedEvent {
    ingest::Rejection reason{};
    int64_t received_at = 0;  // wall clock, ms
    event::SessionId session;
    std::string body;
};

// Events of sessions that are unknown or closed, kept for a look at what players do wrong: a small
// journal of its own, written by a thread of its own about once a second. Nothing was promised, so
// what a crash takes is no loss; how many there were is in the ledger, for ever.
//
// Bounds: `waiting_bytes` in memory, beyond which an event is dropped and counted, so that a flood
// of refused events takes neither memory nor the disk from those that are accepted; `bytes` and a
// segment on disk, beyond which the oldest go.
class Quarantine {
  public:
    static constexpr size_t waiting_bytes = size_t{1} << 20;
    static constexpr uint64_t segment_bytes = uint64_t{1} << 20;
    // A page ends behind the item that reaches so many bytes of bodies.
    static constexpr size_t page_bytes = size_t{1} << 20;

    struct Options {
        std::string folder;
        uint64_t bytes = uint64_t{16} << 20;
        int64_t now = 0;  // wall clock, ms
    };

    // The disk and the counters must live longer. Error: the folder cannot be used.
    static base::Result<std::unique_ptr<Quarantine>> open(base::Disk& disk, const Options& options,
                                                          base::Counters& counters);

    Quarantine(const Quarantine&) = delete;
    Quarantine& operator=(const Quarantine&) = delete;

    // Writes what waits.
    ~Quarantine();

    // Never waits for the disk. Any thread.
    void put(RefusedEvent event);

    using IsErased = std::function<bool(const event::SessionId& session, std::string_view body)>;

    // Leaves nothing of the events of which `is_erased` says so, also of those that wait. Says how
    // many. Reads and writes all that is kept. Any thread.
    base::Result<uint64_t> erase(const IsErased& is_erased);

    // Up to `limit` events from this offset on; from the oldest when nothing is kept there. Any
    // thread.
    base::Result<web::QuarantinePage> list(uint64_t from, size_t limit) const;

  private:
    struct Bytes {
        size_t operator()(const RefusedEvent& event) const {
            return sizeof event + event.body.capacity();
        }
    };

    Quarantine(base::Disk& disk, std::string folder, std::unique_ptr<journal::FileJournal> journal,
               uint64_t bytes, base::Counters& counters);

    void run();
    bool write(const std::vector<RefusedEvent>& events);

    base::Disk& disk_;
    const std::string folder_;
    std::mutex writing_;  // the journal's writing side
    const std::unique_ptr<journal::FileJournal> journal_;
    const uint64_t bytes_;
    base::BoundedQueue<RefusedEvent, Bytes> waiting_{waiting_bytes};
    base::Signal stopping_;
    std::atomic<bool> stops_{false};
    base::Counter& kept_;
    base::Counter& dropped_;
    std::thread thread_;
};

}  // namespace playhead::app
