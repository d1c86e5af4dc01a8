// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include <sys/epoll.h>

#include "base/error.h"
#include "http/connection.h"
#include "http/counts.h"
#include "http/deadlines.h"
#include "http/descriptor.h"
#include "http/intake.h"
#include "http/message.h"
#include "http/shared.h"
#include "http/tls.h"

namespace playhead::http {

// One thread of a server: one listening socket, its connections, one Handler, one epoll.
//
// A turn: wait; read what came and hand it to the handler; take the answers that other threads
// left; tell the handler that the turn ended; send, each connection at most once; look after
// deadlines. Thus all answers of a turn to one connection leave in one call, and whatever the
// handler gathers it can hand on together.
//
// answer(), answer_part(), abandon(), order() and wake() are safe from any thread; all else belongs
// to the thread in run(). The box of answers from other threads is bounded by the number of
// Responders in being, and by StreamState::most_under_way for each Stream.
class Loop final : public Answerer, public std::enable_shared_from_this<Loop> {
  public:
    enum Order : uint32_t { stop_accepting = 1, say_goodbye = 2, drain = 4, stop = 8 };

    static base::Result<std::shared_ptr<Loop>> make(std::shared_ptr<Shared> shared,
                                                    Descriptor listener,
                                                    std::unique_ptr<Handler> handler);
    ~Loop() override;

    // The thread's whole life: returns after the order `stop`, when all connections are closed.
    void run();

    // The answer to a request. On the loop's own thread it joins the connection's output at once,
    // from another it waits for the next turn. Dropped when the connection is gone.
    void answer(uint64_t connection, uint64_t request, Response&& response) override;

    void abandon(uint64_t connection, uint64_t request) override;

    // From another thread only.
    void answer_all(std::vector<Answer>& answers) override;

    Presence presence(uint64_t connection) override;
    void answer_part(Answer&& part) override;

    void order(Order what);

    // Makes a turn happen soon, even if nothing else does.
    void wake();

    // Whether there was a turn since the last call.
    bool turned() { return turned_.exchange(false, std::memory_order_relaxed); }

    // For connections, on the loop's thread.
    const Options& options() const { return shared_->options; }

    int64_t now_ms() const { return now_ms_; }

    Tally& tally() { return tally_; }

    ClientAddresses& addresses() { return shared_->addresses; }

    Intake& common_intake() { return *common_intake_; }

    std::unique_ptr<Intake> lend_intake();
    void give_back(std::unique_ptr<Intake> intake);

    OutputPool& outputs() { return outputs_; }

    // Moves what a connection holds beyond small_bytes from `before` to `after`; false when that is
    // more than there is, and then nothing is changed.
    bool charge(size_t before, size_t after);

    void handle(const Request& request, uint64_t connection, uint64_t number);
    void touch(Connection& connection);
    void advance_again(Connection& connection);
    void set_deadline(Connection& connection, int64_t at_ms);

  private:
    // A place in the table of connections. An id is the index and how often the place was used, so
    // that a late answer does not reach a stranger.
    struct Slot {
        uint32_t uses = 0;
        std::unique_ptr<Connection> connection;
    };

    Loop(std::shared_ptr<Shared> shared, Descriptor listener, std::unique_ptr<Handler> handler);

    base::Result<void> open();
    void turn();
    int wait(std::span<epoll_event> events);
    int wait_ms() const;
    void gather() const;
    void silence_bell();
    void obey();
    void accept_all();
    bool accept_one();
    bool refuse_one();
    Descriptor accept_next(Address& peer) const;
    void welcome(Descriptor socket, const Address& peer);
    void place(Connection::Arrival arrival);
    std::unique_ptr<TlsSession> make_tls(const Descriptor& socket) const;
    void pause_accepting();
    void resume_accepting();
    void close_listener();
    void cut_off(const Descriptor& socket);
    void advance_waiting();
    void take_answers();
    void deliver(Answer& answer);
    void deliver_part(Answer& part);
    void put(Answer&& answer);
    void settle_touched();
    void expire();
    void close_all();
    void remove(Connection& connection);
    Connection* find(uint64_t id);

    bool on_own_thread() const;

    const std::shared_ptr<Shared> shared_;
    std::unique_ptr<Handler> handler_;
    Descriptor listener_;
    Descriptor epoll_;
    Descriptor bell_;   // an eventfd: somebody put something into the box, or gave an order
    Descriptor spare_;  // given up for a moment to refuse a connection when none is left
    bool accepting_ = false;
    int64_t accept_again_ms_ = 0;

    int64_t now_ms_ = 0;
    bool running_ = true;
    bool says_goodbye_ = false;
    bool draining_ = false;
    std::atomic<bool> turned_{true};
    size_t handled_ = 0;  // requests in this turn
    size_t touched_in_turn_ = 0;
    Tally tally_;

    Deadlines deadlines_;
    OutputPool outputs_;
    std::vector<Slot> slots_;
    std::vector<uint32_t> free_slots_;
    size_t open_ = 0;
    std::vector<uint64_t> touched_;
    std::vector<uint64_t> again_;
    std::vector<uint64_t> advancing_;

    std::unique_ptr<Intake> common_intake_;
    std::vector<std::unique_ptr<Intake>> spare_intakes_;
    const size_t budget_;
    size_t charged_ = 0;

    std::atomic<uint32_t> orders_{0};
    std::mutex box_mutex_;
    std::vector<Answer> box_;
    bool box_closed_ = false;
    std::vector<Answer> taken_;
};

}  // namespace playhead::http
