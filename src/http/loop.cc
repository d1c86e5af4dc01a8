// SPDX-License-Identifier: Apache-2.0
#include "http/loop.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "base/check.h"
#include "http/refusal.h"
#include "http/response.h"

namespace playhead::http {
namespace {

constexpr uint64_t bell_id = ~uint64_t{0};
constexpr uint64_t listener_id = bell_id - 1;
constexpr size_t events_per_turn = 256;
// A turn with more connections was worth its wake-up, and a loop that is behind must not wait.
constexpr size_t few_connections = 16;
constexpr int accepts_per_turn = 64;
// Of a socket that all loops share, so that one loop does not take a whole crowd.
constexpr int shared_accepts_per_turn = 4;
constexpr size_t common_bytes = 64 * 1024;
constexpr size_t intake_bytes = 4 * 1024;
constexpr size_t spares = 256;  // intakes that are kept for later

// The loop whose thread this is.
thread_local const Loop* loop_here = nullptr;

bool watch(int epoll, int descriptor, uint32_t events, uint64_t id) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

}  // namespace

base::Result<std::shared_ptr<Loop>> Loop::make(std::shared_ptr<Shared> shared, Descriptor listener,
                                               std::unique_ptr<Handler> handler) {
    std::shared_ptr<Loop> loop(
        new Loop(std::move(shared), std::move(listener), std::move(handler)));
    if (base::Result<void> opened = loop->open(); !opened) return std::unexpected(opened.error());
    return loop;
}

Loop::Loop(std::shared_ptr<Shared> shared, Descriptor listener, std::unique_ptr<Handler> handler)
    : shared_(std::move(shared)),
      handler_(std::move(handler)),
      listener_(std::move(listener)),
      now_ms_(shared_->clock.monotonic_ms()),
      deadlines_(now_ms_),
      common_intake_(std::make_unique<Intake>(shared_->options.limits, common_bytes)),
      budget_(shared_->options.buffer_bytes / shared_->options.loops) {
    shared_->listeners.enter();
}

Loop::~Loop() {
    close_all();
}

base::Result<void> Loop::open() {
    epoll_ = Descriptor(epoll_create1(EPOLL_CLOEXEC));
    bell_ = Descriptor(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
    spare_ = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!epoll_ || !bell_ || !spare_) return base::fail_errno(errno, "cannot open an event loop");
    if (!watch(epoll_.number(), bell_.number(), EPOLLIN, bell_id)) {
        return base::fail_errno(errno, "cannot watch an event loop's bell");
    }
    resume_accepting();
    if (!accepting_) return base::fail_errno(errno, "cannot watch a listening socket");
    return {};
}

void Loop::run() {
    loop_here = this;
    shared_->busy.enter();
    while (running_) turn();
    close_all();
    shared_->busy.leave();
    loop_here = nullptr;
}

void Loop::turn() {
    epoll_event events[events_per_turn];
    const int count = wait(events);
    now_ms_ = shared_->clock.monotonic_ms();
    turned_.store(true, std::memory_order_relaxed);
    bool knocked = false;
    for (int i = 0; i < count; ++i) {
        const uint64_t id = events[i].data.u64;
        if (id == listener_id) knocked = true;
        if (id == bell_id) silence_bell();
        Connection* const connection = find(id);
        if (!connection) continue;
        connection->notice(events[i].events);
        connection->advance();
        touch(*connection);
    }
    advance_waiting();
    if (knocked) accept_all();
    obey();
    take_answers();
    if (handled_ > 0) {
        handled_ = 0;
        handler_->turn_ended();
    }
    // Before anything is sent, so that who has read an answer finds it counted.
    shared_->counts.add(tally_);
    touched_in_turn_ = touched_.size();
    settle_touched();
    expire();
    shared_->counts.add(tally_);
}

// While somebody waits until the loops are idle, a loop looks once more before it says so. While it
// lets requests gather it is idle: all that it has read is handed over.
int Loop::wait(std::span<epoll_event> events) {
    const int limit_ms = wait_ms();
    const auto wait_for = [&](int ms) {
        return epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), ms);
    };
    if (limit_ms == 0) return wait_for(0);
    if (shared_->busy.is_awaited()) {
        if (const int count = wait_for(0); count != 0) return count;
    }
    shared_->busy.leave();
    gather();
    const int count = wait_for(limit_ms);
    shared_->busy.enter();
    return count;
}

void Loop::gather() const {
    const std::chrono::microseconds at_most = shared_->gathering.load(std::memory_order_relaxed);
    if (at_most.count() == 0 || touched_in_turn_ > few_connections) return;
    const auto whole = std::chrono::floor<std::chrono::seconds>(at_most);
    const timespec limit{.tv_sec = whole.count(),
                         .tv_nsec = std::chrono::nanoseconds(at_most - whole).count()};
    pollfd bell{.fd = bell_.number(), .events = POLLIN, .revents = 0};
    ppoll(&bell, 1, &limit, nullptr);
}

int Loop::wait_ms() const {
    if (!again_.empty()) return 0;
    const bool paused = listener_ && !accepting_;
    if (open_ == 0 && !paused) return -1;
    return static_cast<int>(deadlines_.wait_ms(now_ms_));
}

void Loop::obey() {
    const uint32_t orders = orders_.exchange(0);
    if ((orders & stop_accepting) != 0 && listener_) {
        // Who is in the kernel's queue already believes to be connected.
        const bool waits_for_the_next = options().inherited_socket >= 0;
        for (int i = 0; i < SOMAXCONN && !waits_for_the_next && accept_one(); ++i) continue;
        close_listener();
    }
    if ((orders & say_goodbye) != 0) {
        says_goodbye_ = true;
        for (const Slot& slot : slots_) {
            if (slot.connection) slot.connection->say_goodbye();
        }
    }
    if ((orders & drain) != 0) {
        draining_ = true;
        for (const Slot& slot : slots_) {
            if (!slot.connection) continue;
            slot.connection->drain();
            touch(*slot.connection);
            advance_again(*slot.connection);
        }
    }
    if ((orders & stop) != 0) running_ = false;
    if (listener_ && !accepting_ && now_ms_ >= accept_again_ms_) resume_accepting();
}

void Loop::accept_all() {
    const bool is_shared = options().inherited_socket >= 0;
    const int most = is_shared ? shared_accepts_per_turn : accepts_per_turn;
    for (int i = 0; i < most && accepting_; ++i) {
        if (!accept_one()) return;
    }
}

// False when nobody waits, or nobody can be let in now.
bool Loop::accept_one() {
    Address peer;
    Descriptor socket = accept_next(peer);
    if (socket) {
        welcome(std::move(socket), peer);
        return true;
    }
    switch (errno) {
        case EAGAIN:
            return false;
        case EMFILE:
        case ENFILE:
            return refuse_one();
        case ENOBUFS:
        case ENOMEM:
            pause_accepting();
            return false;
        // Everything else is about that one connection, which is gone (accept(2)).
        default:
            return true;
    }
}

// No descriptor is left (which accept4 says even when nobody waits): gives up the spare one to tell
// the next client so. False when nobody waits, or when somebody else was faster to take the spare.
bool Loop::refuse_one() {
    spare_.reset();
    Descriptor socket(accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    const bool nobody = !socket && errno == EAGAIN;
    if (socket) cut_off(socket);
    const bool refused = static_cast<bool>(socket);
    socket.reset();
    spare_ = Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!refused && !nobody) pause_accepting();
    return refused;
}

Descriptor Loop::accept_next(Address& peer) const {
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    Descriptor socket(accept4(listener_.number(), reinterpret_cast<sockaddr*>(&from), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket) peer = Address::of(from);
    return socket;
}

void Loop::welcome(Descriptor socket, const Address& peer) {
    const size_t limit = options().connections;
    const size_t others = shared_->connections.count();
    Connection::Arrival arrival;
    if (addresses().is_proxy(peer)) {
        arrival.from_proxy = true;
    } else {
        arrival.client = peer;
        arrival.place = addresses().enter(peer);
    }
    const bool crowded = arrival.place.others() >= addresses().connections();
    if (crowded) ++tally_.crowded;
    arrival.unwelcome = crowded || others >= limit;
    if (others >= cut_off_at(limit) ||
        arrival.place.others() >= cut_off_at(addresses().connections())) {
        cut_off(socket);
        return;
    }
    arrival.socket = std::move(socket);
    place(std::move(arrival));
}

void Loop::place(Connection::Arrival arrival) {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<uint32_t>(slots_.size()));
        slots_.emplace_back();
    }
    const uint32_t index = free_slots_.back();
    Slot& slot = slots_[index];
    const uint64_t id = uint64_t{slot.uses + 1} << 32 | index;
    constexpr uint32_t all = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    if (!watch(epoll_.number(), arrival.socket.number(), all, id)) {
        cut_off(arrival.socket);
        return;
    }
    free_slots_.pop_back();
    ++slot.uses;
    ++(arrival.unwelcome ? tally_.refused : tally_.accepted);
    arrival.tls = make_tls(arrival.socket);
    slot.connection = std::make_unique<Connection>(*this, id, std::move(arrival));
    shared_->connections.enter();
    ++open_;
    if (says_goodbye_) slot.connection->say_goodbye();
    if (draining_) slot.connection->drain();
    touch(*slot.connection);
}

std::unique_ptr<TlsSession> Loop::make_tls(const Descriptor& socket) const {
    if (!options().tls) return nullptr;
    return std::make_unique<TlsSession>(*shared_->tls.get(), socket.number());
}

// Says 503 without waiting whether anybody reads it; where TLS is spoken, nothing can be said
// without waiting.
void Loop::cut_off(const Descriptor& socket) {
    ++tally_.refused;
    if (options().tls) return;
    tally_.count_refusal(Refusal::overloaded);
    const Response response = refusal_response(Refusal::overloaded, options().error_headers);
    tally_.count_answer(response.status);
    std::string bytes;
    append_response(bytes, response, {.close = true});
    char ignored[4096];
    recv(socket.number(), ignored, sizeof ignored, MSG_DONTWAIT);
    send(socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Loop::pause_accepting() {
    epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, listener_.number(), nullptr);
    accepting_ = false;
    accept_again_ms_ = now_ms_ + Deadlines::tick_ms;
}

void Loop::resume_accepting() {
    // A socket that all loops share need not wake them all.
    constexpr uint32_t one_of_all = EPOLLIN | EPOLLEXCLUSIVE;
    const bool is_shared = options().inherited_socket >= 0;
    accepting_ =
        watch(epoll_.number(), listener_.number(), is_shared ? one_of_all : EPOLLIN, listener_id);
    accept_again_ms_ = now_ms_ + Deadlines::tick_ms;
}

void Loop::close_listener() {
    if (!listener_) return;
    // Closing ends the watch only when nobody else has the socket.
    if (accepting_) epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, listener_.number(), nullptr);
    listener_.reset();
    accepting_ = false;
    shared_->listeners.leave();
}

void Loop::advance_waiting() {
    advancing_.swap(again_);
    for (const uint64_t id : advancing_) {
        Connection* const connection = find(id);
        if (!connection) continue;
        connection->again = false;
        connection->advance();
        touch(*connection);
    }
    advancing_.clear();
}

void Loop::take_answers() {
    {
        const std::lock_guard lock(box_mutex_);
        taken_.swap(box_);
    }
    for (Answer& answer : taken_) deliver(answer);
    taken_.clear();
}

void Loop::deliver(Answer& answer) {
    if (answer.part != Part::whole) {
        deliver_part(answer);
        return;
    }
    if (answer.abandoned) {
        tally_.count_refusal(Refusal::unanswered);
        answer.response = refusal_response(Refusal::unanswered, options().error_headers);
    }
    Connection* const connection = find(answer.connection);
    if (connection) {
        connection->answer(answer.request, std::move(answer.response));
    } else {
        tally_.count_answer(answer.response.status);
        ++tally_.dropped;
    }
}

void Loop::deliver_part(Answer& part) {
    if (part.part == Part::more) part.stream->under_way -= part.response.body.size();
    if (Connection* const connection = find(part.connection)) {
        connection->answer_part(std::move(part));
        return;
    }
    part.stream->open = false;
    if (part.part != Part::begin) return;
    tally_.count_answer(part.response.status);
    ++tally_.dropped;
}

Presence Loop::presence(uint64_t connection) {
    Connection* const found = find(connection);
    CHECK(found != nullptr);
    return found->presence();
}

void Loop::answer_part(Answer&& part) {
    put(std::move(part));
}

void Loop::answer(uint64_t connection, uint64_t request, Response&& response) {
    put({connection, request, std::move(response)});
}

void Loop::abandon(uint64_t connection, uint64_t request) {
    put({connection, request, {}, true});
}

bool Loop::on_own_thread() const {
    return loop_here == this;
}

void Loop::put(Answer&& answer) {
    if (on_own_thread()) {
        deliver(answer);
        return;
    }
    bool first = false;
    {
        const std::lock_guard lock(box_mutex_);
        if (box_closed_) {
            if (answer.stream) answer.stream->open = false;
            return;
        }
        first = box_.empty();
        box_.push_back(std::move(answer));
    }
    if (first) wake();
}

void Loop::answer_all(std::vector<Answer>& answers) {
    CHECK(!on_own_thread());
    bool first = false;
    {
        const std::lock_guard lock(box_mutex_);
        if (!box_closed_) {
            first = box_.empty();
            if (first) box_.swap(answers);
            for (Answer& answer : answers) box_.push_back(std::move(answer));
        }
    }
    answers.clear();
    if (first) wake();
}

void Loop::order(Order what) {
    orders_.fetch_or(what);
    wake();
}

void Loop::wake() {
    const uint64_t one = 1;
    // It cannot be full: the kernel would have to count to 2^64.
    [[maybe_unused]] const ssize_t written = write(bell_.number(), &one, sizeof one);
}

// Before orders and answers are looked for, so that whoever rings later is heard.
void Loop::silence_bell() {
    uint64_t rings = 0;
    [[maybe_unused]] const ssize_t size = read(bell_.number(), &rings, sizeof rings);
}

std::unique_ptr<Intake> Loop::lend_intake() {
    if (spare_intakes_.empty()) return std::make_unique<Intake>(options().limits, intake_bytes);
    std::unique_ptr<Intake> intake = std::move(spare_intakes_.back());
    spare_intakes_.pop_back();
    return intake;
}

void Loop::give_back(std::unique_ptr<Intake> intake) {
    if (intake->capacity() > intake_bytes || spare_intakes_.size() >= spares) return;
    intake->clear();
    spare_intakes_.push_back(std::move(intake));
}

bool Loop::charge(size_t before, size_t after) {
    if (after > before && charged_ - before + after > budget_) return false;
    charged_ = charged_ - before + after;
    return true;
}

void Loop::handle(const Request& request, uint64_t connection, uint64_t number) {
    ++handled_;
    ++tally_.requests;
    handler_->handle(request, Responder(shared_from_this(), connection, number));
}

void Loop::touch(Connection& connection) {
    if (std::exchange(connection.touched, true)) return;
    touched_.push_back(connection.id());
}

void Loop::advance_again(Connection& connection) {
    if (std::exchange(connection.again, true)) return;
    again_.push_back(connection.id());
}

void Loop::set_deadline(Connection& connection, int64_t at_ms) {
    deadlines_.set(connection.deadline, at_ms);
}

void Loop::settle_touched() {
    // By index: settling one connection may touch another.
    // NOLINTNEXTLINE(modernize-loop-convert)
    for (size_t i = 0; i < touched_.size(); ++i) {
        Connection* const connection = find(touched_[i]);
        if (!connection) continue;
        const bool stays = connection->settle();
        connection->touched = false;
        if (!stays) remove(*connection);
    }
    touched_.clear();
}

void Loop::expire() {
    deadlines_.expire(now_ms_, [this](const Deadlines::Entry& entry) {
        Connection* const connection = find(entry.owner());
        CHECK(connection != nullptr);
        connection->expire();
        touch(*connection);
    });
    settle_touched();
}

void Loop::remove(Connection& connection) {
    const auto index = static_cast<uint32_t>(connection.id());
    slots_[index].connection.reset();
    free_slots_.push_back(index);
    --open_;
    shared_->connections.leave();
}

Connection* Loop::find(uint64_t id) {
    const auto index = static_cast<uint32_t>(id);
    if (index >= slots_.size()) return nullptr;
    const Slot& slot = slots_[index];
    return slot.uses == id >> 32 ? slot.connection.get() : nullptr;
}

// The end of the loop. Answers that come later find the box closed.
void Loop::close_all() {
    for (const Slot& slot : slots_) {
        if (slot.connection) remove(*slot.connection);
    }
    close_listener();
    handler_.reset();
    std::vector<Answer> dropped;
    const std::lock_guard lock(box_mutex_);
    box_closed_ = true;
    dropped.swap(box_);
    for (const Answer& answer : dropped) {
        if (answer.stream) answer.stream->open = false;
    }
}

}  // namespace playhead::http
