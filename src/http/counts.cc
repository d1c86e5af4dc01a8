// SPDX-License-Identifier: Apache-2.0
#include "http/counts.h"

#include <string>

namespace playhead::http {
namespace {

std::string labels_of(std::string_view server, std::string_view more = {}) {
    std::string labels = "server=\"";
    labels += server;
    labels += "\"";
    if (!more.empty()) labels += ",";
    labels += more;
    return labels;
}

std::array<base::Counter*, 6> answer_counters(base::Counters& registry, std::string_view server) {
    constexpr std::array<std::string_view, 6> classes = {"other", "1xx", "2xx",
                                                         "3xx",   "4xx", "5xx"};
    std::array<base::Counter*, 6> made{};
    for (size_t i = 0; i < classes.size(); ++i) {
        const std::string more = "class=\"" + std::string(classes[i]) + "\"";
        made[i] = &registry.counter("playhead_http_answers_total", labels_of(server, more),
                                    "Answers, by class of their status");
    }
    return made;
}

std::array<base::Counter*, refusal_count> refusal_counters(base::Counters& registry,
                                                           std::string_view server) {
    std::array<base::Counter*, refusal_count> made{};
    for (size_t i = 0; i < refusal_count; ++i) {
        const RefusalText text = describe(static_cast<Refusal>(i));
        const std::string more = "reason=\"" + std::string(text.name) + "\"";
        made[i] = &registry.counter("playhead_http_refusals_total", labels_of(server, more),
                                    "Answers that the server itself gave, by reason; each "
                                    "unanswered is a bug");
    }
    return made;
}

void add_some(base::Counter& counter, uint64_t number) {
    if (number > 0) counter.add(number);
}

}  // namespace

Counts::Counts(base::Counters* registry, std::string_view server)
    : accepted_((registry ? *registry : unseen_)
                    .counter("playhead_http_connections_total",
                             labels_of(server, "outcome=\"accepted\""),
                             "Connections that were opened, and those above the limit")),
      refused_((registry ? *registry : unseen_)
                   .counter("playhead_http_connections_total",
                            labels_of(server, "outcome=\"refused\""), "")),
      crowded_((registry ? *registry : unseen_)
                   .counter("playhead_http_crowded_connections_total", labels_of(server),
                            "Connections above the limit of their address")),
      introductions_(
          (registry ? *registry : unseen_)
              .counter("playhead_http_proxy_headers_total", labels_of(server, "outcome=\"read\""),
                       "Headers of the PROXY protocol from proxies that are believed, and "
                       "connections closed because theirs was missing or malformed")),
      bad_introductions_((registry ? *registry : unseen_)
                             .counter("playhead_http_proxy_headers_total",
                                      labels_of(server, "outcome=\"refused\""), "")),
      handshakes_((registry ? *registry : unseen_)
                      .counter("playhead_http_tls_handshakes_total",
                               labels_of(server, "outcome=\"completed\""),
                               "Handshakes of TLS that succeeded, and those that came to nothing")),
      failed_handshakes_((registry ? *registry : unseen_)
                             .counter("playhead_http_tls_handshakes_total",
                                      labels_of(server, "outcome=\"failed\""), "")),
      requests_((registry ? *registry : unseen_)
                    .counter("playhead_http_requests_total", labels_of(server),
                             "Complete requests given to the handler")),
      answers_(answer_counters(registry ? *registry : unseen_, server)),
      dropped_((registry ? *registry : unseen_)
                   .counter("playhead_http_dropped_answers_total", labels_of(server),
                            "Answers whose client had gone")),
      refusals_(refusal_counters(registry ? *registry : unseen_, server)) {
}

void Counts::add(Tally& tally) {
    add_some(accepted_, tally.accepted);
    add_some(refused_, tally.refused);
    add_some(crowded_, tally.crowded);
    add_some(introductions_, tally.introductions);
    add_some(bad_introductions_, tally.bad_introductions);
    add_some(handshakes_, tally.handshakes);
    add_some(failed_handshakes_, tally.failed_handshakes);
    add_some(requests_, tally.requests);
    for (size_t i = 0; i < tally.answers.size(); ++i) add_some(*answers_[i], tally.answers[i]);
    add_some(dropped_, tally.dropped);
    for (size_t i = 0; i < refusal_count; ++i) add_some(*refusals_[i], tally.refusals[i]);
    tally = {};
}

}  // namespace playhead::http
