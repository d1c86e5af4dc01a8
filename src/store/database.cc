// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include "base/check.h"
#include "store/failure.h"

namespace playhead::store {
namespace {

std::unexpected<base::Error> failed_answer(duckdb_result& result) {
    return failed("the store could not answer", duckdb_result_error_type(&result),
                  duckdb_result_error(&result));
}

base::Result<Appender> opened(duckdb_state state, duckdb_appender made) {
    if (state == DuckDBSuccess) return Appender(made);
    auto error = failed_append(made, "the store could not open a table");
    duckdb_appender_destroy(&made);
    return error;
}

std::string_view view_of(duckdb_string_t& text) {
    return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
}

// Of this field of all structs in the vector.
template <class T>
T* data_of(duckdb_vector structs, size_t field) {
    return static_cast<T*>(duckdb_vector_get_data(duckdb_struct_vector_get_child(structs, field)));
}

}  // namespace

Answer::Answer(Answer&& other) noexcept
    : result_(std::exchange(other.result_, duckdb_result{})),
      chunk_(std::exchange(other.chunk_, nullptr)),
      rows_(other.rows_),
      row_(other.row_) {
}

Answer::~Answer() {
    if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
    duckdb_destroy_result(&result_);
}

bool Answer::next() {
    ++row_;
    while (row_ >= rows_) {
        if (chunk_ != nullptr) duckdb_destroy_data_chunk(&chunk_);
        chunk_ = duckdb_fetch_chunk(result_);
        if (chunk_ == nullptr) return false;
        rows_ = duckdb_data_chunk_get_size(chunk_);
        row_ = 0;
    }
    return true;
}

duckdb_vector Answer::vector(size_t column, duckdb_type type) const {
    CHECK(chunk_ != nullptr && row_ < rows_);
    CHECK(duckdb_column_type(const_cast<duckdb_result*>(&result_), column) == type);
    CHECK(!is_null(column));
    return duckdb_data_chunk_get_vector(chunk_, column);
}

bool Answer::is_null(size_t column) const {
    CHECK(chunk_ != nullptr && column < duckdb_data_chunk_get_column_count(chunk_));
    const duckdb_vector values = duckdb_data_chunk_get_vector(chunk_, column);
    return !duckdb_validity_row_is_valid(duckdb_vector_get_validity(values), row_);
}

bool Answer::boolean(size_t column) const {
    return static_cast<bool*>(duckdb_vector_get_data(vector(column, DUCKDB_TYPE_BOOLEAN)))[row_];
}

int64_t Answer::integer(size_t column) const {
    return static_cast<int64_t*>(duckdb_vector_get_data(vector(column, DUCKDB_TYPE_BIGINT)))[row_];
}

uint64_t Answer::natural(size_t column) const {
    return static_cast<uint64_t*>(
        duckdb_vector_get_data(vector(column, DUCKDB_TYPE_UBIGINT)))[row_];
}

double Answer::number(size_t column) const {
    return static_cast<double*>(duckdb_vector_get_data(vector(column, DUCKDB_TYPE_DOUBLE)))[row_];
}

std::string_view Answer::text(size_t column) const {
    const duckdb_type type = duckdb_column_type(const_cast<duckdb_result*>(&result_), column);
    CHECK(type == DUCKDB_TYPE_VARCHAR || type == DUCKDB_TYPE_BLOB);
    return view_of(
        static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector(column, type)))[row_]);
}

TextPairs Answer::text_pairs(size_t column) const {
    const duckdb_vector maps = vector(column, DUCKDB_TYPE_MAP);
    const auto entry = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(maps))[row_];
    const duckdb_vector entries = duckdb_list_vector_get_child(maps);
    auto* keys = static_cast<duckdb_string_t*>(
        duckdb_vector_get_data(duckdb_struct_vector_get_child(entries, 0)));
    auto* values = static_cast<duckdb_string_t*>(
        duckdb_vector_get_data(duckdb_struct_vector_get_child(entries, 1)));
    TextPairs pairs;
    pairs.reserve(entry.length);
    for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) {
        pairs.emplace_back(view_of(keys[i]), view_of(values[i]));
    }
    return pairs;
}

Value Answer::value(size_t column) const {
    if (is_null(column)) return {};
    switch (duckdb_column_type(const_cast<duckdb_result*>(&result_), column)) {
        case DUCKDB_TYPE_BIGINT:
            return integer(column);
        case DUCKDB_TYPE_DOUBLE:
            return number(column);
        default:
            return std::string(text(column));
    }
}

Structs Answer::structs(size_t column) const {
    const duckdb_vector lists = vector(column, DUCKDB_TYPE_LIST);
    const auto entry = static_cast<duckdb_list_entry*>(duckdb_vector_get_data(lists))[row_];
    return {duckdb_list_vector_get_child(lists), entry.offset, entry.length};
}

int64_t Structs::integer(size_t element, size_t field) const {
    CHECK(element < size_);
    return data_of<int64_t>(elements_, field)[first_ + element];
}

uint64_t Structs::natural(size_t element, size_t field) const {
    CHECK(element < size_);
    return data_of<uint64_t>(elements_, field)[first_ + element];
}

std::string_view Structs::text(size_t element, size_t field) const {
    CHECK(element < size_);
    return view_of(data_of<duckdb_string_t>(elements_, field)[first_ + element]);
}

void Statement::bind(idx_t number, std::string_view text) {
    CHECK(duckdb_bind_varchar_length(prepared_.get(), number, text.data(), text.size()) ==
          DuckDBSuccess);
}

void Statement::bind(idx_t number, uint64_t value) {
    CHECK(duckdb_bind_uint64(prepared_.get(), number, value) == DuckDBSuccess);
}

void Statement::bind_value(idx_t number, const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return bind(number, *text);
    duckdb_state state = DuckDBError;
    if (const auto* integer = std::get_if<int64_t>(&value)) {
        state = duckdb_bind_int64(prepared_.get(), number, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        state = duckdb_bind_double(prepared_.get(), number, *real);
    } else {
        state = duckdb_bind_null(prepared_.get(), number);
    }
    CHECK(state == DuckDBSuccess);
}

base::Result<Answer> Statement::run() {
    duckdb_result result{};
    const duckdb_state state = duckdb_execute_prepared(prepared_.get(), &result);
    Answer answer(result);
    if (state != DuckDBSuccess) return failed_answer(result);
    return answer;
}

base::Result<void> Connection::run(const char* sql) {
    const base::Result<Answer> answer = ask(sql);
    if (!answer) return std::unexpected(answer.error());
    return {};
}

void Connection::roll_back() {
    while (true) {
        const auto done = run("ROLLBACK");
        // What remains is that no transaction was open.
        if (done || done.error().code != base::ErrorCode::stopped) return;
    }
}

base::Result<void> Connection::in_transaction(const std::function<base::Result<void>()>& change) {
    auto done = run("BEGIN TRANSACTION");
    if (done) done = change();
    if (done) done = run("COMMIT");
    // An error inside the transaction may have ended it already; either way nothing of it is left.
    if (!done) roll_back();
    return done;
}

base::Result<Answer> Connection::ask(const char* sql) {
    duckdb_result result{};
    const duckdb_state state = duckdb_query(connection_.get(), sql, &result);
    Answer answer(result);
    if (state != DuckDBSuccess) return failed_answer(result);
    return answer;
}

base::Result<Statement> Connection::prepare(const std::string& sql) {
    duckdb_prepared_statement prepared = nullptr;
    const duckdb_state state = duckdb_prepare(connection_.get(), sql.c_str(), &prepared);
    Statement statement(prepared);
    if (state != DuckDBSuccess) {
        return failed("the store does not know the question", DUCKDB_ERROR_INVALID,
                      duckdb_prepare_error(prepared));
    }
    return statement;
}

base::Result<Appender> Connection::append_to(const char* table) {
    duckdb_appender made = nullptr;
    const duckdb_state state = duckdb_appender_create(connection_.get(), nullptr, table, &made);
    return opened(state, made);
}

base::Result<Appender> Connection::append_to_temporary(const char* table) {
    duckdb_appender made = nullptr;
    const duckdb_state state =
        duckdb_appender_create_ext(connection_.get(), "temp", nullptr, table, &made);
    return opened(state, made);
}

base::Result<Database> Database::open(const std::string& path,
                                      const std::vector<Setting>& settings) {
    duckdb_config config = nullptr;
    CHECK(duckdb_create_config(&config) == DuckDBSuccess);
    for (const auto& [name, value] : settings) {
        if (duckdb_set_config(config, name, value.c_str()) != DuckDBSuccess) {
            duckdb_destroy_config(&config);
            return base::fail(base::ErrorCode::invalid,
                              "the store does not take " + value + " for " + name);
        }
    }
    duckdb_database database = nullptr;
    char* said = nullptr;
    const duckdb_state state = duckdb_open_ext(path.c_str(), &database, config, &said);
    duckdb_destroy_config(&config);
    if (state == DuckDBSuccess) return Database(database);
    auto error = failed("cannot open the store " + path, DUCKDB_ERROR_INVALID, said);
    duckdb_free(said);
    return error;
}

base::Result<Database> Database::open_in_memory(const std::string& scratch,
                                                const std::string& memory_limit) {
    return open(":memory:", {{"temp_directory", scratch},
                             {"memory_limit", memory_limit},
                             {"threads", "1"},
                             {"autoinstall_known_extensions", "false"},
                             {"autoload_known_extensions", "false"}});
}

base::Result<Connection> Database::connect() const {
    duckdb_connection connection = nullptr;
    if (duckdb_connect(database_.get(), &connection) != DuckDBSuccess) {
        return base::fail(base::ErrorCode::full, "the store gives no further connection");
    }
    return Connection(connection);
}

}  // namespace playhead::store
