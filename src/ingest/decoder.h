// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "ingest/profile.h"
#include "ingest/rejection.h"

namespace playhead::ingest {

// Bytes to validated events: one pass that parses, judges by the catalogue (event/catalogue.h) and
// fills in the event (protocol sections 2.3, 8 to 11 and 15).
//
// Every value of a body is visited: UTF-8, the grammar of JSON, numbers (finite), and at most
// event::nesting levels; a byte-order mark is skipped, bytes behind the value are refused. Of
// members with the same name the last one wins, and only it is judged. Integers are exact over 64
// bits whatever their spelling (3, 3.0, 30e-1); one outside that range is refused.
//
// Memory: working space in proportion to the largest body so far, kept for the next call; what a
// batch needed beyond event::event_bytes is given back. Decoding does not allocate once the space
// is there. One decoder per thread: it has state and no locks.
class Decoder {
  public:
    Decoder();
    ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    // One event, of any type: whether the endpoint takes it is the caller's question. `body` must
    // be followed by http::body_padding readable bytes. Nothing when the event is valid; then
    // `event` holds it, with views that live until the next call. Otherwise why not (malformed_json
    // or schema_failure) and in `problems` everything that is wrong; `event` is then unspecified.
    std::optional<Rejection> decode(std::string_view body, Profile profile, event::Event& event,
                                    Problems& problems);

    // Called for each element of a batch that is a valid event, in order.
    using EventSink = std::function<void(size_t index, const event::Event& event)>;

    // A batch: an array of events (protocol 7.2). `body` as for decode. Nothing when all elements
    // are valid; the rules about their sequence are the endpoint's. Otherwise the first reason:
    // wrong_batch (not an array, or empty), malformed_json, schema_failure, or too_large for an
    // element of more than event::event_bytes; elements may have been given to `each` before that.
    std::optional<Rejection> decode_batch(std::string_view body, Profile profile,
                                          const EventSink& each, Problems& problems);

    // The same for bodies that were accepted before and come from the journal: no padding needed,
    // and judged leniently, so that a change of the profile does not lose what was accepted. False
    // when the body is not valid.
    bool decode_stored(std::string_view body, event::Event& event);
    bool decode_stored_batch(std::string_view body, const EventSink& each);

  private:
    class Reader;

    std::unique_ptr<Reader> reader_;
    Problems ignored_;
    std::string padded_;
};

// One member of a JSON object as text.
struct JsonMember {
    std::string name;           // without escapes
    std::string_view raw_name;  // as it stands there, with its quotes
    std::string_view value;     // as it stands there
};

// Takes JSON text apart without judging what is inside a part. For tools and for the rare body with
// repeated names, not for the way of an event. The texts given out point into the text given in,
// which must be followed by http::body_padding readable bytes. Not thread-safe.
class JsonParts {
  public:
    JsonParts();
    ~JsonParts();
    JsonParts(const JsonParts&) = delete;
    JsonParts& operator=(const JsonParts&) = delete;

    // False when the text is not an object (an array, a string); `into` is then unspecified.
    bool members(std::string_view text, std::vector<JsonMember>& into);
    bool elements(std::string_view text, std::vector<std::string_view>& into);
    bool string(std::string_view text, std::string& into);

  private:
    struct Parser;

    std::unique_ptr<Parser> parser_;
};

}  // namespace playhead::ingest
