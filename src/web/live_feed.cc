// SPDX-License-Identifier: Apache-2.0
#include "web/live_feed.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/bounded_queue.h"
#include "web/live_json.h"
#include "web/live_query.h"
#include "web/reply.h"

namespace playhead::web {
namespace {

constexpr int64_t second_ms = 1'000;

// A question that got no answer for so long is asked again.
constexpr int64_t patience_ms = 5 * second_ms;

constexpr std::string_view stream_headers =
    "Content-Type: text/event-stream\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cache-Control: no-store\r\n";

std::string event_of(const std::string& json) {
    return "data: " + json + "\n\n";
}

bool wants_stream(const http::Request& request) {
    return request.method == http::Method::get &&
           request.header("Accept").find("text/event-stream") != std::string_view::npos;
}

}  // namespace

// What the thread works on. It is shared with the answers that are still under way from other
// threads; after stop() they find the queue closed.
class LiveFeed::Worker : public std::enable_shared_from_this<Worker> {
  public:
    using ReplyPtr = std::shared_ptr<Reply>;
    using View = session::LiveView;

    explicit Worker(Sources sources) : sources_(std::move(sources)) {}

    void answer_once(const LiveQuery& query, const ReplyPtr& reply) {
        ask(query, [query, reply](Worker&, const View& view) {
            reply->send(json_answer(live_json(view, query)));
        });
    }

    void answer_on_and_on(const LiveQuery& query, const ReplyPtr& reply) {
        ask(query, [query, reply](Worker& worker, const View& view) {
            worker.begin(query, view, *reply);
        });
    }

    size_t streams() const { return open_; }

    void run() {
        std::vector<Job> jobs;
        int64_t next = sources_.monotonic_ms() + second_ms;
        while (jobs_.pop_all_within(jobs, time_until(next))) {
            for (Job& job : jobs) {
                if (!stopped_) job(*this);
                job = nullptr;
            }
            jobs.clear();
            const int64_t now = sources_.monotonic_ms();
            if (now < next) continue;
            // Behind a pause no second is made up for.
            next = std::max(next + second_ms, now);
            for (Channel& channel : channels_) tell(channel, now);
        }
        channels_.clear();
    }

    void stop() {
        stopped_ = true;
        jobs_.close();
    }

  private:
    using Job = std::function<void(Worker&)>;

    // Streams that ask the same.
    struct Channel {
        LiveQuery query;
        std::vector<http::Stream> streams;
        int64_t asked_at = 0;  // 0: no question waits
    };

    std::chrono::milliseconds time_until(int64_t then) const {
        return std::chrono::milliseconds(std::max<int64_t>(0, then - sources_.monotonic_ms()));
    }

    // Has `use` called with the answer, on the thread of this.
    template <typename Use>
    void ask(const LiveQuery& query, const Use& use) {
        sources_.ask(query.question, [worker = shared_from_this(), use](View view) {
            // One that does not fit is dropped, and its Reply answers.
            static_cast<void>(worker->jobs_.try_push(
                [use, view = std::move(view)](Worker& self) { use(self, view); }));
        });
    }

    void begin(const LiveQuery& query, const View& view, Reply& reply) {
        leave_who_left();
        if (open_ >= most_streams) return reply.refuse(Problem::too_many_streams);
        http::Response head;
        head.status = 200;
        head.fixed_headers = stream_headers;
        head.body = event_of(live_json(view, query));
        auto channel = std::ranges::find(channels_, query, &Channel::query);
        if (channel == channels_.end()) {
            channels_.push_back({.query = query, .streams = {}});
            channel = channels_.end() - 1;
        }
        channel->streams.push_back(reply.begin(std::move(head)));
        ++open_;
    }

    void tell(Channel& channel, int64_t now) {
        if (channel.asked_at != 0 && now - channel.asked_at < patience_ms) return;
        channel.asked_at = now;
        ask(channel.query, [query = channel.query](Worker& worker, const View& view) {
            worker.tell(query, view);
        });
    }

    void tell(const LiveQuery& query, const View& view) {
        const auto channel = std::ranges::find(channels_, query, &Channel::query);
        if (channel == channels_.end()) return;
        channel->asked_at = 0;
        const std::string event = event_of(live_json(view, query));
        for (http::Stream& stream : channel->streams) stream.send(event);
        leave_who_left();
    }

    void leave_who_left() {
        size_t left = 0;
        for (Channel& channel : channels_) {
            left += std::erase_if(channel.streams,
                                  [](const http::Stream& stream) { return !stream.is_open(); });
        }
        if (left == 0) return;
        open_ -= left;
        std::erase_if(channels_, [](const Channel& channel) { return channel.streams.empty(); });
    }

    const Sources sources_;
    base::BoundedQueue<Job> jobs_{most_waiting};
    std::atomic<bool> stopped_ = false;
    std::vector<Channel> channels_;  // each with a stream
    std::atomic<size_t> open_ = 0;   // streams; at most most_streams
};

LiveFeed::LiveFeed(Sources sources, base::Counters& counters)
    : worker_(std::make_shared<Worker>(std::move(sources))),
      thread_([worker = worker_] { worker->run(); }) {
    counters.gauge("playhead_live_streams", "", "Streams of GET /v1/live that are open now",
                   [worker = worker_] { return static_cast<double>(worker->streams()); });
}

LiveFeed::~LiveFeed() {
    worker_->stop();
    thread_.join();
}

void LiveFeed::answer(const http::Request& request, std::string_view query,
                      http::Responder responder) {
    const auto reply = std::make_shared<Reply>(std::move(responder), request.target);
    if (request.method != http::Method::get && request.method != http::Method::head) {
        return reply->refuse(Problem::method_not_allowed);
    }
    const auto asked = live_query_from(query);
    if (!asked) return reply->refuse(asked.error());
    if (wants_stream(request)) {
        worker_->answer_on_and_on(*asked, reply);
    } else {
        worker_->answer_once(*asked, reply);
    }
}

}  // namespace playhead::web
