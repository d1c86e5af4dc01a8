// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <algorithm>
#include <cerrno>
#include <span>
#include <string_view>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/check.h"
#include "http/loop.h"
#include "http/proxy_header.h"

namespace playhead::http {
namespace {

constexpr int receives_per_turn = 4;

}  // namespace

Connection::Connection(Loop& loop, uint64_t id, Arrival arrival)
    : deadline(id),
      loop_(loop),
      socket_(std::move(arrival.socket)),
      tls_(std::move(arrival.tls)),
      id_(id),
      out_(loop.outputs()),
      due_ms_(not_begun),
      progress_ms_(loop.now_ms()),
      client_(arrival.client),
      place_(std::move(arrival.place)),
      from_proxy_(arrival.from_proxy),
      unwelcome_(arrival.unwelcome),
      introduces_(from_proxy_ && loop.addresses().rules().source == AddressSource::proxy_protocol),
      shaking_hands_(tls_ != nullptr) {
    if (unwelcome_ || introduces_ || tls_) due_ms_ = loop.now_ms() + loop.options().request_ms;
}

Connection::~Connection() {
    // An answer that is not whole must not look so.
    if (tls_ && !gone_ && out_.empty()) tls_->close_sending();
    end_stream();
    note_absence();
    loop_.charge(charged_, 0);
}

void Connection::notice(uint32_t events) {
    constexpr uint32_t end = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
    if ((events & (EPOLLIN | end)) != 0) readable_ = true;
    if ((events & end) != 0) {
        hung_up_ = true;
        note_absence();
    }
    if ((events & EPOLLOUT) != 0) writable_ = true;
    // TLS may have to send before it can receive, and the other way round.
    if (tls_) readable_ = writable_ = true;
}

void Connection::advance() {
    if (lingering_ || stream_) {
        discard();
        return;
    }
    if (stalled_ && answers_.waiting() < loop_.options().pipelined) {
        stalled_ = false;
        consume(*intake_);
        release_intake();
    }
    for (int i = 0; i < receives_per_turn && readable_ && can_read(); ++i) receive();
}

bool Connection::can_read() const {
    return !stopped_ && !stalled_ && !ended_ && !failed_ &&
           answers_.waiting() < loop_.options().pipelined;
}

ssize_t Connection::receive_into(std::span<char> room) {
    if (tls_) return receive_by_tls(room);
    return recv(socket_.number(), room.data(), room.size(), 0);
}

ssize_t Connection::receive_by_tls(std::span<char> room) {
    const ssize_t size = tls_->receive(room);
    const int number = errno;
    if (shaking_hands_) note_handshake();
    errno = number;
    return size;
}

void Connection::note_handshake() {
    if (!tls_->is_established()) return;
    shaking_hands_ = false;
    ++loop_.tally().handshakes;
    if (!unwelcome_) due_ms_ = not_begun;
    progress_ms_ = loop_.now_ms();
}

// Who speaks HTTP without TLS can be told what is wrong in that language.
void Connection::fall_back_to_plain() {
    tls_.reset();
    shaking_hands_ = false;
    refuse(Refusal::tls_wanted);
}

// Looks at the header and takes it when it is whole, so that what follows, which may be TLS, stays
// in the socket and nothing has to be kept here.
void Connection::receive_introduction() {
    char bytes[ProxyHeader::most_binary_bytes];
    const ssize_t size = recv(socket_.number(), bytes, sizeof bytes, MSG_PEEK);
    if (size < 0 && errno == EINTR) return;
    if (size <= 0) {
        readable_ = false;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        ended_ = true;  // who only looks whether somebody listens
        gone_ = gone_ || size < 0;
        return;
    }
    const ProxyHeader header = read_proxy_header({bytes, static_cast<size_t>(size)});
    const bool is_complete = header.outcome == ProxyHeader::Outcome::complete;
    if (header.outcome == ProxyHeader::Outcome::incomplete && !hung_up_) {
        readable_ = false;  // more makes a new event
        return;
    }
    if (!is_complete) {
        ++loop_.tally().bad_introductions;
        failed_ = true;
        return;
    }
    const ssize_t taken = recv(socket_.number(), bytes, header.size, 0);
    CHECK(taken == static_cast<ssize_t>(header.size));
    introduces_ = false;
    ++loop_.tally().introductions;
    progress_ms_ = loop_.now_ms();
    if (header.client && !loop_.addresses().is_proxy(*header.client)) introduce(*header.client);
    if (!shaking_hands_ && !unwelcome_) due_ms_ = not_begun;
}

void Connection::introduce(const Address& client) {
    client_ = client;
    place_ = loop_.addresses().enter(client);
    const size_t limit = loop_.addresses().connections();
    if (place_.others() < limit) return;
    ++loop_.tally().crowded;
    unwelcome_ = true;
    failed_ = place_.others() >= cut_off_at(limit);
}

bool Connection::is_within_rate(const Request& request) {
    ClientAddresses& addresses = loop_.addresses();
    if (!addresses.limits_requests()) return true;
    const auto client = from_proxy_ && !client_ ? addresses.client_behind(request) : client_;
    return !client || addresses.allow_request(*client, loop_.now_ms());
}

void Connection::receive() {
    if (introduces_) {
        receive_introduction();
        return;
    }
    Intake& intake = intake_ ? *intake_ : loop_.common_intake();
    const std::span<char> room = intake.room();
    const ssize_t size = receive_into(room);
    if (size < 0 && errno == EINTR) return;
    if (size <= 0) {
        readable_ = false;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (shaking_hands_) ++loop_.tally().failed_handshakes;
        if (tls_ && tls_->was_plain_http()) {
            fall_back_to_plain();
            return;
        }
        // A client that closed its side still reads its answers; one that reset it does not.
        ended_ = true;
        gone_ = gone_ || size < 0;
        return;
    }
    // A receive that fills less than the room has emptied the socket, and more makes a new event.
    // The end of the stream makes none when it had come before, so that one is looked for. Of TLS
    // one receive gives one record, and more may be there.
    if (static_cast<size_t>(size) < room.size() && !hung_up_ && !tls_) readable_ = false;
    intake.received(static_cast<size_t>(size));
    if (due_ms_ != not_begun) put_off(static_cast<size_t>(size));
    if (unwelcome_) {
        refuse(Refusal::overloaded);
    } else {
        consume(intake);
    }
    release_intake();
}

// Hands on all complete requests.
void Connection::consume(Intake& intake) {
    while (!stopped_ && !failed_ && !intake.empty()) {
        // Many small requests with large answers would otherwise pile up within one turn.
        if (out_.size() > loop_.options().unsent_bytes) flush();
        if (answers_.waiting() >= loop_.options().pipelined) {
            stalled_ = true;
            return;
        }
        Parser& parser = intake.parser();
        switch (parser.parse(intake.bytes())) {
            case Parser::Outcome::complete:
                handle(intake);
                break;
            case Parser::Outcome::refused:
                refuse(parser.refusal());
                return;
            case Parser::Outcome::incomplete:
                intake.keep(parser.kept());
                if (due_ms_ == not_begun && parser.begun()) {
                    due_ms_ = loop_.now_ms() + loop_.options().request_ms;
                }
                return;
        }
    }
}

void Connection::handle(Intake& intake) {
    Parser& parser = intake.parser();
    const Request& request = parser.request();
    const uint64_t number = answers_.expect(request.method == Method::head);
    const bool closes = draining_ || says_goodbye_;
    const bool last_one = closes && !readable_ && parser.size() == intake.size();
    if (last_one) polite_ = true;
    if (last_one || !parser.keep_alive()) stop_reading();
    due_ms_ = not_begun;
    continue_sent_ = false;
    if (is_within_rate(request)) {
        loop_.handle(request, id_, number);
    } else {
        loop_.tally().count_refusal(Refusal::too_many_requests);
        answer(number, refusal_response(Refusal::too_many_requests, loop_.options().error_headers));
    }
    intake.handled(parser.size());
}

// So many bytes more of a half-received request have come.
void Connection::put_off(size_t received) {
    const Options& options = loop_.options();
    const size_t more_ms = received * 1000 / options.slowest_bytes_per_second;
    due_ms_ =
        std::min(due_ms_ + static_cast<int64_t>(more_ms), loop_.now_ms() + options.request_ms);
}

// Leaves the common intake empty for the next connection, and no own intake where nothing is left.
void Connection::release_intake() {
    Intake& common = loop_.common_intake();
    if (stopped_ || failed_) {
        common.clear();
        if (intake_) loop_.give_back(std::move(intake_));
        return;
    }
    if (intake_) {
        if (intake_->empty()) loop_.give_back(std::move(intake_));
        return;
    }
    if (common.empty()) return;
    intake_ = loop_.lend_intake();
    intake_->take(common);
}

void Connection::stop_reading() {
    stopped_ = true;
    stalled_ = false;
    answers_.finish();
}

void Connection::refuse(Refusal why) {
    loop_.tally().count_refusal(why);
    const uint64_t number = answers_.expect(false);
    stop_reading();
    polite_ = true;
    answer(number, refusal_response(why, loop_.options().error_headers));
}

void Connection::answer(uint64_t request, Response&& response) {
    loop_.touch(*this);
    Tally& tally = loop_.tally();
    tally.count_answer(response.status);
    if (gone_) ++tally.dropped;
    if (!writable_ && out_.size() > loop_.options().unsent_bytes) {
        failed_ = true;
        return;
    }
    if (out_.empty()) progress_ms_ = loop_.now_ms();
    answers_.answer(request, std::move(response), out_);
}

void Connection::answer_part(Answerer::Answer&& part) {
    loop_.touch(*this);
    if (part.part == Answerer::Part::begin) {
        begin_stream(std::move(part));
        return;
    }
    if (stream_ != part.stream) return;
    if (part.part == Answerer::Part::end) {
        end_stream();
        return;
    }
    const auto has_too_much = [this] {
        return out_.size() + answers_.held_bytes() > loop_.options().unsent_bytes;
    };
    if (has_too_much()) flush();
    if (has_too_much()) {
        failed_ = true;
        return;
    }
    if (out_.empty()) progress_ms_ = loop_.now_ms();
    answers_.go_on(part.response.body, out_);
}

void Connection::begin_stream(Answerer::Answer&& head) {
    loop_.tally().count_answer(head.response.status);
    if (stream_) {
        head.stream->open = false;
        failed_ = true;
        return;
    }
    stream_ = std::move(head.stream);
    stop_reading();
    if (out_.empty()) progress_ms_ = loop_.now_ms();
    answers_.begin(head.request, std::move(head.response), out_);
    // What the client has sent beside its request is of no use, but its end is.
    readable_ = true;
    loop_.advance_again(*this);
    if (draining_) end_stream();
}

void Connection::end_stream() {
    if (stream_) stream_->open = false;
    stream_.reset();
}

Presence Connection::presence() {
    if (!presence_) presence_ = std::make_shared<std::atomic<bool>>(!hung_up_);
    return presence_;
}

void Connection::note_absence() {
    if (presence_) *presence_ = false;
}

void Connection::drain() {
    end_stream();
    draining_ = true;
    // One look more, so that what has arrived is answered and not cut off.
    readable_ = true;
}

void Connection::expire() {
    if (lingering_ || stopped_ || !out_.empty() || shaking_hands_ || introduces_) {
        if (introduces_) {
            ++loop_.tally().bad_introductions;
        } else if (shaking_hands_) {
            ++loop_.tally().failed_handshakes;
        }
        failed_ = true;
    } else if (due_ms_ != not_begun) {
        refuse(Refusal::timed_out);
        release_intake();
    } else {
        // One look more: closing now would lose a request that is on its last step.
        readable_ = true;
        advance();
        failed_ = answers_.waiting() == 0 && due_ms_ == not_begun && out_.empty();
    }
}

bool Connection::settle() {
    greet_body();
    stop_if_drained();
    flush();
    keep_within_budget();
    if (failed_) return false;
    if (lingering_) return !ended_;
    if (stream_ && ended_) return false;
    if (out_.empty()) {
        if (answers_.finished() && !stream_) return close_up();
        // Who has gone needs no answers; who only closed one side does.
        const bool needs_nothing = gone_ || answers_.waiting() == 0;
        if (ended_ && needs_nothing && !stalled_) return false;
    }
    loop_.set_deadline(*this, next_deadline());
    if (has_more()) loop_.advance_again(*this);
    return true;
}

// "100 Continue" may not overtake the answers to earlier requests.
void Connection::greet_body() {
    if (!intake_ || stopped_ || continue_sent_ || answers_.waiting() > 0) return;
    if (due_ms_ == not_begun || !intake_->parser().wants_continue()) return;
    out_.add("HTTP/1.1 100 Continue\r\n\r\n");
    continue_sent_ = true;
}

void Connection::stop_if_drained() {
    if (!draining_ || stopped_ || stalled_ || readable_ || due_ms_ != not_begun) return;
    stop_reading();
    polite_ = true;
}

void Connection::flush() {
    while (!out_.empty() && writable_ && !gone_ && !failed_) {
        const std::string_view unsent = out_.unsent();
        const ssize_t size = tls_ ? tls_->send(unsent)
                                  : send(socket_.number(), unsent.data(), unsent.size(),
                                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size >= 0) {
            out_.sent(static_cast<size_t>(size));
            progress_ms_ = loop_.now_ms();
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            writable_ = false;
        } else if (errno != EINTR) {
            // Requests that arrived before the client went are still handled.
            gone_ = true;
            readable_ = true;
        }
    }
    if (gone_) out_.clear();
}

void Connection::keep_within_budget() {
    if (charge_held()) return;
    if (intake_ && !stopped_ && !stalled_) {
        refuse(Refusal::overloaded);
        release_intake();
        flush();
        if (charge_held()) return;
    }
    failed_ = true;
}

// Has the loop account for what this connection holds now; false when that is too much.
bool Connection::charge_held() {
    const size_t held =
        (intake_ ? intake_->capacity() : 0) + out_.capacity() + answers_.held_bytes();
    const size_t beyond = held > small_bytes ? held - small_bytes : 0;
    if (!loop_.charge(charged_, beyond)) return false;
    charged_ = beyond;
    return true;
}

bool Connection::has_more() const {
    if (stalled_) return answers_.waiting() < loop_.options().pipelined;
    return readable_ && can_read();
}

// The last answer is out. False: close at once.
bool Connection::close_up() {
    if (ended_ || gone_ || !polite_) return false;
    lingering_ = true;
    if (tls_) tls_->close_sending();
    shutdown(socket_.number(), SHUT_WR);
    readable_ = true;
    loop_.set_deadline(*this, loop_.now_ms() + loop_.options().linger_ms);
    discard();
    return !ended_;
}

void Connection::discard() {
    const std::span<char> room = loop_.common_intake().room();
    for (int i = 0; i < receives_per_turn && readable_; ++i) {
        const ssize_t size = receive_into(room);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            readable_ = false;
        } else if (size <= 0) {
            ended_ = true;
            return;
        }
    }
    if (readable_) loop_.advance_again(*this);
}

int64_t Connection::next_deadline() const {
    const Options& options = loop_.options();
    if (!out_.empty()) return progress_ms_ + options.unsent_ms;
    if (answers_.waiting() > 0 || stream_) return Deadlines::never;
    if (due_ms_ == not_begun) return progress_ms_ + options.idle_ms;
    return due_ms_;
}

}  // namespace playhead::http
