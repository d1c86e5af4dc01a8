// SPDX-License-Identifier: Apache-2.0
#include "web/erasure_door.h"

#include <expected>
#include <utility>

#include <nlohmann/json.hpp>

#include "web/problem.h"
#include "web/target.h"

namespace playhead::web {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view list_path = "/v1/erasures";

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const ErasureReceipt& receipt) {
    const store::Erasure& erasure = receipt.erasure;
    Json json = {{"id", erasure.id},
                 {"erasedAt", erasure.erased_at},
                 {"sessions", erasure.sessions},
                 {"requests", erasure.records},
                 {"rows", erasure.rows}};
    if (receipt.quarantined) json["quarantined"] = *receipt.quarantined;
    json["finishedAt"] = erasure.finished_at ? Json(*erasure.finished_at) : Json(nullptr);
    json["pending"] = receipt.pending;
    return json;
}

http::Response refused(const base::Error& error, const std::string& target) {
    if (error.code != base::ErrorCode::invalid) return error_answer(error, target);
    return problem_answer(Problem::no_person, target, error.what);
}

// The viewer that a body names, or what is wrong with it.
std::expected<std::string, std::string> viewer_in(std::string_view body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object()) return std::unexpected("the body is not a JSON object");
    for (const auto& [name, value] : json.items()) {
        if (name != "visitorId") return std::unexpected("it does not take the member " + name);
    }
    const auto found = json.find("visitorId");
    if (found == json.end() || !found->is_string()) {
        return std::unexpected("visitorId is missing or not a text");
    }
    std::string viewer = found->get<std::string>();
    if (viewer.empty()) return std::unexpected("visitorId is empty");
    if (viewer.size() > viewer_id_bytes) {
        return std::unexpected("visitorId is longer than " + std::to_string(viewer_id_bytes) +
                               " bytes");
    }
    return viewer;
}

// The duty to answer one request; whoever drops the last one unanswered had no time for it.
class Duty {
  public:
    Duty(http::Responder responder, std::string_view target)
        : responder_(std::move(responder)), target_(target) {}

    Duty(const Duty&) = delete;
    Duty& operator=(const Duty&) = delete;

    ~Duty() {
        if (responder_) send(problem_answer(Problem::overloaded, target_));
    }

    void send(http::Response response) { std::exchange(responder_, {}).send(std::move(response)); }

    const std::string& target() const { return target_; }

  private:
    http::Responder responder_;
    std::string target_;
};

}  // namespace

ErasureDoor::ErasureDoor(Sources sources, std::unique_ptr<http::Handler> next)
    : sources_(std::move(sources)), next_(std::move(next)) {
}

void ErasureDoor::handle(const http::Request& request, http::Responder responder) noexcept {
    const std::string_view path = request.target.substr(0, request.target.find('?'));
    if (path == "/v1/erase") return erase(request, std::move(responder));
    if (path == list_path || path.starts_with(std::string(list_path) + "/")) {
        return list(request, std::move(responder));
    }
    next_->handle(request, std::move(responder));
}

void ErasureDoor::erase(const http::Request& request, http::Responder responder) {
    const auto duty = std::make_shared<Duty>(std::move(responder), request.target);
    if (request.method != http::Method::post) {
        return duty->send(problem_answer(Problem::takes_post, request.target));
    }
    const auto viewer = viewer_in(request.body);
    if (!viewer) {
        return duty->send(problem_answer(Problem::bad_erasure, request.target, viewer.error()));
    }
    sources_.erase(*viewer, [duty](base::Result<ErasureReceipt> receipt) {
        if (!receipt) return duty->send(refused(receipt.error(), duty->target()));
        duty->send(json_answer(text_of(json_of(*receipt))));
    });
}

void ErasureDoor::list(const http::Request& request, http::Responder responder) {
    const auto duty = std::make_shared<Duty>(std::move(responder), request.target);
    if (request.method != http::Method::get && request.method != http::Method::head) {
        return duty->send(problem_answer(Problem::method_not_allowed, request.target));
    }
    const size_t question = request.target.find('?');
    if (question != request.target.npos) {
        if (const auto refusal = refuse_parameters(request.target.substr(question + 1))) {
            return duty->send(problem_answer(refusal->problem, request.target, refusal->more));
        }
    }
    const std::string_view path = request.target.substr(0, question);
    const bool asks_one = path.size() > list_path.size();
    const std::string id(asks_one ? path.substr(list_path.size() + 1) : "");
    sources_.erasures([duty, asks_one, id](base::Result<std::vector<ErasureReceipt>> all) {
        if (!all) return duty->send(error_answer(all.error(), duty->target()));
        Json items = Json::array();
        for (const ErasureReceipt& one : *all) {
            if (asks_one && one.erasure.id == id) {
                return duty->send(json_answer(text_of(json_of(one))));
            }
            items.push_back(json_of(one));
        }
        if (asks_one) {
            return duty->send(problem_answer(Problem::no_such_erasure, duty->target()));
        }
        duty->send(json_answer(text_of({{"items", std::move(items)}, {"next", nullptr}})));
    });
}

}  // namespace playhead::web
