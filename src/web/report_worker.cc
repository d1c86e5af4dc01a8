// SPDX-License-Identifier: Apache-2.0
#include "web/report_worker.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include "base/bounded_queue.h"
#include "web/problem.h"
#include "web/report_answer.h"
#include "web/report_request.h"

namespace playhead::web {
namespace {

enum class Format : uint8_t { json, csv };

// What the client would rather have of what there is; JSON when it does not say.
Format format_of(std::string_view accept) {
    return accept.find("text/csv") != accept.npos ? Format::csv : Format::json;
}

struct Job {
    std::string target;
    std::string body;
    Format format{};
    http::Responder responder;
};

}  // namespace

// What the two threads share.
class ReportWorker::Desk {
  public:
    Desk(Sources sources, std::chrono::milliseconds time_limit)
        : sources_(std::move(sources)), time_limit_(time_limit) {}

    void put(Job job) {
        if (jobs_.try_push(std::move(job))) return;
        // NOLINTNEXTLINE(bugprone-use-after-move): what is refused stays as it was.
        job.responder.send(problem_answer(Problem::overloaded, job.target));
    }

    void work() {
        std::vector<Job> jobs;
        while (jobs_.pop_all(jobs)) {
            for (Job& job : jobs) job.responder.send(is_stopped() ? overloaded(job) : answer(job));
            jobs.clear();
        }
    }

    // Interrupts reports that take too long.
    void watch() {
        std::unique_lock lock(mutex_);
        while (true) {
            changed_.wait(lock, [this] { return stopped_ || is_running_; });
            if (!is_running_) return;
            const uint64_t job = job_;
            const auto is_over = [&] { return !is_running_ || job_ != job; };
            changed_.wait_for(lock, time_limit_, [&] { return stopped_ || is_over(); });
            while (!is_over()) {
                took_too_long_ = !stopped_;
                lock.unlock();
                sources_.interrupt();
                lock.lock();
                // It may have come before the statement that it was meant for.
                changed_.wait_for(lock, interrupts_again, is_over);
            }
        }
    }

    void stop() {
        {
            const std::lock_guard lock(mutex_);
            stopped_ = true;
        }
        changed_.notify_all();
        jobs_.close();
    }

  private:
    static constexpr std::chrono::milliseconds interrupts_again{20};

    static http::Response overloaded(const Job& job) {
        return problem_answer(Problem::overloaded, job.target);
    }

    bool is_stopped() {
        const std::lock_guard lock(mutex_);
        return stopped_;
    }

    void begin() {
        {
            const std::lock_guard lock(mutex_);
            is_running_ = true;
            took_too_long_ = false;
            ++job_;
        }
        changed_.notify_all();
    }

    // Whether it was ended for the time that it took.
    bool end() {
        const std::lock_guard lock(mutex_);
        is_running_ = false;
        changed_.notify_all();
        return took_too_long_;
    }

    http::Response answer(const Job& job) {
        const ReportRequest request = report_request_from(job.body);
        begin();
        std::vector<FieldProblem> problems = request.problems;
        const auto objections = sources_.object_to(request.question);
        auto report = objections && objections->empty() && problems.empty()
                          ? sources_.answer(request.question)
                          : base::fail(base::ErrorCode::invalid, "the question is not right");
        const bool took_too_long = end();
        if (!objections) return failed(objections.error(), job, took_too_long);
        for (const auto& [field, reason] : *objections) problems.push_back({field, reason});
        if (!problems.empty()) return problem_answer(Problem::bad_question, job.target, problems);
        if (!report) return failed(report.error(), job, took_too_long);
        if (job.format == Format::csv) {
            return csv_answer(report_headers(request, *report), report_csv(request, *report));
        }
        return json_answer(report_json(request, *report));
    }

    static http::Response failed(const base::Error& error, const Job& job, bool took_too_long) {
        if (took_too_long) return problem_answer(Problem::took_too_long, job.target);
        if (error.code == base::ErrorCode::full) {
            return problem_answer(Problem::needs_too_much_memory, job.target);
        }
        return error_answer(error, job.target);
    }

    const Sources sources_;
    const std::chrono::milliseconds time_limit_;
    base::BoundedQueue<Job> jobs_{waiting_reports};
    std::mutex mutex_;
    std::condition_variable changed_;
    uint64_t job_ = 0;
    bool is_running_ = false;
    bool took_too_long_ = false;
    bool stopped_ = false;
};

ReportWorker::ReportWorker(Sources sources, std::chrono::milliseconds time_limit)
    : desk_(std::make_shared<Desk>(std::move(sources), time_limit)),
      worker_([desk = desk_] { desk->work(); }),
      watch_([desk = desk_] { desk->watch(); }) {
}

ReportWorker::~ReportWorker() {
    stop();
}

void ReportWorker::stop() {
    desk_->stop();
    if (worker_.joinable()) worker_.join();
    if (watch_.joinable()) watch_.join();
}

void ReportWorker::answer(const http::Request& request, http::Responder responder) {
    if (request.body.size() > most_question_bytes) {
        return responder.send(problem_answer(Problem::question_too_large, request.target));
    }
    desk_->put({.target = std::string(request.target),
                .body = std::string(request.body),
                .format = format_of(request.header("Accept")),
                .responder = std::move(responder)});
}

}  // namespace playhead::web
