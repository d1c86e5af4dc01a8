// SPDX-License-Identifier: Apache-2.0
//
// simulate [--seed K | --fresh] [--runs N] [--sessions]
//
// Runs the worlds of the seeds K, K + 1 and so on (world.h; --fresh: of a seed that nobody has seen
// yet) and says what came of them. A violation is printed with the line that repeats it; the exit
// status is then 1. With --sessions it prints the
// sessions of all worlds as a document that `playhead fold` and the oracle read, and nothing else.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>
#include <string>

#include "base/digest.h"
#include "base/log.h"
#include "world.h"

namespace {

struct Asked {
    uint64_t seed = 1;
    uint64_t runs = 100;
    bool sessions = false;
};

// Small, for it is read aloud and pasted.
uint64_t fresh_seed() {
    std::array<uint8_t, 4> bytes{};
    playhead::base::random_bytes(bytes);
    uint64_t seed = 0;
    for (const uint8_t byte : bytes) seed = seed << 8 | byte;
    return seed;
}

Asked asked_by(std::span<char*> arguments) {
    Asked asked;
    for (size_t i = 1; i < arguments.size(); ++i) {
        const std::string name = arguments[i];
        if (name == "--sessions") {
            asked.sessions = true;
        } else if (name == "--fresh") {
            asked.seed = fresh_seed();
        } else if (i + 1 < arguments.size()) {
            const uint64_t value = std::strtoull(arguments[++i], nullptr, 10);
            (name == "--seed" ? asked.seed : asked.runs) = value;
        }
    }
    return asked;
}

void add(playhead::sim::Outcome& total, const playhead::sim::Outcome& one) {
    total.acknowledged += one.acknowledged;
    total.refused += one.refused;
    total.overloaded += one.overloaded;
    total.unanswered += one.unanswered;
    total.deaths += one.deaths;
    total.rows += one.rows;
    total.removed += one.removed;
    if (one.sessions.empty()) return;
    total.sessions += (total.sessions.empty() ? "" : ",\n") + one.sessions;
}

// A world that is not the same the second time would not repeat a failure either.
bool repeats(uint64_t seed, const playhead::sim::Outcome& first) {
    return playhead::sim::World(seed, false).run().digest == first.digest;
}

}  // namespace

int main(int count, char** values) {
    const Asked asked = asked_by({values, static_cast<size_t>(count)});
    playhead::base::silence_log();
    playhead::sim::Outcome total;
    uint64_t failed = 0;
    for (uint64_t seed = asked.seed; seed < asked.seed + asked.runs; ++seed) {
        playhead::sim::Outcome one = playhead::sim::World(seed, asked.sessions).run();
        if (seed == asked.seed && !repeats(seed, one)) {
            one.violations.emplace_back("the same seed gave another world");
        }
        for (const std::string& what : one.violations) {
            std::cerr << "seed " << seed << ": " << what << '\n';
        }
        if (!one.violations.empty()) {
            ++failed;
            std::cerr << "again: script/simulate --seed " << seed << " --runs 1\n";
        }
        add(total, one);
    }
    if (asked.sessions) {
        std::cout << "{\"sessions\":[" << total.sessions << "]}\n";
        return failed == 0 ? 0 : 1;
    }
    std::cout << asked.runs << " worlds from seed " << asked.seed << ": " << failed << " failed; "
              << total.acknowledged << " acknowledged, " << total.refused << " refused, "
              << total.overloaded << " overloaded, " << total.unanswered << " unanswered, "
              << total.deaths << " deaths, " << total.rows << " sessions, " << total.removed
              << " records removed\n";
    return failed == 0 ? 0 : 1;
}
