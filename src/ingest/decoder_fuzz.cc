// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/check.h"
#include "event/catalogue.h"
#include "event/limits.h"
#include "http/message.h"
#include "ingest/decoder.h"

// The decoder against a slow reference: nlohmann's parser builds a tree, and the rules of the
// protocol are read off it one after the other. Both must accept the same bodies and see the same
// event in them. Further properties: `lenient` accepts what `standard` does, with the same result;
// another spelling has the same fingerprint; a batch of good events is good.
namespace playhead::ingest {
namespace {

using event::Parameter;
using event::ValueType;

struct Tree {
    enum class Kind { null, boolean, number, string, array, object };

    Tree() = default;

    explicit Tree(Kind kind_of_value, std::string text_of_value = {})
        : kind(kind_of_value), text(std::move(text_of_value)) {}

    const Tree* member(std::string_view name) const {
        const auto found = std::find(names.begin(), names.end(), name);
        return found == names.end() ? nullptr : &values[static_cast<size_t>(found - names.begin())];
    }

    Kind kind = Kind::null;
    std::string text;                // of a string; of a number and a boolean as it was spelled
    std::vector<Tree> values;        // of an array or object
    std::vector<std::string> names;  // of an object: one for each value, none twice
};

// Builds a Tree; of members with one name the last wins.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
  public:
    bool null() override { return add(Tree(Tree::Kind::null)); }

    bool boolean(bool value) override {
        return add(Tree(Tree::Kind::boolean, value ? "true" : "false"));
    }

    bool number_integer(int64_t value) override {
        return add(Tree(Tree::Kind::number, std::to_string(value)));
    }

    bool number_unsigned(uint64_t value) override {
        return add(Tree(Tree::Kind::number, std::to_string(value)));
    }

    bool number_float(double, const std::string& token) override {
        return add(Tree(Tree::Kind::number, token));
    }

    bool string(std::string& value) override { return add(Tree(Tree::Kind::string, value)); }

    bool binary(nlohmann::json::binary_t&) override { return false; }

    bool start_object(size_t) override { return open(Tree::Kind::object); }

    bool start_array(size_t) override { return open(Tree::Kind::array); }

    bool key(std::string& name) override {
        keys_.back() = name;
        return true;
    }

    bool end_object() override { return close(); }

    bool end_array() override { return close(); }

    bool parse_error(size_t, const std::string&, const nlohmann::json::exception&) override {
        return false;
    }

    Tree root;

  private:
    bool open(Tree::Kind kind) {
        open_.emplace_back(kind);
        keys_.emplace_back();
        return open_.size() <= event::nesting;
    }

    bool close() {
        Tree done = std::move(open_.back());
        open_.pop_back();
        keys_.pop_back();
        return add(std::move(done));
    }

    bool add(Tree value) {
        if (open_.empty()) {
            root = std::move(value);
            return true;
        }
        Tree& parent = open_.back();
        if (parent.kind == Tree::Kind::object) {
            if (const Tree* const lost = parent.member(keys_.back())) {
                const auto at = lost - parent.values.data();
                parent.values.erase(parent.values.begin() + at);
                parent.names.erase(parent.names.begin() + at);
            }
            parent.names.push_back(keys_.back());
        }
        parent.values.push_back(std::move(value));
        return true;
    }

    std::vector<Tree> open_;
    std::vector<std::string> keys_;
};

std::optional<Tree> parse(std::string_view body) {
    // The parser takes a zero byte for the end of the text.
    if (body.find('\0') != std::string_view::npos) return std::nullopt;
    Builder builder;
    if (!nlohmann::json::sax_parse(body, &builder)) return std::nullopt;
    return std::move(builder.root);
}

// By writing the number out without an exponent.
std::optional<int64_t> integer_of(const std::string& token, bool truncate) {
    const size_t exponent_at = token.find_first_of("eE");
    std::string whole = token.substr(0, exponent_at);
    const bool negative = whole[0] == '-';
    if (negative) whole.erase(0, 1);
    std::string fraction;
    if (const size_t point = whole.find('.'); point != std::string::npos) {
        fraction = whole.substr(point + 1);
        whole.resize(point);
    }
    const bool is_zero = (whole + fraction).find_first_not_of('0') == std::string::npos;
    if (is_zero) return 0;
    const double exponent =
        exponent_at == std::string::npos ? 0 : std::strtod(&token[exponent_at + 1], nullptr);
    const auto size = static_cast<double>(token.size());
    if (exponent > size + 40) return std::nullopt;
    if (exponent < -size - 40) return truncate ? std::optional<int64_t>(0) : std::nullopt;
    const auto places = static_cast<int64_t>(exponent);
    for (int64_t i = 0; i < places; ++i) {
        whole += fraction.empty() ? '0' : fraction[0];
        if (!fraction.empty()) fraction.erase(0, 1);
    }
    for (int64_t i = 0; i > places; --i) {
        fraction.insert(0, 1, whole.empty() ? '0' : whole.back());
        if (!whole.empty()) whole.pop_back();
    }
    if (!truncate && fraction.find_first_not_of('0') != std::string::npos) return std::nullopt;
    errno = 0;
    const std::string signed_whole = (negative ? "-0" : "0") + whole;
    const long long value = std::strtoll(signed_whole.c_str(), nullptr, 10);
    if (errno == ERANGE) return std::nullopt;
    return value;
}

// The event that a tree spells, if it is one.
class Reference {
  public:
    Reference(const Tree& tree, Profile profile) : profile_(profile) { judge(tree); }

    struct Value {
        Parameter name{};
        std::string text;
        int64_t integer = 0;
        double number = 0;
    };

    bool is_valid = true;
    event::EventType type{};
    int64_t ts = 0;
    int64_t playhead_ms = 0;
    std::vector<Value> params;
    std::vector<Value> qoe;
    std::vector<std::pair<std::string, std::string>> metadata;
    std::vector<std::string> states_end;
    std::vector<std::string> states_start;

  private:
    bool is_lenient() const { return profile_ == Profile::lenient; }

    void demand(bool holds) { is_valid = is_valid && holds; }

    // The member, unless it is absent.
    const Tree* present(const Tree& tree, std::string_view name) const {
        const Tree* const found = tree.member(name);
        if (found != nullptr && found->kind == Tree::Kind::null && is_lenient()) return nullptr;
        return found;
    }

    // The member as an object; an empty one when it is absent or none.
    const Tree& object(const Tree& tree, std::string_view name) {
        static const Tree nothing;
        const Tree* const found = present(tree, name);
        if (found == nullptr) return nothing;
        demand(found->kind == Tree::Kind::object);
        return *found;
    }

    void judge(const Tree& tree) {
        demand(tree.kind == Tree::Kind::object);
        for (const std::string& name : tree.names) {
            demand(name == "playerTime" || name == "eventType" || name == "params" ||
                   name == "qoeData" || name == "customMetadata");
        }
        const Tree* const type_name = present(tree, "eventType");
        demand(type_name != nullptr && type_name->kind == Tree::Kind::string);
        const auto known = is_valid ? event::event_type_named(type_name->text) : std::nullopt;
        demand(known.has_value());
        judge_time(object(tree, "playerTime"));
        if (!is_valid) return;
        type = *known;
        const event::EventRule& rule = event::rule_of(type);
        demand(!rule.needs_params || present(tree, "params") != nullptr);
        params = values(object(tree, "params"), rule.params);
        qoe = values(object(tree, "qoeData"), event::qoe_parameters());
        const auto& required = is_lenient() ? rule.required_in_lenient : rule.required;
        required.for_each([&](Parameter one) {
            demand(present(object(tree, "params"), event::name_of(one)) != nullptr);
        });
        judge_metadata(object(tree, "customMetadata"));
        if (!rule.keeps_custom_metadata) metadata.clear();
    }

    void judge_time(const Tree& time) {
        for (const std::string& name : time.names) demand(name == "playhead" || name == "ts");
        const Tree* const playhead = present(time, "playhead");
        const Tree* const stamp = present(time, "ts");
        demand(playhead != nullptr && playhead->kind == Tree::Kind::number);
        demand(stamp != nullptr && stamp->kind == Tree::Kind::number);
        if (!is_valid) return;
        const double ms = std::floor(std::strtod(playhead->text.c_str(), nullptr) * 1000 + 0.5);
        constexpr double limit = 9007199254740992.0;
        playhead_ms = static_cast<int64_t>(std::min(std::max(ms, -limit), limit));
        const auto exact = integer_of(stamp->text, false);
        demand(exact.has_value());
        ts = exact.value_or(0);
    }

    void judge_metadata(const Tree& tree) {
        constexpr std::string_view allowed =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.";
        for (size_t i = 0; i < tree.names.size(); ++i) {
            const std::string& key = tree.names[i];
            const Tree& value = tree.values[i];
            demand(!key.empty() && key.find_first_not_of(allowed) == std::string::npos);
            if (value.kind == Tree::Kind::null && is_lenient()) continue;
            demand(value.kind == Tree::Kind::string);
            metadata.emplace_back(key, value.text);
        }
    }

    std::vector<Value> values(const Tree& tree, const event::ParameterSet& allowed) {
        std::vector<Value> result;
        for (size_t i = 0; i < tree.names.size(); ++i) {
            const Tree& value = tree.values[i];
            const auto known = event::parameter_named(tree.names[i]);
            const bool is_allowed = known && allowed.has(*known);
            demand(is_allowed || is_lenient());
            if (!is_allowed || (value.kind == Tree::Kind::null && is_lenient())) continue;
            if (event::type_of(*known) == ValueType::state_names) {
                judge_states(value, *known == Parameter::states_end ? states_end : states_start);
            } else {
                result.push_back(value_of(*known, value));
            }
        }
        return result;
    }

    Value value_of(Parameter name, const Tree& tree) {
        Value result;
        result.name = name;
        switch (event::type_of(name)) {
            case ValueType::string:
                demand(tree.kind == Tree::Kind::string);
                result.text = tree.text;
                break;
            case ValueType::boolean:
                demand(tree.kind == Tree::Kind::boolean);
                result.integer = tree.text == "true" ? 1 : 0;
                break;
            case ValueType::number:
                demand(tree.kind == Tree::Kind::number);
                result.number = std::strtod(tree.text.c_str(), nullptr);
                break;
            case ValueType::integer: {
                demand(tree.kind == Tree::Kind::number);
                if (tree.kind != Tree::Kind::number) break;
                const bool is_quality =
                    event::name_of(name).starts_with("media.qoe.") && is_lenient();
                const auto exact = integer_of(tree.text, is_quality);
                demand(exact.has_value());
                result.integer = exact.value_or(0);
                result.number = static_cast<double>(result.integer);
                break;
            }
            default:
                judge_customers(tree);
                break;
        }
        return result;
    }

    void judge_customers(const Tree& tree) {
        demand(tree.kind == Tree::Kind::object);
        for (const Tree& customer : tree.values) {
            if (customer.kind == Tree::Kind::null && is_lenient()) continue;
            demand(customer.kind == Tree::Kind::object);
            for (const std::string& key : customer.names) {
                demand(key == "id" || key == "authState");
            }
            const Tree* const id = present(customer, "id");
            demand(id != nullptr && id->kind == Tree::Kind::string);
            const Tree* const state = present(customer, "authState");
            if (state == nullptr) continue;
            demand(state->kind == Tree::Kind::number);
            const auto exact =
                state->kind == Tree::Kind::number ? integer_of(state->text, false) : std::nullopt;
            demand(exact && *exact >= 0 && *exact <= 2);
        }
    }

    void judge_states(const Tree& tree, std::vector<std::string>& names) {
        demand(tree.kind == Tree::Kind::array);
        for (const Tree& element : tree.values) {
            demand(element.kind == Tree::Kind::object && element.values.size() == 1);
            const Tree* const name = present(element, "media.state.name");
            demand(name != nullptr && name->kind == Tree::Kind::string);
            if (name != nullptr) names.push_back(name->text);
        }
    }

    const Profile profile_;
};

void check_equal(const std::vector<event::ParameterValue>& actual,
                 const std::vector<Reference::Value>& expected) {
    CHECK(actual.size() == expected.size());
    for (size_t i = 0; i < actual.size(); ++i) {
        CHECK(actual[i].name == expected[i].name);
        if (event::type_of(actual[i].name) == ValueType::customer_ids) {
            CHECK(parse(actual[i].text)->kind == Tree::Kind::object);
            continue;
        }
        CHECK(actual[i].text == expected[i].text);
        CHECK(actual[i].number == expected[i].number);
        if (event::type_of(actual[i].name) != ValueType::number) {
            CHECK(actual[i].integer == expected[i].integer);
        }
    }
}

void check_equal(const event::Event& actual, const Reference& expected) {
    CHECK(actual.type == expected.type);
    CHECK(actual.ts == expected.ts);
    CHECK(actual.playhead_ms == expected.playhead_ms);
    check_equal(actual.params, expected.params);
    check_equal(actual.qoe, expected.qoe);
    CHECK(actual.custom_metadata.size() == expected.metadata.size());
    for (size_t i = 0; i < expected.metadata.size(); ++i) {
        CHECK(actual.custom_metadata[i].key == expected.metadata[i].first);
        CHECK(actual.custom_metadata[i].value == expected.metadata[i].second);
    }
    const auto same = [](const auto& a, const auto& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    };
    CHECK(same(actual.states_end, expected.states_end));
    CHECK(same(actual.states_start, expected.states_start));
}

void append_respelled(std::string_view text, std::string& to) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    to += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            to += "\\u00";
            to += digits[byte >> 4];
            to += digits[byte & 15];
        } else {
            to += c;
        }
    }
    to += '"';
}

// The same value: members the other way round, more white space, strings with escapes.
void append_respelled(const Tree& tree, std::string& to) {
    to += ' ';
    switch (tree.kind) {
        case Tree::Kind::null:
            to += "null";
            break;
        case Tree::Kind::boolean:
            to += tree.text;
            break;
        case Tree::Kind::number:
            to += tree.text;
            break;
        case Tree::Kind::string:
            append_respelled(std::string_view(tree.text), to);
            break;
        case Tree::Kind::array:
            to += '[';
            for (size_t i = 0; i < tree.values.size(); ++i) {
                if (i > 0) to += ',';
                append_respelled(tree.values[i], to);
            }
            to += ']';
            break;
        case Tree::Kind::object:
            to += '{';
            for (size_t i = tree.values.size(); i-- > 0;) {
                append_respelled(std::string_view(tree.names[i]), to);
                to += " :";
                append_respelled(tree.values[i], to);
                to += i > 0 ? "," : "";
            }
            to += '}';
            break;
    }
    to += "\r\n";
}

// Text in memory that ends where the promised padding ends, so that the address sanitizer sees a
// byte read too far.
class Padded {
  public:
    explicit Padded(std::string_view text)
        : memory_(std::make_unique<char[]>(text.size() + http::body_padding)), size_(text.size()) {
        if (!text.empty()) std::memcpy(memory_.get(), text.data(), text.size());
        std::memset(memory_.get() + size_, '"', http::body_padding);
    }

    std::string_view view() const { return {memory_.get(), size_}; }

  private:
    std::unique_ptr<char[]> memory_;
    size_t size_;
};

struct Decoders {
    Decoder decoder;
    event::Event event;
    Problems problems;
};

// The fingerprint, when the body is valid.
std::optional<uint64_t> check(Decoders& with, std::string_view body,
                              const std::optional<Tree>& tree, Profile profile) {
    const Padded padded(body);
    with.problems.clear();
    const auto rejection = with.decoder.decode(padded.view(), profile, with.event, with.problems);
    CHECK(rejection.has_value() == !with.problems.all().empty());
    if (!tree) {
        CHECK(rejection.has_value());
        return std::nullopt;
    }
    CHECK(rejection != Rejection::malformed_json);
    const Reference reference(*tree, profile);
    CHECK(reference.is_valid == !rejection.has_value());
    if (rejection) return std::nullopt;
    check_equal(with.event, reference);
    return with.event.fingerprint;
}

void check_respelled(Decoders& with, const Tree& tree, uint64_t fingerprint) {
    std::string text;
    append_respelled(tree, text);
    const Padded padded(text);
    with.problems.clear();
    CHECK(!with.decoder.decode(padded.view(), Profile::lenient, with.event, with.problems));
    CHECK(with.event.fingerprint == fingerprint);
}

void check_batch(Decoders& with, std::string_view body) {
    if (body.starts_with("\xef")) return;
    const Padded padded("[" + std::string(body) + "," + std::string(body) + "]");
    size_t count = 0;
    with.problems.clear();
    CHECK(!with.decoder.decode_batch(
        padded.view(), Profile::standard,
        [&count](size_t index, const event::Event&) { CHECK(index == count++); }, with.problems));
    CHECK(count == 2);
}

void check_body(std::string_view body) {
    static Decoders with;
    if (body.size() > event::event_bytes) return;
    const auto tree = parse(body);
    const auto strict = check(with, body, tree, Profile::standard);
    const auto lenient = check(with, body, tree, Profile::lenient);
    if (strict) CHECK(lenient == strict);
    if (strict) check_batch(with, body);
    if (lenient) check_respelled(with, *tree, *lenient);
}

}  // namespace
}  // namespace playhead::ingest

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    playhead::ingest::check_body({reinterpret_cast<const char*>(data), size});
    return 0;
}
