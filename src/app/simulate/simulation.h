// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "app/simulate/collector.h"
#include "app/simulate/tally.h"
#include "app/simulate/view.h"
#include "base/clock.h"
#include "base/splitmix.h"

namespace playhead::app {

// How many of all viewers watch at this time (ms since the epoch), in thousandths: few in the
// morning, most in the evening (UTC).
int64_t share_watching(int64_t at);

// Many viewers at once, each watching one thing after another, against one collector.
//
// They live by a clock of their own that runs `speed` times as fast as the machine's, begins so far
// in the past that it meets the machine's at the end, and gives all stamps. With a speed above 1 a
// day fills in minutes, and the server finds, rightly, that these players' clocks are off. So many
// viewers as given watch when the time of day within the run is best; at other times fewer.
//
// What they send is a function of the seed and of the time of the beginning. Messages wait without
// bound for nobody: when more than `most_waiting` do, the viewers' clock stands still.
class Simulation {
  public:
    struct Options {
        size_t viewers = 1;
        int64_t seconds = 60;  // by the machine's clock
        double speed = 1;
        uint64_t seed = 1;
        bool shows_progress = false;  // on standard error
    };

    Simulation(const Options& options, Collector& collector, const base::Clock& clock);

    // Returns when the time is over, or when `stop` (a descriptor) can be read, and all viewers
    // have said goodbye.
    void run(int stop);

    const Tally& tally() const { return tally_; }

    // What was sent and what came back, as a JSON object.
    std::string report() const;

  private:
    // A place for a viewer, with the player that it uses now.
    struct Seat {
        base::Splitmix random{0};
        std::optional<View> view;
        std::deque<Message> waiting;
        std::string events_path;  // of its session; empty: there is none
        uint64_t person = 0;
        const Programme* left = nullptr;  // not watched to its end
        int64_t left_at_ms = 0;
        size_t most_in_flight = 1;
        size_t in_flight = 0;
        bool is_starting = false;
        bool is_ready = false;  // in ready_
    };

    using Due = std::pair<int64_t, size_t>;  // when, which seat

    size_t most_waiting() const { return 1'000 + 4 * seats_.size(); }

    void pass_time();
    void act(size_t index);
    int64_t begin(size_t index);
    int64_t end_view(Seat& seat);
    void stop_all();
    void make_ready(size_t index);
    void post_ready();
    bool post_one(size_t index);
    void take(const Collector::Reply& reply);
    void show_progress();

    Options options_;
    Collector& collector_;
    const base::Clock& clock_;
    int64_t begins_at_;
    int64_t ends_at_;
    int64_t best_share_ = 0;  // of the run
    double now_;              // of the viewers
    int64_t started_;         // monotonic ms
    int64_t last_tick_;
    int64_t last_progress_ = 0;
    std::vector<Seat> seats_;
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::deque<size_t> ready_;  // seats with something to send
    size_t waiting_ = 0;        // messages
    Tally tally_;
};

}  // namespace playhead::app
