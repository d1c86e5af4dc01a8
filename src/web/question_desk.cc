// SPDX-License-Identifier: Apache-2.0
#include "web/question_desk.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/bounded_queue.h"
#include "web/problem.h"

namespace playhead::web {
namespace {

// How long a question goes on at most that nobody wants any more.
constexpr std::chrono::milliseconds looks_again{20};

// Why a question is ended.
enum class End : uint8_t { not_yet, of_time, of_interest, of_desk };

Problem problem_of(End end) {
    switch (end) {
        case End::of_time:
            return Problem::took_too_long;
        case End::of_interest:
            return Problem::left;
        case End::not_yet:
        case End::of_desk:
            break;
    }
    return Problem::overloaded;
}

struct Job {
    std::string target;
    http::Responder responder;
    http::Presence presence;
    QuestionDesk::Answer answer;
};

}  // namespace

// What the two threads share.
class QuestionDesk::Desk {
  public:
    Desk(std::function<void()> interrupt, std::chrono::milliseconds time_limit)
        : interrupt_(std::move(interrupt)), time_limit_(time_limit) {}

    void put(Job job) {
        if (jobs_.try_push(std::move(job))) return;
        // NOLINTNEXTLINE(bugprone-use-after-move): what is refused stays as it was.
        job.responder.send(problem_answer(Problem::overloaded, job.target));
    }

    void work() {
        std::vector<Job> jobs;
        while (jobs_.pop_all(jobs)) {
            for (Job& job : jobs) {
                job.responder.send(response_to(job));
                job.answer = nullptr;
            }
            jobs.clear();
        }
    }

    void watch() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return is_stopped_ || running_ != nullptr; });
            if (running_ == nullptr) return;
            watch_one(lock);
        }
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            is_stopped_ = true;
        }
        changed_.notify_all();
        jobs_.close();
    }

  private:
    void watch_one(std::unique_lock<std::mutex>& lock) {
        const uint64_t number = number_;
        const auto is_over = [&] { return running_ == nullptr || number_ != number; };
        std::chrono::milliseconds waited{0};
        while (!is_over()) {
            if (end_ == End::not_yet) end_ = end_after(waited);
            if (end_ != End::not_yet) {
                lock.unlock();
                interrupt_();
                lock.lock();
            }
            if (!changed_.wait_for(lock, looks_again, is_over)) waited += looks_again;
        }
    }

    End end_after(std::chrono::milliseconds waited) const {
        if (is_stopped_) return End::of_desk;
        if (!*running_->presence) return End::of_interest;
        return waited >= time_limit_ ? End::of_time : End::not_yet;
    }

    http::Response response_to(const Job& job) {
        if (const End end = begin(job); end != End::not_yet) {
            return problem_answer(problem_of(end), job.target);
        }
        auto response = job.answer();
        const End end = finish();
        if (response) return *std::move(response);
        if (end != End::not_yet) return problem_answer(problem_of(end), job.target);
        const bool has_no_memory = response.error().code == base::ErrorCode::full;
        return has_no_memory ? problem_answer(Problem::needs_too_much_memory, job.target)
                             : error_answer(response.error(), job.target);
    }

    // Not begun when nobody wants it any more.
    End begin(const Job& job) {
        const std::lock_guard lock(mutex_);
        if (is_stopped_) return End::of_desk;
        if (!*job.presence) return End::of_interest;
        running_ = &job;
        end_ = End::not_yet;
        ++number_;
        changed_.notify_all();
        return End::not_yet;
    }

    End finish() {
        const std::lock_guard lock(mutex_);
        running_ = nullptr;
        changed_.notify_all();
        return end_;
    }

    const std::function<void()> interrupt_;
    const std::chrono::milliseconds time_limit_;
    base::BoundedQueue<Job> jobs_{waiting_questions};
    std::mutex mutex_;
    std::condition_variable changed_;
    const Job* running_ = nullptr;
    uint64_t number_ = 0;  // of the one that runs or ran last
    End end_ = End::not_yet;
    bool is_stopped_ = false;
};

QuestionDesk::QuestionDesk(std::function<void()> interrupt, std::chrono::milliseconds time_limit)
    : desk_(std::make_shared<Desk>(std::move(interrupt), time_limit)),
      worker_([desk = desk_] { desk->work(); }),
      watch_([desk = desk_] { desk->watch(); }) {
}

QuestionDesk::~QuestionDesk() {
    stop();
}

void QuestionDesk::put(std::string_view target, http::Responder responder, Answer answer) {
    http::Presence presence = responder.presence();
    desk_->put({.target = std::string(target),
                .responder = std::move(responder),
                .presence = std::move(presence),
                .answer = std::move(answer)});
}

void QuestionDesk::take(const http::Request& request, http::Responder responder, AnswerTo answer) {
    if (request.body.size() > most_question_bytes) {
        return responder.send(problem_answer(Problem::question_too_large, request.target));
    }
    put(request.target, std::move(responder),
        [answer = std::move(answer),
         asked = Asked{.target = std::string(request.target),
                       .body = std::string(request.body),
                       .format = answer_format_from(request.header("Accept"))}] {
            return answer(asked);
        });
}

void QuestionDesk::stop() {
    desk_->stop();
    if (worker_.joinable()) worker_.join();
    if (watch_.joinable()) watch_.join();
}

}  // namespace playhead::web
