// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/memory_disk.h"
#include "base/splitmix.h"
#include "event/record.h"
#include "host.h"
#include "player.h"
#include "store/memory_store.h"
#include "wire.h"

namespace playhead::sim {

// What one simulated world came to.
struct Outcome {
    std::vector<std::string> violations;  // empty: every promise was kept
    uint64_t digest = 0;                  // of everything that happened: equal for equal seeds
    uint64_t acknowledged = 0;            // 2xx
    uint64_t refused = 0;                 // 4xx
    uint64_t overloaded = 0;              // 5xx
    uint64_t unanswered = 0;              // the process died first
    uint64_t deaths = 0;
    uint64_t rows = 0;
    uint64_t removed = 0;  // records, by retention
    std::string sessions;  // JSON for the oracle, when it was asked for
};

// A record of the journal.
struct Kept {
    uint64_t offset = 0;
    event::Record record;  // without its body
    std::string body;
};

// One world from one seed: players, a network, a server and its disk, all in one thread. Faults
// come for a while (the process is killed, the power fails, a sync fails, the disk is full, the
// commit or the fold or the store stands still, clocks are set), while snapshots are taken and old
// journal files go. Then they stop; everything must drain, and then these are checked:
//
//   every 2xx is in the journal, or was until retention took it, as often as it was acknowledged,
//   and nothing is there that was neither acknowledged nor left without an answer;
//   a session that was opened is never a stranger (404) within the time of its tombstone;
//   what was accepted is never told away by the fold as unknown or after the close;
//   the store has one row for each session of the journal, equal to a fold of its records alone;
//   the ledger adds up to nothing unaccounted;
//   no living process forgot a request; queues and tables are empty in the end.
class World {
  public:
    World(uint64_t seed, bool tells_sessions);

    Outcome run();

  private:
    struct Viewer {
        Player player;
        std::string sid;               // of its session, when it is known
        std::vector<Message> waiting;  // for the sid
        bool is_batch = false;
    };

    struct Delivery {
        size_t viewer;
        Message message;
    };

    struct Flight {
        size_t viewer;
        Message message;
    };

    void add_viewers();
    void live();
    void let_speak();
    void deliver_due();
    void deliver(const Delivery& delivery);
    void look_at_answers();
    void take_answer(const Flight& flight, const http::Response& answer);
    void work();
    void disturb();
    void disturb_disk();
    void heal();
    void kill();
    void crash_disk();
    void ensure_running();
    void drain();
    int64_t next_moment() const;
    void check();
    void keep_before(uint64_t offset);
    std::vector<Kept> everything();
    void check_journal();
    void check_rows();
    void check_ledger();

    void violate(std::string what) { outcome_.violations.push_back(std::move(what)); }

    void note(uint64_t what);

    base::Splitmix random_;
    const bool tells_sessions_;
    Outcome outcome_;
    base::ManualClock clock_;
    base::MemoryDisk disk_;
    store::MemoryStore store_;
    std::shared_ptr<Wire> wire_;
    std::unique_ptr<Host> host_;
    std::vector<Viewer> viewers_;
    std::multimap<int64_t, Delivery> network_;  // by the time of arrival
    std::map<uint64_t, Flight> flights_;        // by the number of the request
    uint64_t requests_ = 0;
    std::map<uint64_t, std::string> removed_;  // records that retention took, by their offset
    int64_t faults_end_ = 0;
    bool power_fails_ = false;  // or will soon, until the disk has crashed
    bool sync_fails_ = false;   // the next one will, or did, until the disk has crashed
    int64_t full_until_ = 0;
    int64_t stands_until_ = 0;  // commit, fold and store do nothing

    struct Sent {
        uint64_t acknowledged = 0;
        uint64_t open = 0;  // without an answer, or with one that promises nothing
    };

    std::map<std::string, Sent> sent_;  // by session (if it has one then) and body
};

}  // namespace playhead::sim
