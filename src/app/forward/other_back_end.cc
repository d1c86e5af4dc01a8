// SPDX-License-Identifier: Apache-2.0
#include "app/forward/other_back_end.h"

#include <algorithm>
#include <array>
#include <utility>

#include <curl/curl.h>
#include <unistd.h>

#include "base/check.h"
#include "http/ascii.h"

namespace playhead::app {
namespace {

constexpr std::string_view location_name = "location:";

size_t ignore_body(char* /*bytes*/, size_t size, size_t count, void* /*location*/) {
    return size * count;
}

// Called with one line of the answer's head.
size_t take_header(char* bytes, size_t size, size_t count, void* location) {
    std::string_view line(bytes, size * count);
    if (line.size() > OtherBackEnd::location_bytes_max ||
        !http::same_text(line.substr(0, location_name.size()), location_name)) {
        return size * count;
    }
    line.remove_prefix(location_name.size());
    line = line.substr(0, line.find_first_of("\r\n"));
    *static_cast<std::string*>(location) = http::trimmed(line);
    return size * count;
}

}  // namespace

// One request at a time, with what belongs to it.
struct OtherBackEnd::Transfer {
    Transfer() = default;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    ~Transfer() {
        curl_easy_cleanup(easy);
        curl_slist_free_all(headers);
    }

    template <typename T>
    void set(CURLoption option, T value) {
        CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
    }

    int64_t microseconds(CURLINFO which) const {
        curl_off_t value = 0;
        CHECK(curl_easy_getinfo(easy, which, &value) == CURLE_OK);
        return value;
    }

    CURL* easy = nullptr;
    curl_slist* headers = nullptr;
    uint64_t tag = 0;
    std::string location;
    std::array<char, CURL_ERROR_SIZE> error{};
};

struct OtherBackEnd::State {
    State() = default;
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    ~State() {
        for (const auto& transfer : under_way) curl_multi_remove_handle(multi, transfer->easy);
        under_way.clear();
        idle.clear();
        curl_multi_cleanup(multi);
        curl_global_cleanup();
    }

    CURLM* multi = nullptr;
    std::vector<std::unique_ptr<Transfer>> under_way;
    std::vector<std::unique_ptr<Transfer>> idle;
};

OtherBackEnd::OtherBackEnd(const Options& options, std::unique_ptr<State> state)
    : options_(options), state_(std::move(state)) {
}

OtherBackEnd::~OtherBackEnd() = default;

base::Result<std::unique_ptr<OtherBackEnd>> OtherBackEnd::open(const Options& options) {
    CHECK(options.connections >= 1 && options.connections <= connections_max);
    if (!options.authorities.empty() && access(options.authorities.c_str(), R_OK) != 0) {
        return base::fail(base::ErrorCode::invalid,
                          "the file " + options.authorities +
                              " of authorities for the other back end cannot be read");
    }
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    auto state = std::make_unique<State>();
    state->multi = curl_multi_init();
    CHECK(state->multi != nullptr);
    const auto connections = static_cast<long>(options.connections);
    CHECK(curl_multi_setopt(state->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections) == CURLM_OK);
    CHECK(curl_multi_setopt(state->multi, CURLMOPT_MAXCONNECTS, connections) == CURLM_OK);
    return std::unique_ptr<OtherBackEnd>(new OtherBackEnd(options, std::move(state)));
}

size_t OtherBackEnd::under_way() const {
    return state_->under_way.size();
}

std::unique_ptr<OtherBackEnd::Transfer> OtherBackEnd::make_transfer() const {
    auto made = std::make_unique<Transfer>();
    made->easy = curl_easy_init();
    CHECK(made->easy != nullptr);
    made->headers = curl_slist_append(nullptr, "Content-Type: application/json");
    // Otherwise a large body waits a second for a go-ahead.
    made->headers = curl_slist_append(made->headers, "Expect:");
    made->set(CURLOPT_HTTPHEADER, made->headers);
    made->set(CURLOPT_USERAGENT, "playhead");
    made->set(CURLOPT_POST, 1L);
    made->set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    made->set(CURLOPT_PROTOCOLS_STR, "http,https");
    made->set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    made->set(CURLOPT_PROXY, "");
    made->set(CURLOPT_FOLLOWLOCATION, 0L);
    // Signals belong to the thread that looks after the server.
    made->set(CURLOPT_NOSIGNAL, 1L);
    // A name server that does not answer must not hold up the end of the process.
    made->set(CURLOPT_QUICK_EXIT, 1L);
    made->set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_ms));
    made->set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.answer_ms));
    made->set(CURLOPT_WRITEFUNCTION, &ignore_body);
    made->set(CURLOPT_HEADERFUNCTION, &take_header);
    made->set(CURLOPT_HEADERDATA, static_cast<void*>(&made->location));
    made->set(CURLOPT_ERRORBUFFER, made->error.data());
    made->set(CURLOPT_PRIVATE, static_cast<void*>(made.get()));
    if (!options_.authorities.empty()) made->set(CURLOPT_CAINFO, options_.authorities.c_str());
    return made;
}

void OtherBackEnd::post(uint64_t tag, std::string_view path, std::string_view body) {
    CHECK(has_room());
    std::unique_ptr<Transfer> transfer;
    if (state_->idle.empty()) {
        transfer = make_transfer();
    } else {
        transfer = std::move(state_->idle.back());
        state_->idle.pop_back();
    }
    transfer->tag = tag;
    transfer->location.clear();
    transfer->error[0] = '\0';
    const std::string url = options_.url + std::string(path);
    transfer->set(CURLOPT_URL, url.c_str());
    transfer->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    transfer->set(CURLOPT_POSTFIELDS, body.data());
    CHECK(curl_multi_add_handle(state_->multi, transfer->easy) == CURLM_OK);
    state_->under_way.push_back(std::move(transfer));
}

void OtherBackEnd::wait(int64_t most_ms, std::vector<Answer>& answers) {
    const size_t before = answers.size();
    int running = 0;
    CHECK(curl_multi_perform(state_->multi, &running) == CURLM_OK);
    take_answers(answers);
    if (answers.size() > before || most_ms <= 0) return;
    CHECK(curl_multi_poll(state_->multi, nullptr, 0, static_cast<int>(most_ms), nullptr) ==
          CURLM_OK);
    CHECK(curl_multi_perform(state_->multi, &running) == CURLM_OK);
    take_answers(answers);
}

void OtherBackEnd::take_answers(std::vector<Answer>& answers) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(state_->multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        CURL* const easy = message->easy_handle;
        const CURLcode code = message->data.result;
        const auto found = std::ranges::find_if(
            state_->under_way, [easy](const auto& one) { return one->easy == easy; });
        CHECK(found != state_->under_way.end());
        std::unique_ptr<Transfer> transfer = std::move(*found);
        *found = std::move(state_->under_way.back());
        state_->under_way.pop_back();
        Answer answer{.tag = transfer->tag, .location = {}, .reason = {}};
        answer.took_us = transfer->microseconds(CURLINFO_TOTAL_TIME_T);
        if (code == CURLE_OK) {
            long status = 0;
            CHECK(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK);
            answer.end = Answer::End::answered;
            answer.status = static_cast<int>(status);
            answer.location = transfer->location;
        } else {
            // Before the connection stands, with TLS, nothing of a request leaves.
            const bool was_sent = transfer->microseconds(CURLINFO_PRETRANSFER_TIME_T) > 0;
            answer.end = was_sent ? Answer::End::lost : Answer::End::not_reached;
            answer.reason =
                transfer->error[0] != '\0' ? transfer->error.data() : curl_easy_strerror(code);
        }
        curl_multi_remove_handle(state_->multi, easy);
        state_->idle.push_back(std::move(transfer));
        answers.push_back(std::move(answer));
    }
}

}  // namespace playhead::app
