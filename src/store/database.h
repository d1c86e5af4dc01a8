// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <duckdb.h>

#include "base/error.h"
#include "store/value.h"

// DuckDB's C API with owners and Results: every handle is given back, every return code is looked
// at. Only src/store includes this. One object is used by one thread at a time; several Connections
// of one Database run beside each other.
namespace playhead::store {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

// The elements of a LIST of STRUCT in an answer, each field by its place; as with the columns, the
// statement fixes their types. Valid until next().
class Structs {
  public:
    size_t size() const { return size_; }

    int64_t integer(size_t element, size_t field) const;        // BIGINT
    uint64_t natural(size_t element, size_t field) const;       // UBIGINT
    std::string_view text(size_t element, size_t field) const;  // VARCHAR

  private:
    friend class Answer;

    Structs(duckdb_vector elements, idx_t first, idx_t size)
        : elements_(elements), first_(first), size_(size) {}

    duckdb_vector elements_;
    idx_t first_;
    idx_t size_;
};

// The rows that a statement gave, one after the other. All of them are in memory, so that who asks
// sets a limit in the statement.
class Answer {
  public:
    // Takes over the result.
    explicit Answer(const duckdb_result& result) : result_(result) {}

    Answer(Answer&& other) noexcept;
    Answer& operator=(Answer&&) = delete;
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer();

    // Goes to the next row (to the first one at first); false behind the last.
    bool next();

    // Values of the current row. The statement fixes the type of each column; to ask for another
    // one, or for a value that is NULL, is a bug.
    bool is_null(size_t column) const;
    bool boolean(size_t column) const;           // BOOLEAN
    int64_t integer(size_t column) const;        // BIGINT
    uint64_t natural(size_t column) const;       // UBIGINT
    double number(size_t column) const;          // DOUBLE
    std::string_view text(size_t column) const;  // VARCHAR or BLOB; valid until next()
    TextPairs text_pairs(size_t column) const;   // MAP(VARCHAR, VARCHAR), in stored order
    Structs structs(size_t column) const;        // LIST of STRUCT

    // Of a column whose type the question decides: one of those that a Value holds.
    Value value(size_t column) const;

  private:
    duckdb_vector vector(size_t column, duckdb_type type) const;

    duckdb_result result_{};
    duckdb_data_chunk chunk_ = nullptr;
    idx_t rows_ = 0;
    idx_t row_ = 0;
};

// A statement with parameters ($1 is number 1), to be run again and again.
class Statement {
  public:
    explicit Statement(duckdb_prepared_statement prepared) : prepared_(prepared) {}

    // Binding fails only by a bug: the number or type of a parameter is wrong.
    void bind(idx_t number, std::string_view text);
    void bind(idx_t number, uint64_t value);
    void bind_value(idx_t number, const Value& value);

    base::Result<Answer> run();

  private:
    struct Destroy {
        void operator()(duckdb_prepared_statement prepared) const {
            duckdb_destroy_prepare(&prepared);
        }
    };

    std::unique_ptr<std::remove_pointer_t<duckdb_prepared_statement>, Destroy> prepared_;
};

// The elements of a new LIST of STRUCT. Every field of each must be set, by its place; to set one
// of another type than it has is a bug. Valid until the next value is appended.
class NewStructs {
  public:
    void integer(size_t element, size_t field, int64_t value);   // BIGINT
    void natural(size_t element, size_t field, uint64_t value);  // UBIGINT
    void text(size_t element, size_t field,
              std::string_view value);  // VARCHAR, valid UTF-8 (CHECK)

  private:
    friend class Appender;

    NewStructs(duckdb_vector elements, idx_t first) : elements_(elements), first_(first) {}

    duckdb_vector elements_;
    idx_t first_;
};

// Puts rows into a table, value by value in the order of its columns; a value of another type than
// that of its column is a bug. It belongs to the transaction that its connection is in: the rows
// come and go with that. The first thing that goes wrong is kept and given by finish().
//
// Rows are gathered as DuckDB has them in memory, a chunk at a time, which is cheaper than to give
// it each value by itself.
class Appender {
  public:
    // Takes over the appender, which was made without an error.
    explicit Appender(duckdb_appender appender);

    Appender(Appender&& other) noexcept;
    Appender& operator=(Appender&&) = delete;
    Appender(const Appender&) = delete;
    Appender& operator=(const Appender&) = delete;
    ~Appender();

    void null();
    void boolean(bool value);            // BOOLEAN
    void integer(int64_t value);         // BIGINT
    void natural(uint64_t value);        // UBIGINT
    void number(double value);           // DOUBLE
    void text(std::string_view value);   // VARCHAR; valid UTF-8, finish() fails otherwise
    void bytes(std::string_view value);  // BLOB
    void text_pairs(
        const TextPairs& pairs);      // MAP(VARCHAR, VARCHAR); of equal keys the last counts
    NewStructs structs(size_t size);  // LIST of STRUCT
    void end_row();

    base::Result<void> finish();

  private:
    struct Column {
        duckdb_type type{};
        duckdb_vector values = nullptr;
        void* data = nullptr;
    };

    Column& next_column(duckdb_type type);
    idx_t add_elements(const Column& column, size_t size);
    void assign(duckdb_vector values, idx_t place, std::string_view text);
    void look_at_chunk();
    void flush();

    duckdb_appender appender_;
    duckdb_data_chunk chunk_ = nullptr;
    std::vector<Column> columns_;
    idx_t row_ = 0;
    size_t column_ = 0;
    bool failed_ = false;
    bool has_wrong_text_ = false;
};

class Connection {
  public:
    explicit Connection(duckdb_connection connection) : connection_(connection) {}

    base::Result<void> run(const char* sql);
    base::Result<Answer> ask(const char* sql);
    base::Result<Statement> prepare(const std::string& sql);
    base::Result<Appender> append_to(const char* table);
    base::Result<Appender> append_to_temporary(const char* table);  // of this connection

    // No transaction is open behind it, even when interrupt() hits the end of one.
    void roll_back();

    // What `change` does on this connection, in one transaction: all of it, or nothing and why.
    base::Result<void> in_transaction(const std::function<base::Result<void>()>& change);

    // Ends the statement that runs, with the error `stopped`; nothing when none runs. Any thread.
    void interrupt() { duckdb_interrupt(connection_.get()); }

  private:
    struct Disconnect {
        void operator()(duckdb_connection connection) const { duckdb_disconnect(&connection); }
    };

    std::unique_ptr<std::remove_pointer_t<duckdb_connection>, Disconnect> connection_;
};

class Database {
  public:
    using Setting = std::pair<const char*, std::string>;

    // Opens or makes the file. Settings are applied in their order, and cannot be changed later if
    // the last one is lock_configuration. Error `busy`: another process has it open.
    static base::Result<Database> open(const std::string& path,
                                       const std::vector<Setting>& settings);

    // An empty one in memory, for statements that read or write files: unlike that of a store it
    // reaches them. One thread; at most `memory_limit` ("512MB"), and what is above goes to the
    // folder `scratch`, or nowhere when that is empty.
    static base::Result<Database> open_in_memory(const std::string& scratch,
                                                 const std::string& memory_limit);

    base::Result<Connection> connect() const;

  private:
    struct Close {
        void operator()(duckdb_database database) const { duckdb_close(&database); }
    };

    explicit Database(duckdb_database database) : database_(database) {}

    std::unique_ptr<std::remove_pointer_t<duckdb_database>, Close> database_;
};

}  // namespace playhead::store
