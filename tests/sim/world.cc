// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <algorithm>
#include <array>
#include <climits>
#include <optional>

#include "ingest/decoder.h"
#include "session/fold.h"
#include "session/row_digest.h"

namespace playhead::sim {
namespace {

constexpr int64_t noon = 1'714'564'800'000;
constexpr int64_t faults_last_ms = 900'000;
constexpr int64_t drain_step_ms = 60'000;
constexpr int drain_steps = 200;
constexpr int rounds_to_idle = 10'000;
constexpr uint64_t room_bytes = uint64_t{1} << 30;

std::string key_of(const Message& message) {
    return message.target + '\n' + message.body;
}

std::string target_of(const event::SessionId& session, event::Record::Kind kind) {
    if (kind == event::Record::Kind::session_start) return "/api/v1/sessions";
    if (kind == event::Record::Kind::batch) return "/api/v1/downloaded";
    return "/api/v1/sessions/" + session.text() + "/events";
}

}  // namespace

World::World(uint64_t seed, bool tells_sessions)
    : random_(seed),
      tells_sessions_(tells_sessions),
      clock_(noon),
      wire_(std::make_shared<Wire>()),
      faults_end_(noon + faults_last_ms) {
    disk_.set_capacity(room_bytes);
    add_viewers();
}

void World::add_viewers() {
    const uint64_t count = 2 + random_.below(12);
    for (uint64_t i = 0; i < count; ++i) {
        const auto start = noon + static_cast<int64_t>(random_.below(600'000));
        const uint64_t seed = random_.next();
        viewers_.push_back({.player = Player(seed, i, start), .sid = {}, .waiting = {}});
        if (random_.below(8) != 0) continue;
        viewers_.back().is_batch = true;
        network_.emplace(start, Delivery{viewers_.size() - 1, Player::downloaded(seed, i, start)});
    }
}

void World::note(uint64_t what) {
    outcome_.digest = session::mixed(outcome_.digest, what);
}

Outcome World::run() {
    live();
    drain();
    check();
    return std::move(outcome_);
}

int64_t World::next_moment() const {
    int64_t next = INT64_MAX;
    for (const Viewer& viewer : viewers_) {
        if (!viewer.is_batch) next = std::min(next, viewer.player.next_at());
    }
    if (!network_.empty()) next = std::min(next, network_.begin()->first);
    return next;
}

// Time goes from one thing that happens to the next, and while nothing does, in seconds.
void World::live() {
    while (next_moment() != INT64_MAX) {
        const int64_t now = clock_.monotonic_ms() + noon;
        const int64_t step = std::clamp<int64_t>(next_moment() - now, 0, 1'000);
        clock_.advance(step);
        disturb();
        ensure_running();
        let_speak();
        deliver_due();
        work();
        look_at_answers();
    }
}

void World::let_speak() {
    const int64_t now = clock_.monotonic_ms() + noon;
    for (size_t i = 0; i < viewers_.size(); ++i) {
        Viewer& viewer = viewers_[i];
        while (!viewer.is_batch && viewer.player.next_at() <= now) {
            Message said = viewer.player.speak(now);
            const uint64_t copies = random_.below(40) == 0 ? 2 : 1;
            for (uint64_t copy = 0; copy < copies; ++copy) {
                const uint64_t slow = random_.below(20);
                const uint64_t delay = random_.below(slow == 0 ? 8'000 : slow < 5 ? 1'500 : 50);
                network_.emplace(now + static_cast<int64_t>(delay), Delivery{i, said});
                if (said.target == "/api/v1/sessions") break;
            }
        }
    }
}

void World::deliver_due() {
    const int64_t now = clock_.monotonic_ms() + noon;
    bool any = false;
    while (!network_.empty() && network_.begin()->first <= now) {
        const Delivery delivery = std::move(network_.begin()->second);
        network_.erase(network_.begin());
        deliver(delivery);
        any = true;
    }
    if (any && host_) host_->end_turn();
}

void World::deliver(const Delivery& delivery) {
    Viewer& viewer = viewers_[delivery.viewer];
    Message message = delivery.message;
    if (const size_t place = message.target.find("{sid}"); place != std::string::npos) {
        if (viewer.sid.empty()) {
            viewer.waiting.push_back(std::move(message));
            return;
        }
        message.target.replace(place, 5, viewer.sid);
    }
    if (!host_) return;  // refused by the network: nothing was promised
    const uint64_t number = ++requests_;
    host_->request(number, message.target, message.body);
    ++sent_[key_of(message)].open;
    flights_.emplace(number, Flight{delivery.viewer, std::move(message)});
}

void World::look_at_answers() {
    for (auto& [number, answer] : wire_->take()) {
        const auto flight = flights_.find(number);
        if (flight == flights_.end()) {
            violate("request " + std::to_string(number) + " was answered twice");
            continue;
        }
        note(number * 1'000 + static_cast<uint64_t>(answer.status));
        take_answer(flight->second, answer);
        flights_.erase(flight);
    }
}

void World::take_answer(const Flight& flight, const http::Response& answer) {
    Sent& sent = sent_[key_of(flight.message)];
    Viewer& viewer = viewers_[flight.viewer];
    if (answer.status / 100 == 2) {
        --sent.open;
        ++sent.acknowledged;
        ++outcome_.acknowledged;
    } else if (answer.status / 100 == 4) {
        --sent.open;
        ++outcome_.refused;
        const bool knows = !viewer.sid.empty();
        if (answer.status == 404 && knows) violate("404 for the open session " + viewer.sid);
    } else {
        ++outcome_.overloaded;
    }
    if (answer.status != 201 || viewer.is_batch) return;
    const size_t place = answer.headers.find("/api/v1/sessions/");
    viewer.sid = answer.headers.substr(place + std::string_view("/api/v1/sessions/").size(), 64);
    const int64_t now = clock_.monotonic_ms() + noon;
    for (Message& message : viewer.waiting) {
        network_.emplace(now, Delivery{flight.viewer, std::move(message)});
    }
    viewer.waiting.clear();
}

// Each loop may come to its turn or not, as threads do.
void World::work() {
    if (!host_ || clock_.monotonic_ms() + noon < stands_until_) return;
    if (random_.below(4) != 0) {
        const auto committed = host_->commit();
        if (!committed) return kill();
    }
    if (random_.below(3) != 0) {
        const auto folded = host_->fold();
        if (!folded) return kill();
    }
    if (random_.below(3) == 0) host_->store();
}

void World::disturb() {
    const int64_t now = clock_.monotonic_ms() + noon;
    if (now >= faults_end_) return heal();
    if (full_until_ != 0 && now >= full_until_) heal();
    switch (random_.below(300)) {
        case 0:
            return kill();
        case 1:
        case 2:
            return disturb_disk();
        case 3:
            stands_until_ = now + static_cast<int64_t>(random_.below(4'000));
            return;
        case 4:
            clock_.set_wall(now + static_cast<int64_t>(random_.below(7'200'000)) - 3'600'000);
            return;
        default:
            return;
    }
}

void World::disturb_disk() {
    switch (random_.below(3)) {
        case 0:
            disk_.cut_power_after(random_.below(30));
            power_fails_ = true;
            return;
        case 1:
            disk_.fail_next_sync();
            sync_fails_ = true;
            return;
        default:
            const auto left = disk_.free_bytes("data");
            if (!left) return;
            disk_.set_capacity(room_bytes - *left + random_.below(20'000));
            full_until_ =
                clock_.monotonic_ms() + noon + 1'000 + static_cast<int64_t>(random_.below(60'000));
    }
}

void World::heal() {
    disk_.set_capacity(room_bytes);
    full_until_ = 0;
}

// The process dies; half of the times the machine does too.
void World::kill() {
    ++outcome_.deaths;
    // What was sent before may have reached the clients.
    if (random_.below(2) == 0) look_at_answers();
    outcome_.unanswered += flights_.size();
    flights_.clear();
    if (host_ && wire_->abandoned() > 0) violate("a living process forgot a request");
    host_.reset();
    wire_->take();
    wire_->forget_abandoned();
    if (random_.below(2) == 0) crash_disk();
    stands_until_ = 0;
    note(outcome_.deaths);
}

void World::crash_disk() {
    disk_.crash(random_.next());
    power_fails_ = false;
    sync_fails_ = false;
}

// Whoever looks after the process starts it again after a while, until it runs.
void World::ensure_running() {
    if (host_) return;
    clock_.advance(static_cast<int64_t>(random_.below(30'000)));
    auto started = Host::start({.disk = disk_,
                                .store = store_,
                                .clock = clock_,
                                .random = random_,
                                .wire = wire_,
                                .before_removal = [this](uint64_t end) { keep_before(end); }});
    if (started) {
        host_ = std::move(*started);
        return;
    }
    if (started.error().code == base::ErrorCode::damaged) violate(started.error().what);
    const bool is_live = clock_.monotonic_ms() + noon < faults_end_;
    const bool faulty = power_fails_ || sync_fails_ || is_live;
    if (!faulty) violate("the start failed without a fault: " + started.error().what);
    crash_disk();
}

// Nothing disturbs any more, and no fault of the disk is left to come later. Everything must come
// to its end by itself.
void World::drain() {
    if (outcome_.deaths > 0 || power_fails_ || sync_fails_) {
        crash_disk();
        kill();
    }
    heal();
    faults_end_ = 0;
    ensure_running();
    for (int step = 0; step < drain_steps && host_; ++step) {
        deliver_due();
        for (int round = 0; round < rounds_to_idle; ++round) {
            const auto committed = host_->commit();
            if (!committed) return violate("commit: " + committed.error().what);
            const auto folded = host_->fold();
            if (!folded) return violate("fold: " + folded.error().what);
            host_->store();
            if (host_->idle() && !*folded) break;
        }
        look_at_answers();
        clock_.advance(drain_step_ms);
    }
}

void World::check() {
    if (!host_) return violate("no server runs in the end");
    if (!flights_.empty()) violate(std::to_string(flights_.size()) + " requests hang");
    if (!host_->idle()) violate("something waits for ever");
    const session::Table& table = host_->understanding().table();
    if (table.open_sessions() != 0) violate("sessions stay open for ever");
    if (table.pending_events() != 0) violate("events stay in reorder windows for ever");
    for (const auto code :
         {session::VerdictCode::unknown_session, session::VerdictCode::session_already_started}) {
        if (host_->events_with(code) != 0) {
            violate("accepted events were folded as " + std::string(text_of(code).name));
        }
    }
    check_journal();
    check_rows();
    check_ledger();
}

// The books agree with what the clients saw: refusals that a death kept from the journal excepted.
void World::check_ledger() {
    const app::Ledger& ledger = host_->understanding().ledger();
    if (ledger.unaccounted(0) != 0) violate("the ledger does not add up");
    if (ledger.undecodable() != 0) violate("events of the journal cannot be read");
    uint64_t refused = 0;
    for (const uint64_t count : ledger.refusals()) refused += count;
    if (refused > outcome_.refused + outcome_.overloaded + outcome_.unanswered) {
        violate("more refusals in the ledger than there were");
    }
    if (outcome_.deaths == 0 && refused < outcome_.refused + outcome_.overloaded) {
        violate("a refusal is missing in the ledger though nothing died");
    }
}

namespace {

base::Result<void> read_before(journal::Reader& journal, uint64_t end,
                               std::map<uint64_t, std::string>& records) {
    while (true) {
        const auto next = journal.next();
        if (!next) return std::unexpected(next.error());
        if (!*next || (*next)->offset >= end) return {};
        records.emplace((*next)->offset, (*next)->bytes);
    }
}

}  // namespace

// Retention takes a part of the journal. Without power it cannot be read, and cannot go.
void World::keep_before(uint64_t offset) {
    const auto read = read_before(*host_->reader(), offset, removed_);
    if (!read && read.error().code != base::ErrorCode::io) {
        violate("what retention takes cannot be read: " + read.error().what);
    }
    outcome_.removed = removed_.size();
}

// Everything that the journal ever held, in order.
std::vector<Kept> World::everything() {
    std::map<uint64_t, std::string> records = removed_;
    const auto read = read_before(*host_->reader(), UINT64_MAX, records);
    if (!read) violate("the journal cannot be read: " + read.error().what);
    std::vector<Kept> all;
    for (const auto& [offset, bytes] : records) {
        const auto record = event::decode(bytes);
        if (record) {
            all.push_back({offset, *record, std::string(record->body)});
        } else {
            violate("a record of no kind");
        }
    }
    return all;
}

void World::check_journal() {
    std::map<std::string, uint64_t> counts;
    for (const Kept& kept : everything()) {
        if (kept.record.kind > event::Record::Kind::batch) continue;
        ++counts[target_of(kept.record.session, kept.record.kind) + '\n' + kept.body];
    }
    for (const auto& [key, sent] : sent_) {
        const auto found = counts.find(key);
        const uint64_t count = found == counts.end() ? 0 : found->second;
        if (count < sent.acknowledged) violate("lost after its 2xx: " + key);
        if (count > sent.acknowledged + sent.open) violate("more often than it was sent: " + key);
        if (found != counts.end()) counts.erase(found);
    }
    for (const auto& [key, count] : counts) violate("never sent: " + key);
}

namespace {

// One session, folded from its own records and nothing else.
class Alone {
  public:
    explicit Alone(const session::Rules& rules) : rules_(rules) {}

    void add(const Kept& kept) {
        const session::Arrival arrival{.offset = kept.offset,
                                       .received_at = kept.record.received_at,
                                       .uptime_ms = kept.record.uptime_ms,
                                       .session = kept.record.session};
        if (kept.record.kind == event::Record::Kind::batch) {
            decoder_.decode_stored_batch(kept.body, [&](size_t, const event::Event& event) {
                add(arrival, event, session::Origin::downloaded);
            });
        } else if (decoder_.decode_stored(kept.body, event_)) {
            add(arrival, event_, session::Origin::live);
        }
        told_ += told_.empty() ? "" : ",";
        std::string body = kept.body;
        const bool is_batch = kept.record.kind == event::Record::Kind::batch;
        if (is_batch) {
            body = body.substr(1, body.size() - 2);
        } else {
            body.insert(body.size() - 1,
                        ",\"receivedAt\":" + std::to_string(noon + kept.record.uptime_ms));
        }
        told_ += body;
        is_batch_ = is_batch;
    }

    session::Folded finish() { return fold_->finish(); }

    // For the oracle: the server's uptime is the time of arrival.
    std::string told(const std::string& sid) const {
        return R"({"sid":")" + sid + R"(","context":{"endpoint":")" +
               (is_batch_ ? "downloaded" : "sessions") + R"("},"events":[)" + told_ + "]}";
    }

  private:
    void add(const session::Arrival& arrival, const event::Event& event, session::Origin origin) {
        if (fold_) {
            fold_->add(arrival, event);
        } else {
            fold_ = std::make_unique<session::Fold>(rules_, arrival, event, origin, false);
        }
    }

    const session::Rules& rules_;
    ingest::Decoder decoder_;
    event::Event event_;
    std::unique_ptr<session::Fold> fold_;
    std::string told_;
    bool is_batch_ = false;
};

// Whether an event that was acknowledged counts for nothing because of the close. What is stamped
// behind the sessionEnd with which it shares a reorder window does (metrics 2.1, 2.4), and what
// stands behind the end in a batch.
bool tells_away_accepted(const session::Folded& folded) {
    if (folded.row.is_downloaded) return false;
    int64_t end_ts = INT64_MAX;
    for (const session::EventRow& event : folded.events) {
        if (event.type == event::EventType::session_end) end_ts = std::min(end_ts, event.ts);
    }
    return std::ranges::any_of(folded.events, [&](const session::EventRow& event) {
        return event.verdict == session::VerdictCode::after_close && event.ts <= end_ts;
    });
}

void sort_dimensions(session::SessionRow& row) {
    std::ranges::sort(row.dimensions, {}, &session::Dimension::name);
    for (session::AdRow& ad : row.ads) {
        std::ranges::sort(ad.dimensions, {}, &session::Dimension::name);
    }
}

}  // namespace

void World::check_rows() {
    const session::Rules rules;
    std::map<event::SessionId, std::unique_ptr<Alone>> sessions;
    for (const Kept& kept : everything()) {
        if (kept.record.kind > event::Record::Kind::batch) continue;
        auto& session = sessions[kept.record.session];
        if (!session) session = std::make_unique<Alone>(rules);
        session->add(kept);
    }
    for (const auto& [id, session] : sessions) {
        session::Folded folded = session->finish();
        sort_dimensions(folded.row);
        const auto stored = store_.session(id);
        if (!stored || !*stored) {
            violate("no row of session " + id.text());
        } else if (**stored != folded.row) {
            violate("the row of session " + id.text() + " is not that of its records");
        }
        if (tells_away_accepted(folded)) {
            violate("accepted, and then folded as after the close: " + id.text());
        }
        note(session::digest_of(folded.row));
        if (!tells_sessions_) continue;
        outcome_.sessions += outcome_.sessions.empty() ? "" : ",\n";
        outcome_.sessions += session->told(id.text());
    }
    outcome_.rows = sessions.size();
    const auto rows = store_.sessions({}, std::nullopt, SIZE_MAX);
    if (rows && rows->size() != sessions.size()) violate("rows of sessions that nobody opened");
}

}  // namespace playhead::sim
