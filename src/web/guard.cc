// SPDX-License-Identifier: Apache-2.0
#include "web/guard.h"

#include <algorithm>

#include "http/ascii.h"

namespace playhead::web {
namespace {

// The token behind the scheme `Bearer`, or empty.
std::string_view bearer_of(const http::Request& request) {
    constexpr std::string_view scheme = "bearer";
    std::string_view value = request.header("Authorization");
    if (value.size() <= scheme.size() || value[scheme.size()] != ' ') return {};
    if (!http::same_text(value.substr(0, scheme.size()), scheme)) return {};
    value.remove_prefix(scheme.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

// Without the port: what stands before the last colon that is not part of a number in brackets.
std::string_view name_in(std::string_view host) {
    const size_t colon = host.rfind(':');
    if (colon == host.npos || host.find(']', colon) != host.npos) return host;
    return host.substr(0, colon);
}

// Names that mean this machine in every browser, whatever a name server says.
bool is_this_machine(std::string_view host) {
    const std::string_view name = name_in(host);
    if (http::same_text(name, "localhost") || name == "[::1]") return true;
    return name.starts_with("127.") && name.find_first_not_of("0123456789.") == name.npos;
}

bool only_reads(http::Method method) {
    return method == http::Method::get || method == http::Method::head;
}

bool is_of_another_origin(const http::Request& request) {
    const std::string_view site = request.header("Sec-Fetch-Site");
    if (!site.empty() && site != "same-origin" && site != "none") return true;
    const std::string_view origin = request.header("Origin");
    if (origin.empty()) return false;
    constexpr std::string_view schemes[] = {"http://", "https://"};
    return std::ranges::none_of(schemes, [&](std::string_view scheme) {
        return origin.starts_with(scheme) &&
               http::same_text(origin.substr(scheme.size()), request.header("Host"));
    });
}

}  // namespace

Guard::Guard(std::unique_ptr<http::Handler> guarded, const Tokens* tokens, base::Counters& counters)
    : guarded_(std::move(guarded)),
      tokens_(tokens),
      refused_(counters.counter("playhead_admin_refused_total", "",
                                "Requests of the admin side from who may not ask")) {
}

void Guard::handle(const http::Request& request, http::Responder responder) noexcept {
    auto refusal = refuse(request);
    if (!refusal) return guarded_->handle(request, std::move(responder));
    refused_.add();
    responder.send(*std::move(refusal));
}

std::optional<http::Response> Guard::refuse(const http::Request& request) const {
    if (tokens_ != nullptr) return refuse_bearer(request);
    const std::string_view host = request.header("Host");
    if (!host.empty() && !is_this_machine(host)) {
        return problem_answer(Problem::foreign_host, request.target, host);
    }
    if (!only_reads(request.method) && is_of_another_origin(request)) {
        return problem_answer(Problem::foreign_origin, request.target);
    }
    return std::nullopt;
}

std::optional<http::Response> Guard::refuse_bearer(const http::Request& request) const {
    const auto needed = scope_needed(request.target);
    if (!needed) return std::nullopt;
    const std::string_view text = bearer_of(request);
    if (text.empty()) return problem_answer(Problem::no_token, request.target);
    const auto scopes = tokens_->scopes_of(text);
    if (!scopes) return problem_answer(Problem::unknown_token, request.target);
    if (scopes->allows(*needed)) return std::nullopt;
    const std::string_view name = name_of(*needed);
    http::Response response = problem_answer(Problem::token_lacks_scope, request.target, name);
    response.headers =
        "WWW-Authenticate: Bearer realm=\"playhead\", error=\"insufficient_scope\", "
        "scope=\"" +
        std::string(name) + "\"\r\n";
    return response;
}

}  // namespace playhead::web
