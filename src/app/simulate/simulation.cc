// SPDX-License-Identifier: Apache-2.0
#include "app/simulate/simulation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>

namespace playhead::app {
namespace {

constexpr int64_t second = 1'000;
constexpr int64_t minute = 60 * second;
constexpr int64_t hour = 60 * minute;
constexpr int64_t day = 24 * hour;

// The longest that the loop sleeps, and the longest that it lets pass at once: when it was kept
// from running, the viewers' clock was too.
constexpr int64_t tick_ms = 50;

// At each hour of the day; between them it changes evenly.
constexpr std::array<int64_t, 24> shares = {260, 160, 110, 90,  90,  120,   210, 330,
                                            400, 390, 370, 380, 430, 440,   410, 420,
                                            480, 570, 700, 860, 980, 1'000, 800, 480};

}  // namespace

int64_t share_watching(int64_t at) {
    const int64_t of_day = (at % day + day) % day;
    const auto from = static_cast<size_t>(of_day / hour);
    const int64_t before = shares.at(from);
    const int64_t after = shares.at((from + 1) % shares.size());
    return before + (after - before) * (of_day % hour) / hour;
}

Simulation::Simulation(const Options& options, Collector& collector, const base::Clock& clock)
    : options_(options),
      collector_(collector),
      clock_(clock),
      ends_at_(clock.wall_ms() + options.seconds * second),
      started_(clock.monotonic_ms()),
      last_tick_(started_),
      seats_(options.viewers) {
    const auto length =
        static_cast<int64_t>(static_cast<double>(options.seconds * second) * options.speed);
    begins_at_ = ends_at_ - length;
    now_ = static_cast<double>(begins_at_);
    for (int64_t at = begins_at_; at <= ends_at_; at += std::max<int64_t>(length / 500, 1)) {
        best_share_ = std::max(best_share_, share_watching(at));
    }
    // They do not all come at once.
    const int64_t arriving = std::min(length / 6, 20 * minute) + 1;
    for (size_t i = 0; i < seats_.size(); ++i) {
        seats_[i].random = base::Splitmix(base::Splitmix(options.seed + i * 7'919).next());
        const auto after =
            static_cast<int64_t>(seats_[i].random.below(static_cast<uint64_t>(arriving)));
        due_.emplace(begins_at_ + after, i);
    }
}

void Simulation::run(int stop) {
    std::vector<Collector::Reply> replies;
    bool is_stopping = false;
    while (true) {
        pass_time();
        while (!due_.empty() && static_cast<double>(due_.top().first) <= now_) {
            const size_t index = due_.top().second;
            due_.pop();
            act(index);
        }
        if (!is_stopping && now_ >= static_cast<double>(ends_at_)) {
            is_stopping = true;
            stop_all();
        }
        post_ready();
        if (is_stopping && waiting_ == 0 && collector_.under_way() == 0) return;
        double sleep = tick_ms;
        if (!due_.empty()) {
            sleep = (static_cast<double>(due_.top().first) - now_) / options_.speed;
        }
        const auto most = static_cast<int>(std::clamp<double>(std::ceil(sleep), 0, tick_ms));
        replies.clear();
        if (collector_.wait(most, stop, replies) && !is_stopping) {
            is_stopping = true;
            stop_all();
        }
        for (const Collector::Reply& reply : replies) take(reply);
        if (options_.shows_progress) show_progress();
    }
}

void Simulation::pass_time() {
    const int64_t tick = clock_.monotonic_ms();
    const int64_t passed = std::min(tick - last_tick_, tick_ms);
    last_tick_ = tick;
    if (waiting_ <= most_waiting()) now_ += static_cast<double>(passed) * options_.speed;
}

// The seat's time has come: its view says something, or the next one begins.
void Simulation::act(size_t index) {
    Seat& seat = seats_[index];
    if (!seat.view) {
        due_.emplace(begin(index), index);
        return;
    }
    seat.waiting.push_back(seat.view->speak());
    ++waiting_;
    make_ready(index);
    int64_t next = seat.view->next_at();
    if (next == INT64_MAX) next = end_view(seat);
    due_.emplace(next, index);
}

int64_t Simulation::begin(size_t index) {
    Seat& seat = seats_[index];
    const auto at = static_cast<int64_t>(now_);
    const auto watching = static_cast<int64_t>(seats_.size()) * share_watching(at) / best_share_;
    // At least one, however few there are.
    if (static_cast<int64_t>(index) > watching) {
        return at + minute + static_cast<int64_t>(seat.random.below(10 * minute));
    }
    ViewWish wish;
    wish.starts_at = at;
    if (seat.left != nullptr && seat.random.below(3) == 0) {
        wish.programme = seat.left;
        wish.from_ms = seat.left_at_ms;
    } else {
        constexpr uint64_t persons_of_a_seat = 4;
        seat.person = index + seats_.size() * seat.random.below(persons_of_a_seat);
        wish.programme = &draw_programme(seat.random);
    }
    seat.left = nullptr;
    seat.view.emplace(wish, person(options_.seed, seat.person), base::Splitmix(seat.random.next()));
    seat.most_in_flight = seat.view->most_in_flight();
    return seat.view->next_at();
}

// When the next view begins: usually soon, sometimes after a long while.
int64_t Simulation::end_view(Seat& seat) {
    if (!seat.view->is_completed() && !seat.view->programme().is_live() &&
        seat.view->left_at_ms() > minute) {
        seat.left = &seat.view->programme();
        seat.left_at_ms = seat.view->left_at_ms();
    }
    seat.view.reset();
    const bool at_once = seat.random.below(3) != 0;
    const auto pause = static_cast<int64_t>(seat.random.below(at_once ? 30 * second : 8 * minute));
    return static_cast<int64_t>(now_) + 2 * second + pause;
}

void Simulation::stop_all() {
    due_ = {};
    for (size_t i = 0; i < seats_.size(); ++i) {
        Seat& seat = seats_[i];
        if (!seat.view) continue;
        seat.view->stop(static_cast<int64_t>(now_));
        while (seat.view->next_at() != INT64_MAX) {
            seat.waiting.push_back(seat.view->speak());
            ++waiting_;
        }
        seat.view.reset();
        make_ready(i);
    }
}

void Simulation::make_ready(size_t index) {
    Seat& seat = seats_[index];
    if (seat.is_ready || seat.waiting.empty()) return;
    seat.is_ready = true;
    ready_.push_back(index);
}

void Simulation::post_ready() {
    while (!ready_.empty() && collector_.has_room()) {
        const size_t index = ready_.front();
        ready_.pop_front();
        seats_[index].is_ready = false;
        if (post_one(index)) make_ready(index);
    }
}

// The seat's next message, if it may go now. A session waits until all of the one before is
// answered, its events until it has an id.
bool Simulation::post_one(size_t index) {
    Seat& seat = seats_[index];
    const Message::Kind kind = seat.waiting.front().kind;
    const size_t most = kind == Message::Kind::event ? seat.most_in_flight : 1;
    if (seat.is_starting || seat.in_flight >= most) return false;
    const Message message = std::move(seat.waiting.front());
    seat.waiting.pop_front();
    --waiting_;
    if (kind == Message::Kind::event && seat.events_path.empty()) {
        tally_.left_unsent(1);
        return true;
    }
    if (kind == Message::Kind::start) {
        seat.is_starting = true;
        seat.events_path.clear();
    }
    const std::string path = kind == Message::Kind::event ? seat.events_path : "/api/v1/sessions";
    collector_.post(index, path, message.body);
    tally_.sent(kind);
    ++seat.in_flight;
    return true;
}

void Simulation::take(const Collector::Reply& reply) {
    tally_.came(reply);
    Seat& seat = seats_[reply.tag];
    --seat.in_flight;
    if (seat.is_starting) {
        seat.is_starting = false;
        if (reply.status == 201) seat.events_path = reply.location + "/events";
    }
    make_ready(reply.tag);
}

void Simulation::show_progress() {
    const int64_t tick = clock_.monotonic_ms();
    if (tick - last_progress_ < second) return;
    last_progress_ = tick;
    const auto done = static_cast<int>((now_ - static_cast<double>(begins_at_)) * 100 /
                                       static_cast<double>(ends_at_ - begins_at_));
    std::fprintf(stderr, "\rsimulate: %3d %%, %llu requests, %llu taken", std::min(done, 100),
                 static_cast<unsigned long long>(tally_.all_sent()),
                 static_cast<unsigned long long>(tally_.all_taken()));
}

std::string Simulation::report() const {
    const int64_t took = clock_.monotonic_ms() - started_;
    return R"({"viewers":)" + std::to_string(seats_.size()) + R"(,"seed":)" +
           std::to_string(options_.seed) + R"(,"seconds":)" + std::to_string(took / second) +
           R"(,"from":)" + std::to_string(begins_at_) + R"(,"to":)" +
           std::to_string(static_cast<int64_t>(now_)) + ',' + tally_.json_members() + '}';
}

}  // namespace playhead::app
