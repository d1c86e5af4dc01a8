// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/reports.h"
#include "store/sql_questions.h"
#include "store/store.h"

namespace playhead::app {

// The store of a running server, which may not be there: locked by another program, damaged, or
// without room. Both sides answer with an error then, and the next call of the writing side opens
// the file again. After a write that failed the file is closed, because DuckDB may refuse
// everything from then on; what it holds is looked at when it is open again.
//
// The writing side is for one thread, the reading side for any (one question at a time).
class LateStore final : public store::Writer, public store::Reader {
  public:
    explicit LateStore(std::string path);
    ~LateStore() override;

    // From now on a store with a larger offset than the end of the journal, or than what is written
    // from here on, is not taken: it has rows of a part of the journal that is lost.
    void limit_to(uint64_t journal_end) { largest_offset_ = journal_end; }

    // Error: not written, or it is not known whether; offset() of the next opening tells.
    base::Result<void> write(std::span<const session::SessionRow> rows, uint64_t offset) override;

    base::Result<void> erase(const store::Erasure& erasure, std::span<const std::string> marks,
                             uint64_t offset) override;
    base::Result<void> finish_erasure(const std::string& id, int64_t finished_at,
                                      uint64_t offset) override;

    base::Result<store::Summed> sum_up(int64_t now_ms) override;

    // Opens the file if it is closed. Error: it cannot be opened, with what an operator can do.
    base::Result<uint64_t> offset() override;

    // Error `busy` while the file is closed.
    base::Result<std::optional<session::SessionRow>> session(const event::SessionId& id) override;
    base::Result<std::vector<session::SessionRow>> sessions(
        const session::SessionFilter& filter, const std::optional<event::SessionId>& before,
        size_t limit) override;
    base::Result<std::vector<session::SessionRow>> sessions_with_details(
        const std::optional<event::SessionId>& before, size_t limit) override;

    // Asks what the store's reports are asked on a connection of their own, beside other questions;
    // one at a time. Error `busy` while the file is closed, and `stopped` when it had to be closed
    // meanwhile.
    base::Result<void> ask_reports(
        const std::function<base::Result<void>(store::Reports&)>& question);

    // Ends what the reports are asked now; nothing when they are asked nothing. Any thread.
    void interrupt_reports() { reports_line_.interrupt(); }

    // The same for SQL, on another connection, so that one does not wait for the other.
    base::Result<void> ask_sql(
        const std::function<base::Result<void>(store::SqlQuestions&)>& question);

    void interrupt_sql() { sql_line_.interrupt(); }

    base::Result<std::vector<store::ViewerSession>> sessions_of_viewer(std::string_view id,
                                                                       size_t limit) override;
    base::Result<std::vector<store::Erasure>> erasures() override;

    // Copies what is in the file into a new one, which takes its place: what was deleted is then in
    // none. Questions are answered meanwhile, and wait for the moment of the change. The writing
    // side's thread. Error: the file is as it was.
    base::Result<void> rewrite();

  private:
    struct Opened;

    // Questions on one connection, one at a time, that others can end.
    template <class Asked>
    class Line {
      public:
        using Question = std::function<base::Result<void>(Asked&)>;

        // `find` gives what to ask, or null while the file is closed.
        base::Result<void> ask(const std::function<Asked*()>& find, const Question& question);

        void interrupt();

        // Ends what is asked now; nothing more is until the lock is given back.
        std::unique_lock<std::timed_mutex> end();

      private:
        void note(Asked* asked);

        std::timed_mutex one_;
        std::mutex interrupting_;  // asked_
        Asked* asked_ = nullptr;   // while it is asked
    };

    static base::Result<std::unique_ptr<Opened>> open(const std::string& path);
    base::Result<void> ensure_open();
    base::Result<void> change(uint64_t offset,
                              const std::function<base::Result<void>(store::Writer&)>& write);
    void close();

    const std::string path_;
    uint64_t largest_offset_ = UINT64_MAX;  // that the store can have
    uint64_t known_offset_ = 0;             // that the store had when it was last open
    std::mutex mutex_;                      // opening, closing and questions
    std::unique_ptr<Opened> opened_;
    Line<store::Reports> reports_line_;
    Line<store::SqlQuestions> sql_line_;
};

}  // namespace playhead::app
