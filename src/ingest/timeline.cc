// SPDX-License-Identifier: Apache-2.0
#include "ingest/timeline.h"

#include <utility>

#include "http/message.h"
#include "ingest/decimal.h"
#include "ingest/decoder.h"

namespace playhead::ingest {
namespace {

std::unexpected<base::Error> wrong(std::string what) {
    return base::fail(base::ErrorCode::invalid, std::move(what));
}

bool is_integer(std::string_view text) {
    return !text.empty() && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9')) &&
           exact_integer(text);
}

// The last member of this name, as for every reader here; null when there is none.
const JsonMember* member_named(const std::vector<JsonMember>& members, std::string_view name) {
    const JsonMember* found = nullptr;
    for (const JsonMember& member : members) {
        if (member.name == name) found = &member;
    }
    return found;
}

// Reads one document; `place` in errors says where.
class Document {
  public:
    base::Result<Timeline> read(std::string_view text);

  private:
    base::Result<TimelineSession> session(const std::vector<JsonMember>& members,
                                          const std::string& place);
    base::Result<std::vector<TimelineEvent>> events(std::string_view text,
                                                    const std::string& place);
    base::Result<TimelineEvent> event(std::string_view text, const std::string& place);
    base::Result<void> context(std::string_view text, const std::string& place,
                               TimelineSession& session);

    JsonParts parts_;
};

base::Result<TimelineEvent> Document::event(std::string_view text, const std::string& place) {
    std::vector<JsonMember> members;
    TimelineEvent result{.body = std::string(text), .received_at = std::nullopt};
    // What is no object is no event either; the decoder will say so.
    if (!parts_.members(text, members)) return result;
    const JsonMember* const received = member_named(members, "receivedAt");
    if (received == nullptr) return result;
    if (!is_integer(received->value)) return wrong(place + "/receivedAt: expected integer");
    result.received_at = exact_integer(received->value);
    result.body = "{";
    for (const JsonMember& member : members) {
        if (member.name == "receivedAt") continue;
        if (result.body.size() > 1) result.body += ',';
        result.body += member.raw_name;
        result.body += ':';
        result.body += member.value;
    }
    result.body += '}';
    return result;
}

base::Result<std::vector<TimelineEvent>> Document::events(std::string_view text,
                                                          const std::string& place) {
    std::vector<std::string_view> elements;
    if (!parts_.elements(text, elements)) return wrong(place + ": expected an array of events");
    if (elements.empty()) return wrong(place + ": expected at least one event");
    std::vector<TimelineEvent> result;
    for (size_t i = 0; i < elements.size(); ++i) {
        auto one = event(elements[i], place + "/" + std::to_string(i));
        if (!one) return std::unexpected(one.error());
        result.push_back(std::move(*one));
    }
    return result;
}

base::Result<void> Document::context(std::string_view text, const std::string& place,
                                     TimelineSession& session) {
    std::vector<JsonMember> members;
    if (!parts_.members(text, members)) return wrong(place + ": expected object");
    if (const JsonMember* const endpoint = member_named(members, "endpoint")) {
        std::string name;
        if (!parts_.string(endpoint->value, name) || (name != "sessions" && name != "downloaded")) {
            return wrong(place + "/endpoint: expected \"sessions\" or \"downloaded\"");
        }
        session.is_downloaded = name == "downloaded";
    }
    if (const JsonMember* const federated = member_named(members, "federated")) {
        if (federated->value != "true" && federated->value != "false") {
            return wrong(place + "/federated: expected boolean");
        }
        session.is_federated = federated->value == "true";
    }
    return {};
}

base::Result<TimelineSession> Document::session(const std::vector<JsonMember>& members,
                                                const std::string& place) {
    TimelineSession result;
    const JsonMember* const given = member_named(members, "events");
    if (given == nullptr) return wrong(place + "/events: required");
    auto list = events(given->value, place + "/events");
    if (!list) return std::unexpected(list.error());
    result.events = std::move(*list);
    if (const JsonMember* const sid = member_named(members, "sid")) {
        if (!parts_.string(sid->value, result.sid)) return wrong(place + "/sid: expected string");
    }
    if (const JsonMember* const given_context = member_named(members, "context")) {
        const auto read = context(given_context->value, place + "/context", result);
        if (!read) return std::unexpected(read.error());
    }
    return result;
}

base::Result<Timeline> Document::read(std::string_view text) {
    Timeline result;
    std::vector<JsonMember> members;
    const JsonMember* many = nullptr;
    if (parts_.members(text, members)) {
        many = member_named(members, "sessions");
        if (const JsonMember* const report = member_named(members, "report")) {
            result.report = report->value;
        }
    } else {
        auto list = events(text, "");
        if (!list) return std::unexpected(list.error());
        result.sessions.push_back({.sid = {}, .events = std::move(*list)});
        return result;
    }
    if (many == nullptr) {
        auto one = session(members, "");
        if (!one) return std::unexpected(one.error());
        result.sessions.push_back(std::move(*one));
        return result;
    }
    result.has_many = true;
    std::vector<std::string_view> elements;
    if (!parts_.elements(many->value, elements)) return wrong("/sessions: expected array");
    for (size_t i = 0; i < elements.size(); ++i) {
        const std::string place = "/sessions/" + std::to_string(i);
        std::vector<JsonMember> of_session;
        if (!parts_.members(elements[i], of_session)) return wrong(place + ": expected object");
        auto one = session(of_session, place);
        if (!one) return std::unexpected(one.error());
        result.sessions.push_back(std::move(*one));
    }
    return result;
}

}  // namespace

base::Result<Timeline> read_timeline(std::string_view document) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (document.starts_with(byte_order_mark)) document.remove_prefix(byte_order_mark.size());
    const std::string padded = std::string(document).append(http::body_padding, '\0');
    return Document().read(std::string_view(padded).substr(0, document.size()));
}

}  // namespace playhead::ingest
