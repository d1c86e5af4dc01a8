// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <sys/types.h>

#include "http/address.h"
#include "http/address_census.h"
#include "http/answer_order.h"
#include "http/deadlines.h"
#include "http/descriptor.h"
#include "http/intake.h"
#include "http/message.h"
#include "http/options.h"
#include "http/output.h"
#include "http/refusal.h"
#include "http/tls.h"

namespace playhead::http {

class Loop;

// One accepted socket and all that is known of it. Lives on its loop's thread and uses the loop's
// buffers, handler and clock; the loop calls it and, when settle() says so, destroys it.
//
// Its life: requests are read and handed on, answers gathered and sent once a turn, until the
// client closes, a deadline passes, a limit is reached or a request is refused. After an answer
// that the client may not expect to be the last, the socket lingers: closed for writing, read until
// the client closes too, so that no unread byte makes the kernel destroy the answer on its way.
//
// What is bounded: half-received requests and unsent answers (Options::buffer_bytes, unsent_bytes),
// requests without an answer (Options::pipelined), work in one turn. An answer that goes on is
// dropped with its connection when it is beyond these.
class Connection {
  public:
    // How a connection begins.
    struct Arrival {
        Descriptor socket;
        std::unique_ptr<TlsSession> tls;  // null where none is spoken
        std::optional<Address> client;    // nothing: it is a proxy's
        AddressCensus::Place place;       // where it is counted, of those of that address
        bool from_proxy = false;          // of AddressRules::proxies
        bool unwelcome = false;  // there are too many; whatever is asked, the answer is 503
    };

    Connection(Loop& loop, uint64_t id, Arrival arrival);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // epoll reported these events. Edge-triggered: what is not used up now is remembered.
    void notice(uint32_t events);

    // Reads and hands on what is there; not more than its share of a turn.
    void advance();

    // The answer to one of its requests, on the loop's thread.
    void answer(uint64_t request, Response&& response);

    // A part of an answer that goes on. Of these there is one on a connection, and it is the last
    // answer: a second one closes it.
    void answer_part(Answerer::Answer&& part);

    // Whether its client is there (Responder::presence).
    Presence presence();

    // From now on: the next request is the last.
    void say_goodbye() { says_goodbye_ = true; }

    // From now on: answer what has come, then close.
    void drain();

    // Its deadline has passed.
    void expire();

    // The end of its turn: sends, and sets the next deadline. False: nothing is left to do, destroy
    // it.
    bool settle();

    uint64_t id() const { return id_; }

    int socket() const { return socket_.number(); }

    Deadlines::Entry deadline;
    bool touched = false;  // the loop's mark: it will be settled in this turn
    bool again = false;    // the loop's mark: it will be advanced in the next turn

  private:
    static constexpr int64_t not_begun = -1;

    bool can_read() const;
    void receive_introduction();
    void introduce(const Address& client);
    bool is_within_rate(const Request& request);
    ssize_t receive_into(std::span<char> room);
    ssize_t receive_by_tls(std::span<char> room);
    void note_handshake();
    void fall_back_to_plain();
    void receive();
    void consume(Intake& intake);
    void handle(Intake& intake);
    void release_intake();
    void put_off(size_t received);
    void refuse(Refusal why);
    void stop_reading();

    void begin_stream(Answerer::Answer&& head);
    void note_absence();
    void end_stream();
    void flush();
    void discard();
    void greet_body();
    void stop_if_drained();
    void keep_within_budget();
    bool charge_held();
    bool has_more() const;

    bool close_up();
    int64_t next_deadline() const;

    Loop& loop_;
    Descriptor socket_;
    std::unique_ptr<TlsSession> tls_;  // null: bytes go as they are
    const uint64_t id_;
    AnswerOrder answers_;
    std::unique_ptr<Intake> intake_;       // null: nothing is half received
    std::shared_ptr<StreamState> stream_;  // null: no answer goes on
    Output out_;                           // answers
    size_t charged_ = 0;                   // what of the loop's budget it holds
    int64_t due_ms_;       // when the half-received request has to be complete, or not_begun
    int64_t progress_ms_;  // when it last sent, received or became idle

    std::shared_ptr<std::atomic<bool>> presence_;  // null: nobody has asked

    std::optional<Address> client_;  // as far as it is known for the whole connection
    AddressCensus::Place place_;

    const bool from_proxy_;
    bool unwelcome_;
    bool introduces_;             // the proxy's header is not complete; due_ms_ as below
    bool shaking_hands_;          // TLS is not agreed on yet; due_ms_ says until when it must be
    bool readable_ = false;       // there may be something to receive
    bool writable_ = true;        // the last send was not refused
    bool hung_up_ = false;        // the end or an error lies behind what can be received
    bool ended_ = false;          // the client has closed its side
    bool gone_ = false;           // the client takes nothing any more; answers are dropped
    bool failed_ = false;         // to be closed at once
    bool stopped_ = false;        // no further request is read
    bool stalled_ = false;        // whole requests may lie in the intake: too many wait
    bool says_goodbye_ = false;   // the next answer says that it is the last
    bool draining_ = false;       // the server is shutting down
    bool polite_ = false;         // the last answer may come unexpected: linger
    bool lingering_ = false;      // the last answer is out, waiting for the client to close
    bool continue_sent_ = false;  // "100 Continue" for the half-received request
};

}  // namespace playhead::http
