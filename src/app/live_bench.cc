// SPDX-License-Identifier: Apache-2.0
// What GET /v1/live takes of the fold with a million open sessions, and then to become text.
#include <array>
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "app/fold_loop.h"
#include "base/check.h"
#include "event/record.h"
#include "web/live_json.h"

namespace playhead::app {
namespace {

constexpr uint64_t sessions = 1'000'000;
constexpr uint64_t seconds = 500;  // in which they begin; none times out
constexpr int64_t noon = 1'714'564'800'000;

// A million sessions that have begun and play: 500 contents, 40 channels, each
// twentieth viewer with a second session. Made as it is read, for it would be half a gigabyte.
class Beginnings final : public journal::Reader {
  public:
    base::Result<std::optional<Record>> next() override {
        if (next_ == 2 * sessions) return std::optional<Record>();
        const uint64_t number = next_ / 2;
        const bool is_start = next_ % 2 == 0;
        const int64_t uptime = static_cast<int64_t>(number * 1'000 * seconds / sessions);
        event::SessionId id;
        const uint64_t spread = (number + 1) * 0x9e3779b97f4a7c15ULL;
        for (size_t i = 0; i < 8; ++i) {
            id.bytes[i] = static_cast<uint8_t>(number >> (56 - 8 * i));
            id.bytes[8 + i] = static_cast<uint8_t>(spread >> (8 * i));
        }
        bytes_.clear();
        event::encode(
            {.kind = is_start ? event::Record::Kind::session_start : event::Record::Kind::event,
             .received_at = noon + uptime,
             .uptime_ms = uptime,
             .session = id,
             .body = is_start ? start(number, noon + uptime) : play(noon + uptime)},
            bytes_);
        Record record{.offset = next_, .bytes = bytes_, .next = next_ + 1};
        ++next_;
        return record;
    }

    base::Result<journal::Damage> skip_damage() override { return journal::Damage{}; }

    base::Result<void> seek(journal::Offset offset) override {
        next_ = offset;
        return {};
    }

    journal::Offset end() const override { return 2 * sessions; }

  private:
    static std::string start(uint64_t number, int64_t ts) {
        const auto text = [](uint64_t value) { return std::to_string(value); };
        return R"({"playerTime":{"playhead":0,"ts":)" + std::to_string(ts) +
               R"(},"eventType":"sessionStart","params":{"media.id":"content-)" +
               text(number % 500) + R"(","media.length":3600,"media.contentType":"vod",)" +
               R"("media.playerName":"player","media.channel":"channel-)" + text(number % 40) +
               R"(","media.show":"Something","analytics.trackingServer":"t",)" +
               R"("analytics.reportSuite":"suite","visitor.marketingCloudOrgId":"organisation",)" +
               R"("visitor.marketingCloudUserId":"viewer-)" +
               text(number % 20 == 0 ? number / 2 : number) + R"("},"customMetadata":{"k":"v)" +
               text(number % 7) + R"("}})";
    }

    static std::string play(int64_t ts) {
        return R"({"playerTime":{"playhead":0,"ts":)" + std::to_string(ts) +
               R"(},"eventType":"play"})";
    }

    uint64_t next_ = 0;
    std::string bytes_;
};

class World {
  public:
    World() {
        ask({.by = session::live_dimension("media.channel"), .limit = 1});
        ask({.by = session::live_dimension("media.id"), .limit = 1});
        while (*fold_.step()) to_store_.try_pop_all(batches_);
        CHECK(fold_.table().open_sessions() == sessions);
    }

    session::LiveView ask(const session::LiveQuestion& question) {
        std::optional<session::LiveView> found;
        CHECK(fold_.ask_live(question, noon + 1'000 * static_cast<int64_t>(seconds),
                             [&](session::LiveView view) { found = std::move(view); }));
        while (!found) CHECK(fold_.step());
        return *std::move(found);
    }

    double live_bytes_per_session() const {
        return static_cast<double>(fold_.table().live().heap_bytes()) / sessions;
    }

  private:
    Beginnings journal_;
    base::BoundedQueue<std::shared_ptr<const StoreBatch>> to_store_{1};
    base::Signal signal_;
    base::Counters counters_;
    std::vector<std::shared_ptr<const StoreBatch>> batches_;
    FoldLoop fold_{
        {.journal = journal_, .to_store = to_store_, .signal = signal_, .counters = counters_}, 0};
};

World& world() {
    static World made;
    return made;
}

struct Asked {
    const char* by;
    size_t limit;
    size_t seconds;
    size_t value_seconds;
};

// What a dashboard asks, what it asks at its start, and the most there is.
constexpr std::array asked = {
    Asked{"", 50, 1, 0},
    Asked{"", 50, 900, 0},
    Asked{"media.channel", 50, 1, 0},
    Asked{"media.id", 50, 60, 0},
    Asked{"media.id", 50, 1, 900},
    Asked{"media.id", 1000, 900, 60},
    Asked{"visitor.marketingCloudUserId", 50, 1, 0},
};

void live(benchmark::State& state) {
    const Asked& one = asked[static_cast<size_t>(state.range(0))];
    web::LiveQuery query;
    query.by = one.by;
    query.question = {.by = session::live_dimension(one.by),
                      .limit = one.limit,
                      .seconds = one.seconds,
                      .value_seconds = one.value_seconds};
    world().ask(query.question);
    size_t bytes = 0;
    for (auto _ : state) {
        const session::LiveView view = world().ask(query.question);
        state.PauseTiming();
        CHECK(view.counts.sessions == sessions);
        state.ResumeTiming();
        bytes = web::live_json(view, query).size();
    }
    state.SetLabel(query.by + " limit " + std::to_string(one.limit) + " seconds " +
                   std::to_string(one.seconds) + " valueSeconds " +
                   std::to_string(one.value_seconds));
    state.counters["bytes"] = static_cast<double>(bytes);
}

// A dimension that nobody asked for before.
void first_question(benchmark::State& state) {
    size_t number = 0;
    for (auto _ : state) {
        const std::string name = number++ == 0 ? "media.show" : "c.k" + std::to_string(number);
        benchmark::DoNotOptimize(
            world().ask({.by = session::live_dimension(name), .limit = 50, .seconds = 1}));
    }
    state.counters["bytes_per_session"] = world().live_bytes_per_session();
}

BENCHMARK(live)->DenseRange(0, asked.size() - 1)->Unit(benchmark::kMillisecond);
BENCHMARK(first_question)->Iterations(5)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace playhead::app
