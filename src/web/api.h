// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/counters.h"
#include "base/error.h"
#include "http/message.h"
#include "session/explanation.h"
#include "session/row.h"
#include "store/store.h"
#include "web/ledger_json.h"
#include "web/quarantine_json.h"
#include "web/recording.h"
#include "web/reply.h"
#include "web/session_page.h"
#include "web/target.h"

namespace playhead::web {

// The reporting API on the admin address (contract: "Admin side"): the Handler of its only loop.
//
//   GET /healthz, /readyz, /metrics             answered on the loop
//   GET /openapi.json                           all of this, and the collection API (openapi.json)
//   GET /v1/live?by=&limit=&seconds=            what is watched now, also as a stream (LiveFeed)
//   GET /v1/ledger                              what became of what was received
//   GET /v1/quarantine?cursor=&limit=           events that were answered 404 or 410, oldest first
//   GET /v1/sessions?cursor=&limit=             open and closed sessions, newest first; with the
//                                               filters of docs/sessions.md
//   GET /v1/sessions/{sid}                      one session
//   GET /v1/sessions/{sid}/events?cursor=&limit=  its events in processed order, with verdicts
//   GET /v1/sessions/{sid}/explain              what made each of its metrics
//   POST /v1/reports                            metrics over many sessions (docs/reports.md)
//   POST /v1/sql                                SQL that reads the store (docs/sql.md)
//   GET /v1/sessions/{sid}/recording            what was sent, as a file for `playhead fold`
//
// Everything else is a problem (web/problem.h). HEAD is taken wherever GET is.
//
// Questions to the store, and all large answers, are made on a thread of its own, one at a time.
// At most `waiting_questions` wait for it; one more is answered 503, and accepting is not
// disturbed.
class Api final : public http::Handler {
  public:
    static constexpr size_t waiting_questions = 64;

    template <class T>
    using Done = std::function<void(T)>;

    // Whether the server can serve. The reasons, a sentence each, say why it cannot, and what an
    // operator should see to while it can.
    struct Readiness {
        bool ready = true;
        std::vector<std::string> reasons;
    };

    // What the rest of the program knows. Each function returns at once and calls `done` once, now
    // or later, from any thread; or drops it when it cannot take the question, which is then
    // answered 503. "Open" includes sessions that have closed and are not in the store yet, so that
    // a session is never in neither.
    struct Sources {
        // Whether browsers shall come by https only from now on.
        bool https_only = false;

        std::function<void(const event::SessionId& id,
                           Done<std::optional<session::SessionRow>> done)>
            open_session;

        // Up to `limit` of the newest that pass, with an id smaller than `before`, of open sessions
        // and of those that are not stored.
        std::function<void(const session::SessionFilter& filter,
                           const std::optional<event::SessionId>& before, size_t limit,
                           Done<OpenSessions> done)>
            open_sessions;

        // All events of this session in processed order. Error `not_found`: no longer kept.
        std::function<void(session::SessionRow row,
                           Done<base::Result<std::vector<session::EventRow>>> done)>
            session_events;

        // What made each metric of this session. Error `not_found`: no longer kept.
        std::function<void(session::SessionRow row, Done<base::Result<session::Explanation>> done)>
            session_explanation;

        // Answers GET /v1/live by itself; `query` is of the target.
        std::function<void(const http::Request& request, std::string_view query,
                           http::Responder responder)>
            live;

        // What arrived for this session. Errors as for session_events.
        std::function<void(session::SessionRow row, Done<base::Result<Recording>> done)>
            session_recording;

        std::function<Readiness()> readiness;

        std::function<void(Done<LedgerView> done)> ledger;

        // Up to `limit` refused events from this offset on; from the oldest that is kept when
        // nothing is kept there. Asked on the thread of the Api, may read the disk.
        std::function<base::Result<QuarantinePage>(uint64_t from, size_t limit)> quarantine;

        // Answers a question of POST /v1/reports by itself.
        std::function<void(const http::Request& request, http::Responder responder)> reports;

        // Answers a question of POST /v1/sql by itself.
        std::function<void(const http::Request& request, http::Responder responder)> sql;
    };

    // `reader` is used by the thread of this Api alone. Both references outlive it.
    Api(Sources sources, store::Reader& reader, const base::Counters& counters);

    // Questions that still wait are answered 503.
    ~Api() override;

    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    void handle(const http::Request& request, http::Responder responder) noexcept override;

  private:
    class Worker;
    using ReplyPtr = std::shared_ptr<Reply>;

    void answer_posted(const http::Request& request, const Target& target,
                       http::Responder responder);
    void answer_readiness(const ReplyPtr& reply) const;
    void answer_ledger(const ReplyPtr& reply);
    void answer_quarantine(std::string_view query, const ReplyPtr& reply);
    void answer_sessions(std::string_view query, const ReplyPtr& reply);
    void answer_session(const event::SessionId& id, const ReplyPtr& reply);
    void answer_events(const event::SessionId& id, std::string_view query, const ReplyPtr& reply);
    void answer_explanation(const event::SessionId& id, const ReplyPtr& reply);
    void answer_recording(const event::SessionId& id, const ReplyPtr& reply);
    void find_session(const event::SessionId& id, const ReplyPtr& reply,
                      std::function<void(session::SessionRow)> found);

    std::shared_ptr<Worker> worker_;
    const base::Counters& counters_;
    std::thread thread_;
};

}  // namespace playhead::web
