// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "http/message.h"
#include "http/options.h"

namespace playhead::http {

class Loop;
struct Shared;

// Called once for each loop, with its number from 0, before listen() returns. The Handler is used
// and destroyed on the loop's thread (on another if start() was never called).
using HandlerFactory = std::function<std::unique_ptr<Handler>(size_t loop)>;

// An HTTP/1.1 server: Options::loops threads, each with its own listening socket, connections and
// Handler. The usual end is stop_accepting(), say_goodbye(), drain(), stop().
//
// All functions belong to the thread that owns the server; only the handlers run on others.
class Server {
  public:
    // Binds and listens; from now on clients can connect, but nothing is read before start().
    // Errors: `invalid` for an option or address, `busy` when the port is taken, `io`.
    static base::Result<std::unique_ptr<Server>> listen(Options options,
                                                        const HandlerFactory& make_handler,
                                                        const base::Clock& clock);

    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Starts the threads. Once.
    base::Result<void> start();

    // Closes the listening sockets; returns when they are closed. Who was connected stays.
    void stop_accepting();

    // From now on the answer to a client's next request says `Connection: close`: unlike one that
    // is closed while its next request is on the way, it loses nothing. Returns when no connection
    // is left, or false after `at_most`.
    bool say_goodbye(std::chrono::milliseconds at_most);

    // Answers what has arrived, with `Connection: close`, and closes what is idle. Returns when no
    // connection is left, or false after `at_most`. Time is the machine's, not the Clock's.
    bool drain(std::chrono::milliseconds at_most);

    // Closes all connections and ends the threads; answers that come later are dropped.
    void stop();

    // New connections get this one; those that are open keep theirs. Only where Options::tls was
    // set.
    void replace_certificate(std::shared_ptr<const TlsContext> next);

    // "127.0.0.1:54321", with the real port.
    const std::string& address() const { return address_; }

    // Open connections, those above the limit included.
    size_t connections() const;

    // Whether each loop has made a turn since the last call; has each make one soon. For who looks
    // after the process: false twice, a second apart, means that a thread is stuck.
    bool turns();

    // Waits until all loops have handed over what they have read and sleep; false when one was
    // still at work after `at_most`. A hint: what a loop that sleeps is about to be woken for it
    // does not know. For one thread, which may be another than the owner's.
    bool wait_until_idle(std::chrono::microseconds at_most);

    // From now on a loop that had little to do in its last turn lets requests gather before it
    // looks for them: for so long, or until an answer or an order comes from another thread. It is
    // woken less often and takes more at once; a request waits longer to be read, and so does a
    // deadline. Zero, as in the beginning: not at all. Any thread.
    void let_gather(std::chrono::microseconds at_most);

    // Has each loop look at the clock now. For tests that move a ManualClock.
    void wake();

  private:
    Server(std::shared_ptr<Shared> shared, std::string address);

    std::shared_ptr<Shared> shared_;
    std::string address_;
    std::vector<std::shared_ptr<Loop>> loops_;
    std::vector<std::thread> threads_;
};

}  // namespace playhead::http
