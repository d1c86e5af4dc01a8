// SPDX-License-Identifier: Apache-2.0
#include "app/fold_command.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <sstream>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "http/message.h"
#include "ingest/decoder.h"
#include "ingest/timeline.h"
#include "session/fold.h"
#include "web/session_json.h"

namespace playhead::app {
namespace {

base::Result<std::string> read_all(const std::string& file) {
    const std::unique_ptr<FILE, int (*)(FILE*)> opened(
        file == "-" ? nullptr : std::fopen(file.c_str(), "rb"), std::fclose);
    FILE* from = file == "-" ? stdin : opened.get();
    if (from == nullptr) return base::fail_errno(errno, "cannot open " + file);
    std::string text;
    char piece[65536];
    while (true) {
        const size_t got = std::fread(piece, 1, sizeof piece, from);
        text.append(piece, got);
        if (got == sizeof piece) continue;
        if (std::ferror(from) != 0) return base::fail_errno(errno, "cannot read " + file);
        return text;
    }
}

std::string why_refused(size_t index, ingest::Rejection rejection,
                        const ingest::Problems& problems) {
    std::string text = "event " + std::to_string(index) + " is not valid: ";
    text += ingest::sentence_of(rejection);
    for (const ingest::Problem& problem : problems.all()) {
        text += "\n  " + problem.path + ": " + std::string(problem.reason);
    }
    return text;
}

// One session of the document, folded alone. Its arrival time is `receivedAt` when given, else
// `ts`, and never runs backwards (metrics 2.1).
base::Result<session::Folded> fold_session(const ingest::TimelineSession& recorded,
                                           const session::Rules& rules) {
    ingest::Decoder decoder;
    ingest::Problems problems;
    event::Event event;
    std::unique_ptr<session::Fold> fold;
    session::Arrival arrival;
    for (size_t i = 0; i < recorded.events.size(); ++i) {
        const ingest::TimelineEvent& given = recorded.events[i];
        const std::string padded = given.body + std::string(http::body_padding, '\0');
        problems.clear();
        const auto refused = decoder.decode(std::string_view(padded).substr(0, given.body.size()),
                                            ingest::Profile::standard, event, problems);
        if (refused) {
            return base::fail(base::ErrorCode::invalid, why_refused(i, *refused, problems));
        }
        if ((event.type == event::EventType::session_start) != (i == 0)) {
            return base::fail(base::ErrorCode::invalid,
                              "event " + std::to_string(i) +
                                  ": the first event of a session, and no other, is sessionStart");
        }
        arrival.offset = i;
        arrival.received_at = std::max(arrival.received_at, given.received_at.value_or(event.ts));
        arrival.uptime_ms = arrival.received_at;
        if (fold) {
            fold->add(arrival, event);
        } else {
            fold = std::make_unique<session::Fold>(
                rules, arrival, event,
                recorded.is_downloaded ? session::Origin::downloaded : session::Origin::live,
                recorded.is_federated);
        }
    }
    if (!fold) return base::fail(base::ErrorCode::invalid, "there are no events");
    session::Folded folded = fold->finish();
    folded.events = session::in_arrival_order(std::move(folded.events));
    return folded;
}

base::Result<std::string> fold_document(const std::string& document, int64_t rule_set,
                                        bool with_spans) {
    const auto timeline = ingest::read_timeline(document);
    if (!timeline) return std::unexpected(timeline.error());
    const session::Rules rules{.rule_set = rule_set};
    std::vector<web::FoldedSession> folded;
    for (const ingest::TimelineSession& recorded : timeline->sessions) {
        auto one = fold_session(recorded, rules);
        if (!one) return std::unexpected(one.error());
        folded.push_back({recorded.sid, std::move(one->row), std::move(one->events)});
    }
    if (timeline->has_many) return web::fold_json(folded, with_spans);
    return web::fold_json(folded.front().row, folded.front().events, with_spans);
}

}  // namespace

int fold(const std::string& file, int64_t rule_set, bool with_spans) {
    const auto document = read_all(file);
    if (!document) {
        std::cerr << "playhead: " << document.error().what << '\n';
        return 1;
    }
    const auto printed = fold_document(*document, rule_set, with_spans);
    if (!printed) {
        std::cerr << "playhead: " << file << ": " << printed.error().what << '\n';
        return 1;
    }
    std::cout << *printed << '\n';
    return 0;
}

}  // namespace playhead::app
