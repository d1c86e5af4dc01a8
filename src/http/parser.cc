// SPDX-License-Identifier: Apache-2.0
#include "http/parser.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include <llhttp.h>

#include "base/canary.h"
#include "base/check.h"
#include "http/ascii.h"
#include "http/usual_head.h"

// How the promise "any cut gives the same" is kept: a refusal is only decided where a certain byte
// is consumed, never where a piece ends. llhttp hands out spans early at the end of a piece, so
// sizes are judged when a span is complete; the header limit is kept by never feeding llhttp a byte
// beyond it; the framing of chunked bodies is fed byte by byte, so that its limit is as exact. Of
// a message that is all there the head may be read without llhttp, and then means the same.

namespace playhead::http {
namespace {

Method method_of(uint8_t number) {
    switch (number) {
        case HTTP_GET:
            return Method::get;
        case HTTP_HEAD:
            return Method::head;
        case HTTP_POST:
            return Method::post;
        case HTTP_PUT:
            return Method::put;
        case HTTP_OPTIONS:
            return Method::options;
        case HTTP_DELETE:
            return Method::del;
        case HTTP_PATCH:
            return Method::patch;
        default:
            return Method::other;
    }
}

bool is_spoken(const llhttp_t& grammar) {
    return grammar.http_major == 1 && grammar.http_minor <= 1;
}

Refusal refusal_of(llhttp_errno_t error, const llhttp_t& grammar) {
    const bool about_version = error == HPE_INVALID_VERSION || error == HPE_PAUSED_H2_UPGRADE;
    return about_version && !is_spoken(grammar) ? Refusal::version_unknown : Refusal::malformed;
}

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

// "http://host/path" (RFC 9112 section 3.2.2) as "/path"; any other target as it is.
std::string_view origin_form(std::string_view target) {
    if (target.empty() || target.front() == '/') return target;
    const size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return target;
    const size_t path = target.find_first_of("/?", scheme + 3);
    if (path == std::string_view::npos || target[path] == '?') return "/";
    return target.substr(path);
}

// A place in the message; the bytes themselves may move between two calls.
struct Place {
    size_t at = 0;
    size_t size = 0;

    std::string_view in(const char* base) const { return {base + at, size}; }
};

struct Line {
    Place name;
    Place value;
};

// What the headers say about how the message is framed.
struct Framing {
    size_t hosts = 0;
    size_t lengths = 0;
    size_t codings = 0;
    bool number = true;    // the length is made of digits only
    bool chunked = true;   // the coding is exactly "chunked"
    bool expects = false;  // 100-continue
};

}  // namespace

struct Parser::State {
    explicit State(const Limits& wanted) : limits(wanted), lines(wanted.headers) {
        headers.reserve(wanted.headers);
        start();
    }

    void start();
    Outcome parse(std::span<char> bytes);
    bool read_usual(std::string_view bytes);
    Outcome refuse(Refusal why);
    Outcome complete();
    size_t portion(size_t available) const;
    bool within_framing_limit();

    int head_done();
    bool lines_are_exact();
    Framing framing() const;
    bool judge(const Framing& framing);
    int fail(Refusal why);

    static State& of(llhttp_t* grammar) { return *static_cast<State*>(grammar->data); }

    static int on_message_begin(llhttp_t* grammar);
    static int on_url(llhttp_t* grammar, const char* at, size_t size);
    static int on_url_complete(llhttp_t* grammar);
    static int on_header_field(llhttp_t* grammar, const char* at, size_t size);
    static int on_header_field_complete(llhttp_t* grammar);
    static int on_header_value(llhttp_t* grammar, const char* at, size_t size);
    static int on_header_value_complete(llhttp_t* grammar);
    static int on_headers_complete(llhttp_t* grammar);
    static int on_body(llhttp_t* grammar, const char* at, size_t size);
    static int on_chunk_header(llhttp_t* grammar);
    static int on_message_complete(llhttp_t* grammar);
    static const llhttp_settings_t& settings();

    const Limits limits;
    llhttp_t grammar{};
    Request request;
    std::vector<Line> lines;  // as many as may be; the first `line_count` are filled
    std::vector<Header> headers;

    char* base = nullptr;  // of the bytes of this call
    size_t at = 0;         // what llhttp has consumed
    size_t line_count = 0;
    Line line;
    Place target;
    size_t body_at = 0;
    size_t body_size = 0;
    uint64_t body_expected = 0;  // by Content-Length
    uint64_t chunk_left = 0;
    uint64_t chunk_framing = 0;
    Refusal refusal = Refusal::malformed;
    bool refused = false;
    bool begun = false;
    bool target_complete = false;
    bool in_name = false;
    bool in_value = false;
    bool head_complete = false;
    bool chunked = false;
    bool expects_continue = false;
    bool keep_alive = false;
    bool message_complete = false;
};

const llhttp_settings_t& Parser::State::settings() {
    static const llhttp_settings_t all = [] {
        llhttp_settings_t made;
        llhttp_settings_init(&made);
        made.on_message_begin = on_message_begin;
        made.on_url = on_url;
        made.on_url_complete = on_url_complete;
        made.on_header_field = on_header_field;
        made.on_header_field_complete = on_header_field_complete;
        made.on_header_value = on_header_value;
        made.on_header_value_complete = on_header_value_complete;
        made.on_headers_complete = on_headers_complete;
        made.on_body = on_body;
        made.on_chunk_header = on_chunk_header;
        made.on_message_complete = on_message_complete;
        return made;
    }();
    return all;
}

void Parser::State::start() {
    llhttp_init(&grammar, HTTP_REQUEST, &settings());
    grammar.data = this;
    at = 0;
    line_count = 0;
    line = {};
    target = {};
    body_at = 0;
    body_size = 0;
    body_expected = 0;
    chunk_left = 0;
    chunk_framing = 0;
    refused = false;
    begun = false;
    target_complete = false;
    in_name = false;
    in_value = false;
    head_complete = false;
    chunked = false;
    expects_continue = false;
    keep_alive = false;
    message_complete = false;
}

// Reads a message that is all there and has a usual head; false when the grammar has to.
bool Parser::State::read_usual(std::string_view bytes) {
    const std::optional<UsualHead> head = read_usual_head(bytes, headers);
    if (!head) return false;
    if (head->size > limits.header_bytes || headers.size() > limits.headers) return false;
    if (head->target.size() > limits.target_bytes) return false;
    if (head->body_size > limits.body_bytes) return false;
    if (head->body_size > bytes.size() - head->size) return false;
    request = {.method = Method::post,
               .method_name = name_of(Method::post),
               .target = head->target,
               .headers = headers,
               .body = bytes.substr(head->size, head->body_size)};
    at = head->size + head->body_size;
    begun = true;
    keep_alive = true;
    return true;
}

Parser::Outcome Parser::State::parse(std::span<char> bytes) {
    if (refused) return Outcome::refused;
    CHECK(bytes.size() >= at);
    if (at == 0 && read_usual({bytes.data(), bytes.size()})) return Outcome::complete;
    base = bytes.data();
    while (at < bytes.size()) {
        const size_t size = portion(bytes.size() - at);
        if (size == 0) {
            return refuse(target_complete ? Refusal::header_too_large : Refusal::target_too_long);
        }
        if (!within_framing_limit()) return refuse(Refusal::malformed);
        const bool in_chunk = chunk_left > 0;
        const llhttp_errno_t error = llhttp_execute(&grammar, base + at, size);
        if (error == HPE_OK) {
            at += size;
            if (in_chunk) chunk_left -= size;
            continue;
        }
        if (error != HPE_PAUSED) return refuse(refused ? refusal : refusal_of(error, grammar));
        at = static_cast<size_t>(llhttp_get_error_pos(&grammar) - base);
        llhttp_resume(&grammar);
        // The head of a chunked message ends in a pause too, so that its framing begins apart.
        if (message_complete) return complete();
    }
    if constexpr (PLAYHEAD_CANARY(loses_a_byte_at_a_cut)) {
        if (chunk_left > 0 && body_size > 0) --body_size;
    }
    if (chunked) at = body_at + body_size;
    return Outcome::incomplete;
}

// How many bytes llhttp may be fed at once.
size_t Parser::State::portion(size_t available) const {
    if (!head_complete) return std::min(available, limits.header_bytes - at);
    if (!chunked) return available;
    if (chunk_left > 0) return static_cast<size_t>(std::min<uint64_t>(available, chunk_left));
    return 1;
}

// Chunk sizes, extensions and trailers are not kept, but they cost time: eight bytes of them for
// each byte of the body (chunks of one byte take five), and once more what a head may take.
bool Parser::State::within_framing_limit() {
    if (!chunked || chunk_left > 0) return true;
    ++chunk_framing;
    return chunk_framing <= limits.header_bytes + 8 * uint64_t{body_size};
}

Parser::Outcome Parser::State::refuse(Refusal why) {
    refused = true;
    refusal = why;
    return Outcome::refused;
}

int Parser::State::fail(Refusal why) {
    refuse(why);
    return -1;
}

Parser::Outcome Parser::State::complete() {
    request.method = method_of(grammar.method);
    request.method_name = llhttp_method_name(static_cast<llhttp_method_t>(grammar.method));
    request.target = origin_form(target.in(base));
    headers.clear();
    for (size_t i = 0; i < line_count; ++i) {
        headers.push_back({lines[i].name.in(base), lines[i].value.in(base)});
    }
    request.headers = headers;
    request.body = {base + body_at, body_size};
    return Outcome::complete;
}

int Parser::State::on_message_begin(llhttp_t* grammar) {
    of(grammar).begun = true;
    return 0;
}

int Parser::State::on_url(llhttp_t* grammar, const char* at, size_t size) {
    State& state = of(grammar);
    if (state.target.size == 0) state.target.at = static_cast<size_t>(at - state.base);
    state.target.size += size;
    return 0;
}

int Parser::State::on_url_complete(llhttp_t* grammar) {
    State& state = of(grammar);
    state.target_complete = true;
    if (state.target.size > state.limits.target_bytes) return state.fail(Refusal::target_too_long);
    return 0;
}

int Parser::State::on_header_field(llhttp_t* grammar, const char* at, size_t size) {
    State& state = of(grammar);
    if (state.head_complete) return 0;  // trailers are checked by the grammar and not kept
    if (!state.in_name) {
        state.line = {};
        state.line.name.at = static_cast<size_t>(at - state.base);
        state.in_name = true;
    }
    state.line.name.size += size;
    return 0;
}

int Parser::State::on_header_field_complete(llhttp_t* grammar) {
    State& state = of(grammar);
    state.in_name = false;
    state.in_value = false;
    if (state.head_complete) return 0;
    if (state.line_count == state.limits.headers) return state.fail(Refusal::header_too_large);
    return 0;
}

int Parser::State::on_header_value(llhttp_t* grammar, const char* at, size_t size) {
    State& state = of(grammar);
    if (state.head_complete) return 0;
    const auto place = static_cast<size_t>(at - state.base);
    Place& value = state.line.value;
    if (!state.in_value) {
        value.at = place;
        state.in_value = true;
    }
    // A value in two places is one folded over two lines, which RFC 9112 section 5.2 lets us
    // refuse.
    if (place != value.at + value.size) return state.fail(Refusal::malformed);
    value.size += size;
    return 0;
}

int Parser::State::on_header_value_complete(llhttp_t* grammar) {
    State& state = of(grammar);
    if (state.head_complete) return 0;
    Place& value = state.line.value;
    while (value.size > 0 && is_blank(state.base[value.at + value.size - 1])) --value.size;
    state.lines[state.line_count++] = state.line;
    return 0;
}

int Parser::State::on_headers_complete(llhttp_t* grammar) {
    return of(grammar).head_done();
}

int Parser::State::on_body(llhttp_t* grammar, const char* at, size_t size) {
    State& state = of(grammar);
    if (state.chunked) std::memmove(state.base + state.body_at + state.body_size, at, size);
    state.body_size += size;
    return 0;
}

int Parser::State::on_chunk_header(llhttp_t* grammar) {
    State& state = of(grammar);
    if (grammar->content_length > state.limits.body_bytes - state.body_size) {
        return state.fail(Refusal::body_too_large);
    }
    state.chunk_left = grammar->content_length;
    return 0;
}

int Parser::State::on_message_complete(llhttp_t* grammar) {
    of(grammar).message_complete = true;
    return HPE_PAUSED;
}

int Parser::State::head_done() {
    if (!is_spoken(grammar)) return fail(Refusal::version_unknown);
    if (!lines_are_exact()) return fail(Refusal::malformed);
    // Behind CONNECT another protocol would begin.
    if (grammar.method == HTTP_CONNECT) return fail(Refusal::not_implemented);
    const Framing found = framing();
    if (!judge(found)) return -1;
    head_complete = true;
    keep_alive = llhttp_should_keep_alive(&grammar) != 0;
    chunked = found.codings > 0;
    body_expected = chunked ? 0 : grammar.content_length;
    if (body_expected > limits.body_bytes) return fail(Refusal::body_too_large);
    expects_continue = found.expects && grammar.http_minor == 1 && (chunked || body_expected > 0);
    return chunked ? HPE_PAUSED : 0;
}

// Holds each byte of the head that is in no span against the one way in which it may be written.
// llhttp 8.1 lets some line ends and protocol names pass that other readers see differently.
bool Parser::State::lines_are_exact() {
    const char* next = base + target.at + target.size;
    constexpr std::string_view protocol = " HTTP/1.";
    constexpr std::string_view line_end = "\r\n";
    if (std::string_view(next, protocol.size()) != protocol) return false;
    next += protocol.size() + 1;
    if (std::string_view(next, line_end.size()) != line_end) return false;
    next += line_end.size();
    for (size_t i = 0; i < line_count; ++i) {
        const Line& each = lines[i];
        if (next != base + each.name.at || each.name.size == 0) return false;
        next += each.name.size;
        if (*next++ != ':') return false;
        while (is_blank(*next)) ++next;
        if (each.value.size > 0 && next != base + each.value.at) return false;
        next += each.value.size;
        while (is_blank(*next)) ++next;
        if (std::string_view(next, line_end.size()) != line_end) return false;
        next += line_end.size();
    }
    if (std::string_view(next, line_end.size()) != line_end) return false;
    body_at = static_cast<size_t>(next - base) + line_end.size();
    return true;
}

Framing Parser::State::framing() const {
    Framing found;
    for (size_t i = 0; i < line_count; ++i) {
        const std::string_view name = lines[i].name.in(base);
        const std::string_view value = lines[i].value.in(base);
        switch (name.size()) {
            case 4:
                found.hosts += same_text(name, "host") ? 1 : 0;
                break;
            case 6:
                if (same_text(name, "expect")) found.expects = same_text(value, "100-continue");
                break;
            case 14:
                if (!same_text(name, "content-length")) break;
                ++found.lengths;
                found.number = found.number && is_number(value);
                break;
            case 17:
                if (!same_text(name, "transfer-encoding")) break;
                ++found.codings;
                found.chunked = found.codings == 1 && same_text(value, "chunked");
                break;
            default:
                break;
        }
    }
    return found;
}

// Decides whether the framing is the only one possible. Where llhttp and we have counted
// differently the message is refused too: then one of us has misread it.
bool Parser::State::judge(const Framing& found) {
    const bool old = grammar.http_minor == 0;
    const bool grammar_length = (grammar.flags & F_CONTENT_LENGTH) != 0;
    const bool grammar_coding = (grammar.flags & F_TRANSFER_ENCODING) != 0;
    bool good = found.hosts == 1 || (old && found.hosts == 0);
    good = good && found.lengths <= 1 && found.number && grammar_length == (found.lengths == 1);
    good = good && grammar_coding == (found.codings > 0);
    good = good && (found.codings == 0 || (found.lengths == 0 && !old));
    if (!good) {
        refuse(Refusal::malformed);
        return false;
    }
    if (found.codings > 0 && !found.chunked) {
        refuse(Refusal::not_implemented);
        return false;
    }
    return true;
}

Parser::Parser(const Limits& limits) : state_(std::make_unique<State>(limits)) {
}

Parser::~Parser() = default;
Parser::Parser(Parser&& other) noexcept = default;
Parser& Parser::operator=(Parser&& other) noexcept = default;

Parser::Outcome Parser::parse(std::span<char> bytes) {
    return state_->parse(bytes);
}

const Request& Parser::request() const {
    return state_->request;
}

Refusal Parser::refusal() const {
    CHECK(state_->refused);
    return state_->refusal;
}

size_t Parser::kept() const {
    return state_->at;
}

size_t Parser::size() const {
    return state_->at;
}

bool Parser::keep_alive() const {
    return state_->keep_alive;
}

bool Parser::begun() const {
    return state_->begun;
}

bool Parser::wants_continue() const {
    return state_->expects_continue;
}

size_t Parser::missing() const {
    return static_cast<size_t>(state_->body_expected -
                               std::min<uint64_t>(state_->body_expected, state_->body_size));
}

void Parser::next() {
    state_->start();
}

}  // namespace playhead::http
