// SPDX-License-Identifier: Apache-2.0
#include "ingest/decoder.h"

#include <algorithm>
#include <array>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>

#include <simdjson.h>

#include "base/check.h"
#include "event/catalogue.h"
#include "event/limits.h"
#include "http/message.h"
#include "ingest/decimal.h"
#include "ingest/fingerprint.h"
#include "ingest/json_text.h"
#include "ingest/metadata_key.h"
#include "ingest/number.h"
#include "ingest/reason.h"
#include "ingest/scanner.h"
#include "ingest/structured.h"
#include "ingest/unrepeated.h"

namespace playhead::ingest {
namespace {

namespace od = simdjson::ondemand;

using event::Parameter;
using event::ParameterSet;
using event::ParameterValue;
using event::ValueType;

static_assert(http::body_padding >= simdjson::SIMDJSON_PADDING);

// simdjson 3.0.1 reads 0.99999999999999999999 as another number and refuses an exponent of twenty
// digits; what is no longer than this it reads well.
constexpr size_t most_simdjson_reads = 20;

// Up to so many members an object's names are compared one by one, beyond that by sorting.
constexpr size_t small_object = 64;

// The hash of a member that counts as absent.
constexpr uint64_t absent = 0;

simdjson::padded_string_view padded(std::string_view text) {
    return simdjson::padded_string_view(text.data(), text.size(),
                                        text.size() + simdjson::SIMDJSON_PADDING);
}

std::string_view trimmed(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// The text of a value, from its first to its last character. Containers are skipped by their
// brackets, not judged. False when the text ends inside the value.
bool raw_text(od::value value, std::string_view& text) {
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    simdjson::error_code error = simdjson::SUCCESS;
    if (type == od::json_type::object) {
        od::object object;
        error = value.get_object().get(object);
        if (error == simdjson::SUCCESS) error = object.raw_json().get(text);
    } else if (type == od::json_type::array) {
        od::array array;
        error = value.get_array().get(array);
        if (error == simdjson::SUCCESS) error = array.raw_json().get(text);
    } else {
        text = value.raw_json_token();
    }
    text = trimmed(text);
    return error == simdjson::SUCCESS;
}

struct SpelledNumber : Number {
    std::string_view token;  // only when it was not plainly an integer
};

// False when it is not a number by the grammar, or not finite.
bool read_number(od::value& value, SpelledNumber& number) {
    number.is_integer = value.get_int64().get(number.integer) == simdjson::SUCCESS;
    if (number.is_integer) {
        number.real = static_cast<double>(number.integer);
        return true;
    }
    number.token = value.raw_json_token();
    if (number.token.size() > most_simdjson_reads) {
        const auto real = nearest_double(number.token);
        if (!real) return false;
        number.real = *real;
    } else if (value.get_double().get(number.real) != simdjson::SUCCESS) {
        return false;
    }
    if (const auto exact = exact_integer(number.token)) {
        number.is_integer = true;
        number.integer = *exact;
        number.real = static_cast<double>(*exact);
    }
    return true;
}

bool read_null(od::value& value) {
    bool is_null = false;
    return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
}

}  // namespace

// One decoder's parser, buffers and the state of the pass that runs. Functions that give a bool
// give false when the text turned out not to be JSON (or to be nested too deep): the pass is over
// then. Whatever else is wrong is noted and the pass goes on.
//
// Depth counts containers: 1 is the event itself, 2 what stands in its members, and so on.
class Decoder::Reader {
  public:
    // `where` is put before each path: empty, or "/7" for an element of a batch.
    std::optional<Rejection> read(std::string_view body, Profile profile, std::string_view where,
                                  event::Event& event, Problems& problems);

    std::optional<Rejection> read_batch(std::string_view body, Profile profile,
                                        const EventSink& each, Problems& problems);

  private:
    // How a member that must be an object was found.
    enum class Found : uint8_t { broken, absent, misfit, open };

    // `params` or `qoeData`.
    struct Section {
        std::string_view path;
        std::vector<ParameterValue>* values = nullptr;
        ParameterSet seen{};
        Found found = Found::absent;
    };

    void start(Profile profile, std::string_view where, event::Event& event);
    bool pass(std::string_view body);
    void finish();
    void judge_params(const event::EventRule& rule);
    void drop_foreign_params(const event::EventRule& rule);

    template <typename Take>
    bool each_member(od::object object, size_t depth, uint64_t& sum, Take&& take);
    void note_name(size_t first, uint64_t hash, uint64_t& filter);

    bool walk(od::value value, size_t depth, uint64_t& hash);
    bool walk_array(od::value value, size_t depth, uint64_t& hash);

    Found enter(od::value& value, std::string_view name, od::object& object);
    bool top_member(std::string_view name, od::value value);
    bool event_type(od::value value);
    bool player_time(od::value value);
    bool time_member(std::string_view name, od::value value, uint64_t& hash);
    bool section(Section& section, od::value value, uint64_t& sum);
    bool unknown_parameter(const Section& section, std::string_view name, od::value value,
                           uint64_t& hash);
    bool custom_metadata(od::value value);

    bool parameter(Section& section, Parameter name, od::value value, uint64_t& hash);
    bool number_parameter(Section& section, Parameter name, od::value value, uint64_t& hash);
    bool boolean_parameter(Section& section, Parameter name, od::value value, uint64_t& hash);
    bool structured_parameter(Section& section, Parameter name, od::value value, uint64_t& hash);

    bool is_lenient() const { return profile_ == Profile::lenient; }

    void report(std::initializer_list<std::string_view> path, std::string_view why);
    // About a value of `section`. What is wrong in `params` is kept back until the event type is
    // known: a parameter that the event does not take is judged differently.
    void report_value(const Section& section, Parameter about,
                      std::span<const std::string_view> below, std::string_view why);

    struct Later {
        Parameter about;
        std::string path;
        std::string_view reason;
    };

    od::parser parser_;
    od::parser list_parser_;
    JsonParts parts_;
    od::document document_;
    std::string unrepeated_;
    std::string customer_ids_;
    std::deque<std::string> state_names_;
    std::vector<uint64_t> names_;  // a stack: hashes of the names of the objects that are open
    std::vector<Later> later_;
    Problems found_;

    Profile profile_ = Profile::standard;
    std::string_view where_;
    event::Event* event_ = nullptr;
    Section params_;
    Section qoe_;
    bool has_repetition_ = false;
    bool is_too_deep_ = false;
    bool is_object_ = false;
    bool has_type_ = false;
    bool knows_type_ = false;
    Found time_ = Found::absent;
    bool has_playhead_ = false;
    bool has_ts_ = false;
    uint64_t time_hash_ = 0;
    uint64_t params_hash_ = 0;
    uint64_t qoe_hash_ = 0;
    uint64_t metadata_hash_ = 0;
};

std::optional<Rejection> Decoder::Reader::read(std::string_view body, Profile profile,
                                               std::string_view where, event::Event& event,
                                               Problems& problems) {
    if (scan(body, event)) return std::nullopt;
    body = without_mark(body);
    start(profile, where, event);
    if (!pass(body)) {
        problems.add(std::string(where), is_too_deep_ ? reason::too_deep : reason::not_json);
        return Rejection::malformed_json;
    }
    if (has_repetition_) {
        unrepeated_.clear();
        append_unrepeated(parts_, body, unrepeated_);
        const size_t size = unrepeated_.size();
        unrepeated_.append(http::body_padding, '\0');
        start(profile, where, event);
        CHECK(pass(std::string_view(unrepeated_).substr(0, size)));
    }
    finish();
    if (found_.all().empty()) return std::nullopt;
    for (const Problem& problem : found_.all()) problems.add(problem.path, problem.reason);
    return Rejection::schema_failure;
}

std::optional<Rejection> Decoder::Reader::read_batch(std::string_view body, Profile profile,
                                                     const EventSink& each, Problems& problems) {
    body = without_mark(body);
    od::parser for_large_body;
    od::parser& parser = body.size() > event::event_bytes ? for_large_body : list_parser_;
    const auto malformed = [&problems] {
        problems.add("", reason::not_json);
        return Rejection::malformed_json;
    };
    const auto wrong = [&problems](std::string_view why) {
        problems.add("", why);
        return Rejection::wrong_batch;
    };
    od::document list;
    if (parser.iterate(padded(body)).get(list) != simdjson::SUCCESS) return malformed();
    od::json_type type;
    if (list.type().get(type) != simdjson::SUCCESS) return malformed();
    if (type != od::json_type::array) return wrong(reason::array);
    od::array array;
    if (list.get_array().get(array) != simdjson::SUCCESS) return malformed();
    std::optional<Rejection> rejection;
    event::Event event;
    size_t index = 0;
    for (auto item : array) {
        od::value value;
        std::string_view text;
        if (std::move(item).get(value) != simdjson::SUCCESS || !raw_text(value, text))
            return malformed();
        if (text.size() > event::event_bytes) return Rejection::too_large;
        const auto judged = read(text, profile, "/" + std::to_string(index), event, problems);
        if (judged == Rejection::malformed_json) return judged;
        if (judged) rejection = judged;
        if (!judged) each(index, event);
        ++index;
    }
    if (list.current_location().error() != simdjson::OUT_OF_BOUNDS) return malformed();
    if (index == 0) return wrong(reason::some_event);
    return rejection;
}

void Decoder::Reader::start(Profile profile, std::string_view where, event::Event& event) {
    profile_ = profile;
    where_ = where;
    event_ = &event;
    event.clear();
    names_.clear();
    later_.clear();
    found_.clear();
    state_names_.clear();
    params_ = {.path = "params", .values = &event.params};
    qoe_ = {.path = "qoeData", .values = &event.qoe};
    has_repetition_ = is_too_deep_ = is_object_ = false;
    has_type_ = knows_type_ = has_playhead_ = has_ts_ = false;
    time_ = Found::absent;
    time_hash_ = params_hash_ = qoe_hash_ = metadata_hash_ = 0;
}

bool Decoder::Reader::pass(std::string_view body) {
    if (parser_.iterate(padded(body)).get(document_) != simdjson::SUCCESS) return false;
    od::json_type type;
    if (document_.type().get(type) != simdjson::SUCCESS) return false;
    is_object_ = type == od::json_type::object;
    if (!is_object_) return true;
    od::object object;
    if (document_.get_object().get(object) != simdjson::SUCCESS) return false;
    uint64_t sum = 0;
    const bool is_sound =
        each_member(object, 1, sum, [this](std::string_view name, od::value value, uint64_t&) {
            return top_member(name, value);
        });
    return is_sound && document_.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

void Decoder::Reader::finish() {
    if (!is_object_) {
        report({}, reason::object);
        return;
    }
    if (!has_type_) report({"eventType"}, reason::required);
    if (time_ == Found::absent) report({"playerTime"}, reason::required);
    if (time_ == Found::open && !has_playhead_) {
        report({"playerTime", "playhead"}, reason::required);
    }
    if (time_ == Found::open && !has_ts_) report({"playerTime", "ts"}, reason::required);
    if (knows_type_) {
        const event::EventRule& rule = event::rule_of(event_->type);
        judge_params(rule);
        if (!rule.keeps_custom_metadata) event_->drop_metadata();
    } else {
        for (const Later& later : later_) found_.add(later.path, later.reason);
    }
    event_->fingerprint =
        fingerprint::of_event(event_->type, {time_hash_, params_hash_, qoe_hash_, metadata_hash_});
}

void Decoder::Reader::judge_params(const event::EventRule& rule) {
    if (rule.needs_params && params_.found == Found::absent) {
        report({params_.path}, reason::required);
    } else if (params_.found == Found::open) {
        const ParameterSet& required = is_lenient() ? rule.required_in_lenient : rule.required;
        (required - params_.seen).for_each([this](Parameter name) {
            report({params_.path, event::name_of(name)}, reason::required);
        });
    }
    const ParameterSet foreign = params_.seen - rule.params;
    if (!foreign.empty() && is_lenient()) {
        drop_foreign_params(rule);
    } else {
        foreign.for_each([this](Parameter name) {
            report({params_.path, event::name_of(name)}, reason::unknown);
        });
    }
    for (const Later& later : later_) {
        if (rule.params.has(later.about)) found_.add(later.path, later.reason);
    }
}

void Decoder::Reader::drop_foreign_params(const event::EventRule& rule) {
    std::erase_if(event_->params,
                  [&rule](const ParameterValue& value) { return !rule.params.has(value.name); });
    if (!rule.params.has(Parameter::states_end)) event_->states_end.clear();
    if (!rule.params.has(Parameter::states_start)) event_->states_start.clear();
}

// Calls take(name, value, hash) for each member; `take` leaves the hash of the value, or `absent`.
// Their sum is the hash of the object.
template <typename Take>
bool Decoder::Reader::each_member(od::object object, size_t depth, uint64_t& sum, Take&& take) {
    if (depth > event::nesting) {
        is_too_deep_ = true;
        return false;
    }
    const size_t first = names_.size();
    uint64_t filter = 0;
    for (auto item : object) {
        od::field field;
        std::string_view name;
        if (std::move(item).get(field) != simdjson::SUCCESS) return false;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS) return false;
        const uint64_t name_hash = fingerprint::of_text(name);
        note_name(first, name_hash, filter);
        uint64_t hash = absent;
        if (!take(name, field.value(), hash)) return false;
        if (hash != absent) sum += fingerprint::of_member(name_hash, hash);
    }
    const auto begin = names_.begin() + static_cast<std::ptrdiff_t>(first);
    if (names_.size() - first > small_object) {
        std::sort(begin, names_.end());
        if (std::adjacent_find(begin, names_.end()) != names_.end()) has_repetition_ = true;
    }
    names_.erase(begin, names_.end());
    return true;
}

void Decoder::Reader::note_name(size_t first, uint64_t hash, uint64_t& filter) {
    const uint64_t bit = uint64_t{1} << (hash >> 58);
    if ((filter & bit) != 0 && names_.size() - first <= small_object) {
        const auto begin = names_.begin() + static_cast<std::ptrdiff_t>(first);
        if (std::find(begin, names_.end(), hash) != names_.end()) has_repetition_ = true;
    }
    filter |= bit;
    names_.push_back(hash);
}

// Visits a value of which nothing is expected.
bool Decoder::Reader::walk(od::value value, size_t depth, uint64_t& hash) {
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    switch (type) {
        case od::json_type::array:
            return walk_array(value, depth, hash);
        case od::json_type::object: {
            od::object object;
            if (value.get_object().get(object) != simdjson::SUCCESS) return false;
            uint64_t sum = 0;
            const bool is_sound = each_member(
                object, depth, sum, [&](std::string_view, od::value member, uint64_t& member_hash) {
                    return walk(member, depth + 1, member_hash);
                });
            hash = fingerprint::of_object(sum);
            return is_sound;
        }
        case od::json_type::number: {
            SpelledNumber number;
            if (!read_number(value, number)) return false;
            hash = number.hash();
            return true;
        }
        case od::json_type::string: {
            std::string_view text;
            if (value.get_string().get(text) != simdjson::SUCCESS) return false;
            hash = fingerprint::of_text(text);
            return true;
        }
        case od::json_type::boolean: {
            bool is_true = false;
            if (value.get_bool().get(is_true) != simdjson::SUCCESS) return false;
            hash = is_true ? fingerprint::of_true : fingerprint::of_false;
            return true;
        }
        case od::json_type::null:
            hash = fingerprint::of_null;
            return read_null(value);
    }
    return false;
}

bool Decoder::Reader::walk_array(od::value value, size_t depth, uint64_t& hash) {
    if (depth > event::nesting) {
        is_too_deep_ = true;
        return false;
    }
    od::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    hash = fingerprint::empty_array;
    for (auto item : array) {
        od::value element;
        uint64_t element_hash = 0;
        if (std::move(item).get(element) != simdjson::SUCCESS) return false;
        if (!walk(element, depth + 1, element_hash)) return false;
        hash = fingerprint::combine(hash, element_hash);
    }
    return true;
}

// Opens a member of the event that must be an object. A misfit has been noted and visited.
Decoder::Reader::Found Decoder::Reader::enter(od::value& value, std::string_view name,
                                              od::object& object) {
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return Found::broken;
    if (type == od::json_type::object) {
        return value.get_object().get(object) == simdjson::SUCCESS ? Found::open : Found::broken;
    }
    if (type == od::json_type::null && is_lenient()) {
        return read_null(value) ? Found::absent : Found::broken;
    }
    report({name}, reason::object);
    uint64_t ignored = 0;
    return walk(value, 2, ignored) ? Found::misfit : Found::broken;
}

bool Decoder::Reader::top_member(std::string_view name, od::value value) {
    if (name == "playerTime") return player_time(value);
    if (name == "eventType") return event_type(value);
    if (name == params_.path) return section(params_, value, params_hash_);
    if (name == qoe_.path) return section(qoe_, value, qoe_hash_);
    if (name == "customMetadata") return custom_metadata(value);
    report({name}, reason::unknown);
    uint64_t ignored = 0;
    return walk(value, 2, ignored);
}

bool Decoder::Reader::event_type(od::value value) {
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type == od::json_type::null && is_lenient()) return read_null(value);
    has_type_ = true;
    if (type != od::json_type::string) {
        report({"eventType"}, reason::string);
        uint64_t ignored = 0;
        return walk(value, 2, ignored);
    }
    std::string_view name;
    if (value.get_string().get(name) != simdjson::SUCCESS) return false;
    const auto known = event::event_type_named(name);
    knows_type_ = known.has_value();
    if (known) {
        event_->type = *known;
    } else {
        report({"eventType"}, reason::event_type);
    }
    return true;
}

bool Decoder::Reader::player_time(od::value value) {
    od::object object;
    time_ = enter(value, "playerTime", object);
    if (time_ != Found::open) return time_ != Found::broken;
    return each_member(object, 2, time_hash_,
                       [this](std::string_view name, od::value member, uint64_t& hash) {
                           return time_member(name, member, hash);
                       });
}

bool Decoder::Reader::time_member(std::string_view name, od::value value, uint64_t& hash) {
    const bool is_playhead = name == "playhead";
    if (!is_playhead && name != "ts") {
        report({"playerTime", name}, reason::unknown);
        return walk(value, 3, hash);
    }
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type == od::json_type::null && is_lenient()) return read_null(value);
    (is_playhead ? has_playhead_ : has_ts_) = true;
    SpelledNumber number;
    if (type != od::json_type::number) {
        report({"playerTime", name}, is_playhead ? reason::number : reason::integer);
        return walk(value, 3, hash);
    }
    if (!read_number(value, number)) return false;
    hash = number.hash();
    if (is_playhead) {
        event_->playhead_ms = number.milliseconds();
    } else if (number.is_integer) {
        event_->ts = number.integer;
    } else {
        report({"playerTime", name}, reason::integer);
    }
    return true;
}

bool Decoder::Reader::section(Section& section, od::value value, uint64_t& sum) {
    od::object object;
    section.found = enter(value, section.path, object);
    if (section.found != Found::open) return section.found != Found::broken;
    const bool is_qoe = &section == &qoe_;
    return each_member(object, 2, sum,
                       [&](std::string_view name, od::value member, uint64_t& hash) {
                           const auto known = event::parameter_named(name);
                           if (known && (!is_qoe || event::qoe_parameters().has(*known))) {
                               return parameter(section, *known, member, hash);
                           }
                           return unknown_parameter(section, name, member, hash);
                       });
}

bool Decoder::Reader::unknown_parameter(const Section& section, std::string_view name,
                                        od::value value, uint64_t& hash) {
    if (!is_lenient()) report({section.path, name}, reason::unknown);
    if (!walk(value, 3, hash)) return false;
    if (hash == fingerprint::of_null) hash = absent;
    return true;
}

bool Decoder::Reader::custom_metadata(od::value value) {
    od::object object;
    const Found found = enter(value, "customMetadata", object);
    if (found != Found::open) return found != Found::broken;
    return each_member(object, 2, metadata_hash_,
                       [this](std::string_view key, od::value member, uint64_t& hash) {
                           if (!is_metadata_key(key))
                               report({"customMetadata", key}, reason::metadata_key);
                           od::json_type type;
                           if (member.type().get(type) != simdjson::SUCCESS) return false;
                           if (type == od::json_type::null && is_lenient())
                               return read_null(member);
                           if (type != od::json_type::string) {
                               report({"customMetadata", key}, reason::string);
                               return walk(member, 3, hash);
                           }
                           std::string_view text;
                           if (member.get_string().get(text) != simdjson::SUCCESS) return false;
                           hash = fingerprint::of_text(text);
                           event_->custom_metadata.push_back({key, text});
                           return true;
                       });
}

// A value of a key of the catalogue. Its type does not depend on the event; whether the event takes
// it is judged at the end, since `eventType` may stand behind `params`.
bool Decoder::Reader::parameter(Section& section, Parameter name, od::value value, uint64_t& hash) {
    od::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return false;
    if (type == od::json_type::null && is_lenient()) return read_null(value);
    section.seen.add(name);
    const ValueType wanted = event::type_of(name);
    if (wanted == ValueType::string && type == od::json_type::string) {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) return false;
        hash = fingerprint::of_text(text);
        section.values->push_back({.name = name, .text = text});
        return true;
    }
    if (type == od::json_type::number &&
        (wanted == ValueType::integer || wanted == ValueType::number)) {
        return number_parameter(section, name, value, hash);
    }
    if (wanted == ValueType::boolean && type == od::json_type::boolean) {
        bool is_true = false;
        if (value.get_bool().get(is_true) != simdjson::SUCCESS) return false;
        hash = is_true ? fingerprint::of_true : fingerprint::of_false;
        section.values->push_back({.name = name, .text = {}, .integer = is_true ? 1 : 0});
        return true;
    }
    if ((wanted == ValueType::customer_ids && type == od::json_type::object) ||
        (wanted == ValueType::state_names && type == od::json_type::array)) {
        return structured_parameter(section, name, value, hash);
    }
    report_value(section, name, {}, reason::wrong_type(wanted));
    return walk(value, 3, hash);
}

bool Decoder::Reader::number_parameter(Section& section, Parameter name, od::value value,
                                       uint64_t& hash) {
    SpelledNumber number;
    if (!read_number(value, number)) return false;
    hash = number.hash();
    ParameterValue result{.name = name, .text = {}, .integer = 0, .number = number.real};
    if (event::type_of(name) == ValueType::integer) {
        std::optional<int64_t> integer;
        if (number.is_integer) {
            integer = number.integer;
        } else if (is_lenient() && event::quality_integers().has(name)) {
            integer = truncated_integer(number.token);
        }
        if (!integer) {
            report_value(section, name, {}, reason::integer);
            return true;
        }
        result.integer = *integer;
        result.number = static_cast<double>(*integer);
    }
    section.values->push_back(result);
    return true;
}

bool Decoder::Reader::structured_parameter(Section& section, Parameter name, od::value value,
                                           uint64_t& hash) {
    const char* const start = std::string_view(value.raw_json_token()).data();
    const char* end = nullptr;
    if (!walk(value, 3, hash)) return false;
    if (document_.current_location().get(end) != simdjson::SUCCESS) return false;
    const std::string_view text =
        trimmed(std::string_view(start, static_cast<size_t>(end - start)));
    const Complain complain = [&](std::span<const std::string_view> below, std::string_view why) {
        report_value(section, name, below, why);
    };
    if (event::type_of(name) == ValueType::customer_ids) {
        judge_customer_ids(parts_, text, profile_, complain);
        // Copied, because the caller's text need not live as long as the event.
        customer_ids_ = text;
        section.values->push_back({.name = name, .text = customer_ids_});
        return true;
    }
    const size_t before = state_names_.size();
    read_state_names(parts_, text, profile_, state_names_, complain);
    auto& names = name == Parameter::states_end ? event_->states_end : event_->states_start;
    names.assign(state_names_.begin() + static_cast<std::ptrdiff_t>(before), state_names_.end());
    return true;
}

void Decoder::Reader::report(std::initializer_list<std::string_view> path, std::string_view why) {
    if (!found_.full()) found_.add(json_pointer(where_, {path.begin(), path.size()}), why);
}

void Decoder::Reader::report_value(const Section& section, Parameter about,
                                   std::span<const std::string_view> below, std::string_view why) {
    if (found_.full() || later_.size() >= Problems::limit) return;
    const std::array<std::string_view, 2> front = {section.path, event::name_of(about)};
    std::string path = json_pointer(json_pointer(where_, front), below);
    if (&section == &qoe_) {
        found_.add(std::move(path), why);
    } else {
        later_.push_back({about, std::move(path), why});
    }
}

Decoder::Decoder() : reader_(std::make_unique<Reader>()) {
}

Decoder::~Decoder() = default;

std::optional<Rejection> Decoder::decode(std::string_view body, Profile profile,
                                         event::Event& event, Problems& problems) {
    return reader_->read(body, profile, "", event, problems);
}

std::optional<Rejection> Decoder::decode_batch(std::string_view body, Profile profile,
                                               const EventSink& each, Problems& problems) {
    return reader_->read_batch(body, profile, each, problems);
}

bool Decoder::decode_stored(std::string_view body, event::Event& event) {
    padded_.assign(body).append(http::body_padding, '\0');
    ignored_.clear();
    return !decode(std::string_view(padded_).substr(0, body.size()), Profile::lenient, event,
                   ignored_);
}

bool Decoder::decode_stored_batch(std::string_view body, const EventSink& each) {
    const std::string padded = std::string(body).append(http::body_padding, '\0');
    ignored_.clear();
    return !decode_batch(std::string_view(padded).substr(0, body.size()), Profile::lenient, each,
                         ignored_);
}

struct JsonParts::Parser {
    od::parser json;
    od::document document;
};

JsonParts::JsonParts() : parser_(std::make_unique<Parser>()) {
}

JsonParts::~JsonParts() = default;

bool JsonParts::members(std::string_view text, std::vector<JsonMember>& into) {
    into.clear();
    od::object object;
    od::document& document = parser_->document;
    if (parser_->json.iterate(padded(text)).get(document) != simdjson::SUCCESS) return false;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    for (auto item : object) {
        od::field field;
        if (std::move(item).get(field) != simdjson::SUCCESS) return false;
        const char* const raw = field.key().raw();
        size_t end = 0;
        while (raw[end] != '"') end += raw[end] == '\\' ? 2 : 1;
        JsonMember member;
        member.raw_name = std::string_view(raw - 1, end + 2);
        std::string_view name;
        if (field.unescaped_key().get(name) != simdjson::SUCCESS) return false;
        member.name = name;
        if (!raw_text(field.value(), member.value)) return false;
        into.push_back(std::move(member));
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

bool JsonParts::elements(std::string_view text, std::vector<std::string_view>& into) {
    into.clear();
    od::array array;
    od::document& document = parser_->document;
    if (parser_->json.iterate(padded(text)).get(document) != simdjson::SUCCESS) return false;
    if (document.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto item : array) {
        od::value value;
        if (std::move(item).get(value) != simdjson::SUCCESS ||
            !raw_text(value, into.emplace_back())) {
            return false;
        }
    }
    return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

bool JsonParts::string(std::string_view text, std::string& into) {
    od::document& document = parser_->document;
    std::string_view value;
    if (parser_->json.iterate(padded(text)).get(document) != simdjson::SUCCESS) return false;
    if (document.get_string().get(value) != simdjson::SUCCESS) return false;
    into = value;
    return true;
}

}  // namespace playhead::ingest
