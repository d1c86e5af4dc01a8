// SPDX-License-Identifier: Apache-2.0
#include "web/api.h"

#include <future>
#include <map>
#include <mutex>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "http/server.h"
#include "store/memory_store.h"

namespace playhead::web {
namespace {

using nlohmann::json;
using session::CloseReason;
using session::EventRow;
using session::SessionRow;

// One answer as it came over the socket.
struct Answer {
    int status = 0;
    std::string head;
    std::string body;

    bool has(std::string_view line) const {
        return head.find("\r\n" + std::string(line) + "\r\n") != head.npos;
    }

    json parsed() const { return json::parse(body); }
};

// One connection that asks and reads until the answer is complete.
class Client {
  public:
    explicit Client(const std::string& address) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const size_t colon = address.rfind(':');
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(colon + 1))));
        CHECK(::inet_pton(AF_INET, address.substr(0, colon).c_str(), &to.sin_addr) == 1);
        CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    }

    Client(Client&& other) noexcept : socket_(std::exchange(other.socket_, -1)) {}

    Client& operator=(Client&&) = delete;

    ~Client() {
        if (socket_ >= 0) ::close(socket_);
    }

    int socket() const { return socket_; }

    void ask(const std::string& target, const std::string& method = "GET") {
        const std::string text =
            method + " " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n";
        CHECK(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(text.size()));
    }

    Answer read(bool has_body = true) {
        Answer answer;
        const size_t head_end = read_until("\r\n\r\n") + 4;
        answer.head = received_.substr(0, head_end);
        answer.status = std::stoi(answer.head.substr(9, 3));
        const size_t length_at = answer.head.find("Content-Length: ");
        CHECK(length_at != answer.head.npos);
        const size_t length = has_body ? std::stoul(answer.head.substr(length_at + 16)) : 0;
        while (received_.size() < head_end + length) receive();
        answer.body = received_.substr(head_end, length);
        received_.erase(0, head_end + length);
        return answer;
    }

  private:
    size_t read_until(std::string_view mark) {
        while (received_.find(mark) == received_.npos) receive();
        return received_.find(mark);
    }

    void receive() {
        char buffer[4096];
        const ssize_t count = ::recv(socket_, buffer, sizeof buffer, 0);
        CHECK(count > 0);
        received_.append(buffer, static_cast<size_t>(count));
    }

    int socket_;
    std::string received_;
};

// A store that does as it is told before it answers.
class ToldReader final : public store::Reader {
  public:
    explicit ToldReader(store::Reader& real) : real_(real) {}

    base::Result<std::optional<SessionRow>> session(const event::SessionId& id) override {
        if (before_answer) before_answer();
        if (error) return std::unexpected(*error);
        return real_.session(id);
    }

    base::Result<std::vector<SessionRow>> sessions(const session::SessionFilter& filter,
                                                   const std::optional<event::SessionId>& before,
                                                   size_t limit) override {
        if (error) return std::unexpected(*error);
        return real_.sessions(filter, before, limit);
    }

    base::Result<std::vector<SessionRow>> sessions_with_details(
        const std::optional<event::SessionId>& before, size_t limit) override {
        if (error) return std::unexpected(*error);
        return real_.sessions_with_details(before, limit);
    }

    base::Result<std::vector<store::ViewerSession>> sessions_of_viewer(std::string_view id,
                                                                       size_t limit) override {
        return real_.sessions_of_viewer(id, limit);
    }

    base::Result<std::vector<store::Erasure>> erasures() override { return real_.erasures(); }

    std::function<void()> before_answer;
    std::optional<base::Error> error;

  private:
    store::Reader& real_;
};

event::SessionId id_of(int number) {
    event::SessionId id;
    id.bytes[0] = static_cast<uint8_t>(number);
    return id;
}

SessionRow row_of(int number, CloseReason reason) {
    SessionRow row;
    row.id = id_of(number);
    row.close_reason = reason;
    row.states = {{"mute", 1, 1'000}};
    return row;
}

std::string path_of(int number) {
    return "/v1/sessions/" + id_of(number).text();
}

// A real server on a free port; what it knows is set before the first question.
class ApiTest : public testing::Test {
  protected:
    void SetUp() override {
        auto server = http::Server::listen(
            http::Options(),
            [this](size_t) { return std::make_unique<Api>(sources(), reader_, counters_); },
            clock_);
        ASSERT_TRUE(server) << server.error().what;
        server_ = *std::move(server);
        ASSERT_TRUE(server_->start());
    }

    void TearDown() override { server_->stop(); }

    Api::Sources sources() {
        return {
            .open_session =
                [this](const event::SessionId& id, auto done) {
                    settle();
                    if (drops_questions_) return;
                    const auto found = open_.find(id);
                    done(found == open_.end() ? std::nullopt : std::optional(found->second));
                },
            .open_sessions =
                [this](const auto& filter, const auto& before, size_t limit, auto done) {
                    settle();
                    if (drops_questions_) return;
                    OpenSessions open;
                    for (auto at = open_.rbegin(); at != open_.rend(); ++at) {
                        const bool wanted = !before || at->first < *before;
                        if (wanted && open.rows.size() < limit && passes(filter, at->second)) {
                            open.rows.push_back(at->second);
                        }
                    }
                    done(std::move(open));
                },
            .session_events =
                [this](const SessionRow& row, auto done) {
                    asked_events_of_ = row.id;
                    settle();
                    done(events_);
                },
            .session_explanation =
                [this](const SessionRow& row, auto done) {
                    asked_explanation_of_ = row.id;
                    settle();
                    done(explanation_);
                },
            .live =
                [](const http::Request& request, std::string_view query,
                   http::Responder responder) {
                    responder.send(
                        json_answer(std::string(request.method_name) + "?" + std::string(query)));
                },
            .session_recording =
                [this](const SessionRow& row, auto done) {
                    settle();
                    Recording recording;
                    recording.session = row.id.text();
                    recording.requests.push_back({5, R"({"eventType":"sessionStart"})"});
                    done(std::move(recording));
                },
            .readiness =
                [this] {
                    settle();
                    return readiness_;
                },
            .ledger =
                [this](auto done) {
                    settle();
                    LedgerView ledger;
                    ledger.received = 3;
                    ledger.suites.resize(1);
                    ledger.suites[0].pending = 3;
                    done(std::move(ledger));
                },
            .quarantine = [](uint64_t from, size_t limit) -> base::Result<QuarantinePage> {
                if (from == 13) return base::fail(base::ErrorCode::io, "no luck");
                QuarantinePage page;
                page.items.resize(std::min(limit, size_t{2}));
                page.items[0].offset = from;
                page.next = from + limit;
                return page;
            },
            .reports =
                [](const http::Request& request, http::Responder responder) {
                    responder.send(json_answer(std::string(request.body)));
                },
            .sql =
                [](const http::Request& request, http::Responder responder) {
                    responder.send(text_answer(std::string(request.body)));
                },
        };
    }

    void open(int number) { open_[id_of(number)] = row_of(number, CloseReason::open); }

    void store(int number) {
        const std::vector rows{row_of(number, CloseReason::session_end)};
        ASSERT_TRUE(store_.write(rows, ++offset_));
    }

    Client client() const { return Client(server_->address()); }

    Answer get(const std::string& target, const std::string& method = "GET") {
        settle();
        Client asking = client();
        asking.ask(target, method);
        const Answer answer = asking.read(method != "HEAD");
        settle();
        return answer;
    }

    // What was written before is seen by whoever comes here later: a socket alone does not tell the
    // thread sanitizer so.
    void settle() { const std::lock_guard lock(mutex_); }

    static std::vector<std::string> ids_of(const json& page) {
        std::vector<std::string> ids;
        for (const json& item : page["items"]) ids.push_back(item["id"]);
        return ids;
    }

    std::mutex mutex_;
    base::SystemClock clock_;
    base::Counters counters_;
    store::MemoryStore store_;
    ToldReader reader_{store_};
    uint64_t offset_ = 0;
    std::map<event::SessionId, SessionRow> open_;
    base::Result<std::vector<EventRow>> events_;
    std::optional<event::SessionId> asked_events_of_;
    base::Result<session::Explanation> explanation_;
    std::optional<event::SessionId> asked_explanation_of_;
    Api::Readiness readiness_;
    bool drops_questions_ = false;
    std::unique_ptr<http::Server> server_;
};

TEST_F(ApiTest, what_is_watched_now_is_asked_elsewhere) {
    EXPECT_EQ(get("/v1/live?by=a&seconds=1").body, "GET?by=a&seconds=1");
    EXPECT_EQ(get("/v1/live", "DELETE").body, "DELETE?") << "it refuses by itself";
}

TEST_F(ApiTest, sql_and_reports_are_posted_without_parameters_and_answered_elsewhere) {
    for (const char* path : {"/v1/sql", "/v1/reports"}) {
        EXPECT_EQ(get(path).status, 405);
        EXPECT_TRUE(get(path).has("Allow: POST"));
        EXPECT_EQ(get(path + std::string("?x=1"), "POST").status, 400);
    }
    EXPECT_TRUE(
        get("/v1/sql", "POST").has("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
    EXPECT_TRUE(get("/v1/reports", "POST").has("Content-Type: application/json"));
}

TEST_F(ApiTest, describes_itself) {
    EXPECT_EQ(get("/openapi.json").parsed()["openapi"], "3.1.0");
    EXPECT_EQ(get("/openapi.json?x=1").status, 400);
}

TEST_F(ApiTest, the_ledger_is_one_object) {
    const Answer answer = get("/v1/ledger");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.parsed()["received"], 3);
    EXPECT_EQ(answer.parsed()["pending"], 3);
    EXPECT_EQ(answer.parsed()["reportSuites"].size(), 1U);
    EXPECT_EQ(get("/v1/ledger?suite=r").status, 400);
}

TEST_F(ApiTest, says_that_it_is_alive) {
    const Answer answer = get("/healthz");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.parsed(), (json{{"status", "alive"}}));
    EXPECT_TRUE(answer.has("Content-Type: application/json"));
    EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff"));
    EXPECT_TRUE(answer.has("Cache-Control: no-store"));
}

TEST_F(ApiTest, says_that_it_is_ready) {
    const Answer answer = get("/readyz");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.parsed(), (json{{"ready", true}, {"reasons", json::array()}}));
}

TEST_F(ApiTest, says_why_it_is_not_ready) {
    readiness_ = {.ready = false, .reasons = {"The journal is full.", "The fold is behind."}};
    const Answer answer = get("/readyz");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.parsed(), (json{{"ready", false}, {"reasons", readiness_.reasons}}));
}

TEST_F(ApiTest, is_ready_and_says_what_should_be_seen_to) {
    readiness_ = {.ready = true, .reasons = {"The journal is damaged."}};
    const Answer answer = get("/readyz");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.parsed(), (json{{"ready", true}, {"reasons", readiness_.reasons}}));
}

TEST_F(ApiTest, shows_its_counters) {
    counters_.counter("playhead_things_total", "", "Things.").add(3);
    const Answer answer = get("/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, counters_.prometheus_text());
    EXPECT_NE(answer.body.find("playhead_things_total 3\n"), std::string::npos);
    EXPECT_TRUE(answer.has("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
}

TEST_F(ApiTest, answers_head_with_the_length_of_get) {
    store(1);
    for (const std::string& target : {std::string("/healthz"), path_of(1)}) {
        const Answer full = get(target);
        const Answer head = get(target, "HEAD");
        EXPECT_EQ(head.status, 200);
        EXPECT_TRUE(head.has("Content-Length: " + std::to_string(full.body.size())));
    }
}

TEST_F(ApiTest, tells_what_is_wrong_as_problem_details) {
    const Answer answer = get("/nothing?here=1");
    EXPECT_EQ(answer.status, 404);
    EXPECT_TRUE(answer.has("Content-Type: application/problem+json"));
    EXPECT_TRUE(answer.has("X-Content-Type-Options: nosniff"));
    const json problem = answer.parsed();
    EXPECT_EQ(problem["type"], "about:blank");
    EXPECT_EQ(problem["title"], "Not Found");
    EXPECT_EQ(problem["status"], 404);
    EXPECT_EQ(problem["instance"], "/nothing?here=1");
    EXPECT_FALSE(problem["detail"].get<std::string>().empty());
}

TEST_F(ApiTest, lists_what_is_in_quarantine) {
    const json first = get("/v1/quarantine").parsed();
    EXPECT_EQ(first["items"].size(), 2U);
    EXPECT_EQ(first["items"][0]["offset"], 0);
    EXPECT_EQ(first["next"], "50");
    const json second = get("/v1/quarantine?cursor=50&limit=1").parsed();
    EXPECT_EQ(second["items"].size(), 1U);
    EXPECT_EQ(second["items"][0]["offset"], 50);
    EXPECT_EQ(second["next"], "51");
    EXPECT_EQ(get("/v1/quarantine?cursor=x").status, 400);
    EXPECT_EQ(get("/v1/quarantine?cursor=13").status, 500);
}

TEST_F(ApiTest, takes_no_other_method) {
    for (const std::string method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
        for (const std::string& target : {std::string("/healthz"), std::string("/v1/sessions"),
                                          path_of(1), path_of(1) + "/events"}) {
            const Answer answer = get(target, method);
            EXPECT_EQ(answer.status, 405) << method << " " << target;
            EXPECT_TRUE(answer.has("Allow: GET, HEAD"));
        }
    }
    EXPECT_EQ(get("/nothing", "POST").status, 404);
}

TEST_F(ApiTest, refuses_bad_parameters_and_names_them) {
    const std::pair<std::string, const char*> refused[] = {
        {"/v1/sessions?limit=0", "limit"},         {"/v1/sessions?limit=1001", "limit"},
        {"/v1/sessions?cursor=zz", "cursor"},      {"/v1/sessions?colour=red", "colour"},
        {"/healthz?colour=red", "colour"},         {path_of(1) + "?limit=1", "limit"},
        {path_of(1) + "/events?limit=x", "limit"}, {path_of(1) + "/events?cursor=-1", "cursor"},
    };
    for (const auto& [target, name] : refused) {
        const Answer answer = get(target);
        EXPECT_EQ(answer.status, 400) << target;
        EXPECT_NE(answer.parsed()["detail"].get<std::string>().find(name), std::string::npos);
    }
}

TEST_F(ApiTest, lists_open_and_stored_sessions_newest_first) {
    open(2);
    open(5);
    store(1);
    store(4);
    const json page = get("/v1/sessions").parsed();
    EXPECT_EQ(ids_of(page),
              (std::vector{id_of(5).text(), id_of(4).text(), id_of(2).text(), id_of(1).text()}));
    EXPECT_EQ(page["next"], nullptr);
    EXPECT_EQ(page["items"][0]["state"], "open");
    EXPECT_EQ(page["items"][1]["state"], "closed");
    EXPECT_FALSE(page["items"][0]["metrics"].contains("states"));
}

TEST_F(ApiTest, lists_nothing_when_there_is_nothing) {
    EXPECT_EQ(get("/v1/sessions").parsed(), (json{{"items", json::array()}, {"next", nullptr}}));
}

TEST_F(ApiTest, goes_through_a_list_by_its_cursor) {
    for (const int number : {1, 3, 4, 7}) store(number);
    for (const int number : {2, 5, 6, 7}) open(number);
    std::vector<std::string> seen;
    std::string cursor;
    for (int part = 0; part < 4; ++part) {
        const json page = get("/v1/sessions?limit=2" + cursor).parsed();
        for (const std::string& id : ids_of(page)) seen.push_back(id);
        EXPECT_EQ(page["next"].is_null(), part == 3);
        if (!page["next"].is_null()) cursor = "&cursor=" + page["next"].get<std::string>();
    }
    std::vector<std::string> expected;
    for (const int number : {7, 6, 5, 4, 3, 2, 1}) expected.push_back(id_of(number).text());
    EXPECT_EQ(seen, expected);
}

TEST_F(ApiTest, gives_fifty_sessions_unless_told_otherwise) {
    for (int number = 1; number <= 51; ++number) open(number);
    EXPECT_EQ(get("/v1/sessions").parsed()["items"].size(), 50U);
    EXPECT_EQ(get("/v1/sessions?limit=51").parsed()["items"].size(), 51U);
}

TEST_F(ApiTest, gives_an_open_session) {
    open(1);
    const json session = get(path_of(1)).parsed();
    EXPECT_EQ(session["id"], id_of(1).text());
    EXPECT_EQ(session["state"], "open");
    EXPECT_EQ(session["metrics"]["states"].size(), 1U);
}

TEST_F(ApiTest, gives_a_stored_session) {
    store(1);
    const json session = get(path_of(1)).parsed();
    EXPECT_EQ(session["state"], "closed");
    EXPECT_EQ(session["metrics"]["session.closeReason"], "sessionEnd");
    EXPECT_EQ(session["metrics"]["states"].size(), 1U);
}

TEST_F(ApiTest, knows_no_session_of_another_id) {
    store(1);
    for (const std::string& target :
         {path_of(2), path_of(2) + "/events", std::string("/v1/sessions/abc"), path_of(1) + "0"}) {
        const Answer answer = get(target);
        EXPECT_EQ(answer.status, 404) << target;
        EXPECT_EQ(answer.parsed()["instance"], target);
    }
    EXPECT_FALSE(asked_events_of_);
}

TEST_F(ApiTest, gives_the_events_of_open_and_stored_sessions) {
    open(1);
    store(2);
    events_ = std::vector<EventRow>(3);
    for (const int number : {1, 2}) {
        const json page = get(path_of(number) + "/events").parsed();
        EXPECT_EQ(page["items"].size(), 3U);
        EXPECT_EQ(page["next"], nullptr);
        EXPECT_EQ(asked_events_of_, id_of(number));
    }
}

TEST_F(ApiTest, explains_open_and_stored_sessions) {
    open(1);
    store(2);
    explanation_ = session::Explanation();
    explanation_->metrics.push_back(
        {session::Metric::pause_count, int64_t{0}, {}, {}, "None.", session::Reach::changes});
    for (const int number : {1, 2}) {
        const json answer = get(path_of(number) + "/explain").parsed();
        EXPECT_EQ(answer["id"], id_of(number).text());
        EXPECT_EQ(answer["state"], number == 1 ? "open" : "closed");
        EXPECT_EQ(answer["metrics"][0]["whyNot"], "None.");
        EXPECT_EQ(asked_explanation_of_, id_of(number));
    }
}

TEST_F(ApiTest, says_that_a_session_can_no_longer_be_explained) {
    store(1);
    explanation_ = base::fail(base::ErrorCode::not_found, "gone");
    const Answer gone = get(path_of(1) + "/explain");
    EXPECT_EQ(gone.status, 410);
    EXPECT_EQ(gone.parsed()["detail"], "The events of this session are no longer kept.");
    EXPECT_EQ(get(path_of(3) + "/explain").status, 404);
    EXPECT_EQ(get(path_of(1) + "/explain?limit=1").status, 400);
}

TEST_F(ApiTest, gives_what_arrived_for_a_session_as_a_file) {
    open(1);
    const Answer answer = get(path_of(1) + "/recording");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.parsed()["name"], id_of(1).text());
    EXPECT_EQ(answer.parsed()["events"][0]["receivedAt"], 5);
    EXPECT_TRUE(answer.has("Content-Disposition: attachment; filename=\"session-" +
                           id_of(1).text() + ".json\""));
    EXPECT_EQ(get(path_of(3) + "/recording").status, 404);
    EXPECT_EQ(get(path_of(1) + "/recording?limit=1").status, 400);
}

TEST_F(ApiTest, goes_through_events_by_their_cursor) {
    open(1);
    events_ = std::vector<EventRow>(5);
    for (size_t i = 0; i < events_->size(); ++i) (*events_)[i].offset = i;
    const std::string target = path_of(1) + "/events?limit=2";
    const json first = get(target).parsed();
    EXPECT_EQ(first["items"][1]["offset"], 1);
    EXPECT_EQ(first["next"], "2");
    const json last = get(target + "&cursor=4").parsed();
    EXPECT_EQ(last["items"].size(), 1U);
    EXPECT_EQ(last["items"][0]["offset"], 4);
    EXPECT_EQ(last["next"], nullptr);
    EXPECT_TRUE(get(target + "&cursor=5").parsed()["items"].empty());
    EXPECT_TRUE(get(target + "&cursor=18446744073709551615").parsed()["items"].empty());
}

TEST_F(ApiTest, gives_a_thousand_events_at_most) {
    open(1);
    events_ = std::vector<EventRow>(1'001);
    const json page = get(path_of(1) + "/events").parsed();
    EXPECT_EQ(page["items"].size(), 1'000U);
    EXPECT_EQ(page["next"], "1000");
}

TEST_F(ApiTest, says_that_events_are_no_longer_kept) {
    store(1);
    events_ = base::fail(base::ErrorCode::not_found, "the segment is gone");
    EXPECT_EQ(get(path_of(1) + "/events").status, 410);
}

TEST_F(ApiTest, says_that_the_store_failed) {
    reader_.error = base::Error{base::ErrorCode::io, "the disk is gone"};
    for (const std::string& target :
         {std::string("/v1/sessions"), path_of(1), path_of(1) + "/events"}) {
        const Answer answer = get(target);
        EXPECT_EQ(answer.status, 500) << target;
        EXPECT_NE(answer.parsed()["detail"].get<std::string>().find("the disk is gone"),
                  std::string::npos);
    }
}

TEST_F(ApiTest, asks_to_come_again_when_a_source_drops_the_question) {
    drops_questions_ = true;
    for (const std::string& target :
         {std::string("/v1/sessions"), path_of(1), path_of(1) + "/events"}) {
        const Answer answer = get(target);
        EXPECT_EQ(answer.status, 503) << target;
        EXPECT_TRUE(answer.has("Retry-After: 1"));
    }
}

// Holds the first question to the store until it is let go.
class BusyApiTest : public ApiTest {
  protected:
    void SetUp() override {
        reader_.before_answer = [this] {
            if (entered_) return;
            entered_ = true;
            taken_.set_value();
            release_.get_future().wait();
        };
        store(1);
        ApiTest::SetUp();
        first_.emplace(client());
        first_->ask(path_of(1));
        taken_.get_future().wait();
    }

    bool entered_ = false;
    std::promise<void> taken_;
    std::promise<void> release_;
    std::optional<Client> first_;
};

TEST_F(BusyApiTest, asks_to_come_again_when_too_many_questions_wait) {
    std::vector<Client> waiting;
    std::vector<pollfd> sockets;
    for (size_t i = 0; i <= Api::waiting_questions; ++i) {
        waiting.push_back(client());
        waiting.back().ask(path_of(1));
        sockets.push_back({waiting.back().socket(), POLLIN, 0});
    }
    // Which of them comes last is not known, but that it is one.
    ASSERT_EQ(::poll(sockets.data(), sockets.size(), -1), 1);
    const auto refused = static_cast<size_t>(
        std::ranges::find_if(sockets, [](const pollfd& each) { return each.revents != 0; }) -
        sockets.begin());
    const Answer answer = waiting[refused].read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_TRUE(answer.has("Retry-After: 1"));

    release_.set_value();
    EXPECT_EQ(first_->read().status, 200);
    for (size_t i = 0; i < waiting.size(); ++i) {
        if (i == refused) continue;
        EXPECT_EQ(waiting[i].read().status, 200);
    }
}

TEST_F(BusyApiTest, answers_what_needs_no_store_meanwhile) {
    EXPECT_EQ(get("/healthz").status, 200);
    EXPECT_EQ(get("/metrics").status, 200);
    EXPECT_EQ(get("/v1/sessions?limit=0").status, 400);
    release_.set_value();
    EXPECT_EQ(first_->read().status, 200);
}

TEST_F(BusyApiTest, stops_while_questions_wait) {
    Client second = client();
    second.ask(path_of(1));
    EXPECT_EQ(get("/healthz").status, 200);
    auto stopped = std::async(std::launch::async, [this] { server_->stop(); });
    release_.set_value();
    stopped.wait();
}

}  // namespace
}  // namespace playhead::web
