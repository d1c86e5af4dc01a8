// SPDX-License-Identifier: Apache-2.0
#include "web/api.h"

#include <algorithm>
#include <span>

#include <nlohmann/json.hpp>

#include "base/bounded_queue.h"
#include "web/api_description.h"
#include "web/asset.h"
#include "web/explanation_json.h"
#include "web/problem.h"
#include "web/reply.h"
#include "web/session_json.h"
#include "web/session_page.h"
#include "web/session_query.h"

namespace playhead::web {

using session::EventRow;
using session::SessionRow;

// What the thread of an Api works on. It is shared with the answers that are still under way from
// other threads; after stop() they find the queue closed.
class Api::Worker {
  public:
    using Job = std::function<void(store::Reader&)>;

    Worker(Sources sources, store::Reader& reader)
        : sources_(std::move(sources)), reader_(reader) {}

    const Sources& sources() const { return sources_; }

    // A job that does not fit is dropped, and its Reply answers.
    void put(Job job) { static_cast<void>(jobs_.try_push(std::move(job))); }

    void run() {
        std::vector<Job> jobs;
        while (jobs_.pop_all(jobs)) {
            for (Job& job : jobs) {
                if (!stopped_) job(reader_);
                job = nullptr;
            }
            jobs.clear();
        }
    }

    void stop() {
        stopped_ = true;
        jobs_.close();
    }

  private:
    Sources sources_;
    store::Reader& reader_;
    base::BoundedQueue<Job> jobs_{waiting_questions};
    std::atomic<bool> stopped_ = false;
};

Api::Api(Sources sources, store::Reader& reader, const base::Counters& counters)
    : worker_(std::make_shared<Worker>(std::move(sources), reader)),
      counters_(counters),
      thread_([worker = worker_] { worker->run(); }) {
}

Api::~Api() {
    worker_->stop();
    thread_.join();
}

void Api::handle(const http::Request& request, http::Responder responder) noexcept {
    const Target target = target_from(request.target);
    if (target.resource == Resource::reports || target.resource == Resource::sql) {
        return answer_posted(request, target, std::move(responder));
    }
    if (target.resource == Resource::live) {
        return worker_->sources().live(request, target.query, std::move(responder));
    }
    const auto reply = std::make_shared<Reply>(std::move(responder), request.target);
    if (target.resource == Resource::none) {
        auto file = asset_answer(request, worker_->sources().https_only);
        if (file) return reply->send(*std::move(file));
        return reply->refuse(Problem::no_such_path);
    }
    if (request.method != http::Method::get && request.method != http::Method::head) {
        return reply->refuse(Problem::method_not_allowed);
    }
    if (target.resource == Resource::sessions) return answer_sessions(target.query, reply);
    if (target.resource == Resource::quarantine) return answer_quarantine(target.query, reply);

    const bool takes_page = target.resource == Resource::events;
    if (const auto refusal = takes_page ? std::nullopt : refuse_parameters(target.query)) {
        return reply->refuse(*refusal);
    }
    if (target.resource == Resource::health) {
        return reply->send(json_answer(R"({"status":"alive"})"));
    }
    if (target.resource == Resource::description) {
        return reply->send(json_answer(std::string(api_description())));
    }
    if (target.resource == Resource::readiness) return answer_readiness(reply);
    if (target.resource == Resource::metrics) {
        return reply->send(text_answer(counters_.prometheus_text()));
    }
    if (target.resource == Resource::ledger) return answer_ledger(reply);
    const auto id = event::session_id_from(target.session);
    if (!id) return reply->refuse(Problem::no_such_session);
    if (target.resource == Resource::session) return answer_session(*id, reply);
    if (target.resource == Resource::explanation) return answer_explanation(*id, reply);
    if (target.resource == Resource::recording) return answer_recording(*id, reply);
    answer_events(*id, target.query, reply);
}

void Api::answer_posted(const http::Request& request, const Target& target,
                        http::Responder responder) {
    if (request.method != http::Method::post) {
        return responder.send(problem_answer(Problem::takes_post, request.target));
    }
    if (const auto refusal = refuse_parameters(target.query)) {
        return responder.send(problem_answer(refusal->problem, request.target, refusal->more));
    }
    const Sources& sources = worker_->sources();
    const bool is_sql = target.resource == Resource::sql;
    (is_sql ? sources.sql : sources.reports)(request, std::move(responder));
}

void Api::answer_readiness(const ReplyPtr& reply) const {
    const Readiness found = worker_->sources().readiness();
    using Json = nlohmann::ordered_json;
    const Json body = {{"ready", found.ready}, {"reasons", found.reasons}};
    http::Response response =
        json_answer(body.dump(-1, ' ', false, Json::error_handler_t::replace));
    constexpr int unavailable = 503;
    if (!found.ready) response.status = unavailable;
    reply->send(std::move(response));
}

void Api::answer_ledger(const ReplyPtr& reply) {
    worker_->sources().ledger([worker = worker_, reply](LedgerView ledger) {
        worker->put([reply, ledger = std::move(ledger)](store::Reader&) {
            reply->send(json_answer(ledger_json(ledger)));
        });
    });
}

void Api::answer_quarantine(std::string_view query, const ReplyPtr& reply) {
    const auto page = page_from(query, usual_sessions);
    if (!page) return reply->refuse(page.error());
    const auto from = event_cursor(*page);
    if (!from) return reply->refuse(from.error());
    // The worker drops its jobs before it goes, and the job its hold on it.
    worker_->put([worker = worker_, from = *from, limit = page->limit, reply](store::Reader&) {
        const auto found = worker->sources().quarantine(from, limit);
        if (!found) return reply->fail(found.error());
        reply->send(json_answer(quarantine_json(*found)));
    });
}

void Api::answer_sessions(std::string_view query, const ReplyPtr& reply) {
    const auto asked = session_query_from(query);
    if (!asked) return reply->refuse(asked.error());
    const auto use = [asked = *asked, reply](OpenSessions open, store::Reader& reader) {
        std::vector<SessionRow> stored;
        // The store has none that are open, and need not be there for them.
        if (!asked.filter.open.value_or(false)) {
            auto found = reader.sessions(asked.filter, asked.before, asked.limit + 1);
            if (!found) return reply->fail(found.error());
            stored = *std::move(found);
        }
        const SessionPage page =
            merge_newest_first(std::move(open), std::move(stored), asked.limit);
        reply->send(json_answer(session_list_json(page.rows, page.next)));
    };
    worker_->sources().open_sessions(
        asked->filter, asked->before, asked->limit + 1, [worker = worker_, use](OpenSessions open) {
            worker->put([use, open = std::move(open)](store::Reader& reader) mutable {
                use(std::move(open), reader);
            });
        });
}

void Api::answer_session(const event::SessionId& id, const ReplyPtr& reply) {
    worker_->sources().open_session(
        id, [worker = worker_, id, reply](std::optional<SessionRow> open) {
            worker->put([id, reply, open = std::move(open)](store::Reader& reader) {
                if (open) return reply->send(json_answer(session_json(*open)));
                const auto stored = reader.session(id);
                if (!stored) return reply->fail(stored.error());
                if (!*stored) return reply->refuse(Problem::no_such_session);
                reply->send(json_answer(session_json(**stored)));
            });
        });
}

// Calls `found` with the row of the session, from any thread; or answers that there is none.
void Api::find_session(const event::SessionId& id, const ReplyPtr& reply,
                       std::function<void(SessionRow)> found) {
    worker_->sources().open_session(id, [worker = worker_, id, reply,
                                         found = std::move(found)](std::optional<SessionRow> open) {
        if (open) return found(*std::move(open));
        worker->put([id, reply, found](store::Reader& reader) {
            auto stored = reader.session(id);
            if (!stored) return reply->fail(stored.error());
            if (!*stored) return reply->refuse(Problem::no_such_session);
            found(**std::move(stored));
        });
    });
}

namespace {

http::Response events_answer(const std::vector<EventRow>& events, size_t given, size_t limit) {
    const size_t from = std::min(given, events.size());
    const size_t count = std::min(limit, events.size() - from);
    std::optional<std::string> next;
    if (from + count < events.size()) next = std::to_string(from + count);
    return json_answer(event_list_json(std::span(events).subspan(from, count), next));
}

}  // namespace

void Api::answer_events(const event::SessionId& id, std::string_view query, const ReplyPtr& reply) {
    const auto page = page_from(query, most_items);
    if (!page) return reply->refuse(page.error());
    const auto given = event_cursor(*page);
    if (!given) return reply->refuse(given.error());

    // The rows are found here and there, the events at one place; back on the worker's thread for
    // the text.
    const auto found = [worker = worker_, reply, given = *given,
                        limit = page->limit](SessionRow row) {
        worker->sources().session_events(
            std::move(row), [worker, reply, given, limit](auto result) {
                worker->put([reply, given, limit, events = std::move(result)](store::Reader&) {
                    if (!events) return reply->fail(events.error());
                    reply->send(events_answer(*events, given, limit));
                });
            });
    };
    find_session(id, reply, found);
}

void Api::answer_explanation(const event::SessionId& id, const ReplyPtr& reply) {
    find_session(id, reply, [worker = worker_, reply](SessionRow row) {
        SessionRow stored = row;
        worker->sources().session_explanation(
            std::move(row), [worker, reply, stored = std::move(stored)](auto result) {
                worker->put([reply, stored, explained = std::move(result)](store::Reader&) {
                    if (!explained) return reply->fail(explained.error());
                    reply->send(json_answer(explanation_json(stored, *explained)));
                });
            });
    });
}

void Api::answer_recording(const event::SessionId& id, const ReplyPtr& reply) {
    find_session(id, reply, [worker = worker_, reply](SessionRow row) {
        worker->sources().session_recording(std::move(row), [worker, reply](auto result) {
            worker->put([reply, recorded = std::move(result)](store::Reader&) {
                if (!recorded) return reply->fail(recorded.error());
                http::Response answer = json_answer(recording_json(*recorded));
                answer.headers += "Content-Disposition: attachment; filename=\"session-" +
                                  recorded->session + ".json\"\r\n";
                reply->send(std::move(answer));
            });
        });
    });
}

}  // namespace playhead::web
