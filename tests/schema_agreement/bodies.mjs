// SPDX-License-Identifier: Apache-2.0
// Event bodies as JSON text: valid ones of every type, made from the catalogue of the protocol, and
// the same with up to three things changed. A body is a function of (seed, index) and nothing else.
//
// Between making and writing a body is a tree of nodes, so that numbers and strings can be spelled
// in more than one way:
//   {kind: "scalar", text}  {kind: "string", value}
//   {kind: "object", members: [[name, node], ...]}  {kind: "array", items: [node, ...]}
//
// What a schema cannot see, or sees otherwise than the protocol, is never made (README.md has the
// list): no name twice in an object, no number that loses its value in a double, no lone surrogate.

const CHANGES = [0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3];
const SPACES = ["", "", "", "", "", "", " ", "\n", "\t", "\r\n "];

// mulberry32: a good hash of its state, 32 bits at a time.
export class Random {
  constructor(seed, index) {
    this.state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0;
    this.next();
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  below(limit) {
    return this.next() % limit;
  }

  chance(percent) {
    return this.below(100) < percent;
  }

  pick(list) {
    return list[this.below(list.length)];
  }

  shuffle(list) {
    for (let i = list.length - 1; i > 0; --i) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}

const scalar = (text) => ({ kind: "scalar", text });
const string = (value) => ({ kind: "string", value });
const object = (members) => ({ kind: "object", members });
const array = (items) => ({ kind: "array", items });

const INTEGERS = [
  "0", "1", "2", "3", "-1", "-0", "10", "86400", "1714564800000", "9007199254740991",
  "9007199254740993", "9223372036854775807", "-9223372036854775808", "3.0", "3.000", "3e0", "3E0",
  "30e-1", "0.3e1", "0.3E+1", "-0.0", "0e5", "1e3", "12e+2", "1.5e1", "0.0e-7",
  "3e00000000000000000000", "0e40888888888888888888", "1000000000000000000000e-21",
];
const FRACTIONS = [
  "0.5", "3.5", "-3.5", "60.39", "1e-1", "0.1", "15e-1", "1.25e1", "2.9999", "1e-9",
  "60.39333333333333333333333", "0.01234567890123456789012345",
];
// Good where any number is, not good where an integer is: integersFit() sees to that.
const BEYOND_64_BITS = ["9223372036854775808", "-9223372036854775809", "1e19", "1e300", "-1e300"];
const NUMBERS = [...INTEGERS, ...FRACTIONS];
const STRINGS = [
  "", "text", "VOD", "true", "3", "null", "  ", "a.b_c", "caf\u00e9", "\u65e5\u672c",
  "\ud83d\ude00", "\u0000", "\u001f\u007f", "\"quoted\"", "back\\slash", "/slash/",
  "line\nbreak", "\u2028\ufeff", "x".repeat(300), "mute", "play", "sessionStart",
];
const NAMES = [
  "media.nothing", "Media.id", "media.id ", "", "x", "__proto__", "constructor", "toString",
  "hasOwnProperty", "length", "0", "\u00e9", "\ud83d\ude00", "media.qoe.nothing", "playertime",
  "params", "qoeData", "customMetadata", "playerTime", "eventType", "ts", "playhead", "id",
  "authState", "media.state.name", "statesStart", "statesEnd", "$ref", "$schema",
];
const METADATA_NAMES = [
  "show", "a.b", "_", ".", "A1", "c.campaign", "__proto__", "constructor", "toString", "0",
  "media.id", "x".repeat(200),
];
const METADATA_NAMES_WRONG = [
  "", " ", "a b", "a-b", "a:b", "caf\u00e9", "a\n", "\na", "a$", "a\u0000", "\ud83d\ude00", "a/b",
];
const TYPES_WRONG = [
  "contentComplete", "pauseEnd", "seekStart", "Play", "play ", "", "PLAY", "resume",
  "session_start",
];

export class Bodies {
  constructor(catalogue, seed) {
    this.catalogue = catalogue;
    this.seed = seed;
    this.types = catalogue.eventTypes;
    this.rules = new Map(this.types.map((name) => [name, catalogue.events[name]]));
    const rules = [...this.rules.values()].flatMap((rule) => rule.params);
    this.parameters = [...rules, ...catalogue.qoeKeys];
    this.integers = new Set(
      this.parameters.filter((one) => one.type === "integer").map((one) => one.key));
    this.integers.add("ts");
  }

  // {type: the type it began as, changes: how many were made, text: the body}
  at(index) {
    for (let attempt = 0; ; ++attempt) {
      const random = new Random(this.seed + attempt, index);
      const type = this.types[index % this.types.length];
      const changes = random.pick(CHANGES);
      const root = { node: this.valid(random, type) };
      for (let i = 0; i < changes; ++i) this.change(random, root);
      if (this.integersFit(root.node)) {
        return { type, changes, text: write(random, root.node) };
      }
    }
  }

  valid(random, type) {
    const rule = this.rules.get(type);
    const members = [
      ["playerTime", object([
        ["playhead", scalar(random.pick(random.chance(5) ? BEYOND_64_BITS : NUMBERS))],
        ["ts", scalar(random.pick(INTEGERS))],
      ])],
      ["eventType", string(type)],
    ];
    if (rule.paramsRequired || random.chance(50)) {
      members.push(["params", this.section(random, rule.params)]);
    }
    if (random.chance(40)) members.push(["qoeData", this.section(random, this.catalogue.qoeKeys)]);
    if (random.chance(40)) members.push(["customMetadata", metadata(random)]);
    if (random.chance(50)) random.shuffle(members);
    return object(members);
  }

  section(random, parameters) {
    const percent = random.pick([0, 10, 10, 50, 100]);
    const members = [];
    for (const one of parameters) {
      if (one.required || random.chance(percent)) members.push([one.key, valueOf(random, one)]);
    }
    if (random.chance(30)) random.shuffle(members);
    return object(members);
  }

  // One change anywhere in the tree.
  change(random, root) {
    const places = placesOf(root);
    const place = random.pick(random.chance(30) ? places.filter((one) => one.depth < 2) : places);
    random.pick(CHANGERS)(this, random, place, root);
  }

  foreignParameter(random, members) {
    const one = random.pick(this.parameters);
    return put(members, one.key, random.chance(70) ? valueOf(random, one) : anything(random, 0));
  }

  // ajv holds 1e19 for an integer, the protocol for one that does not fit.
  integersFit(node) {
    if (node.kind === "array") return node.items.every((one) => this.integersFit(one));
    if (node.kind !== "object") return true;
    return node.members.every(([name, value]) => {
      const isLarge = value.kind === "scalar" && BEYOND_64_BITS.includes(value.text);
      return !(isLarge && this.integers.has(name)) && this.integersFit(value);
    });
  }
}

function valueOf(random, { type }) {
  switch (type) {
    case "string":
      return string(random.pick(STRINGS));
    case "integer":
      return scalar(random.pick(INTEGERS));
    case "number":
      return scalar(random.pick(random.chance(10) ? BEYOND_64_BITS : NUMBERS));
    case "boolean":
      return scalar(random.pick(["true", "false"]));
    case "object":
      return customers(random);
    case "array":
      return states(random);
    default:
      throw new Error(`a type that the catalogue did not have: ${type}`);
  }
}

function metadata(random) {
  const members = [];
  for (let i = random.below(4); i > 0; --i) {
    put(members, random.pick(METADATA_NAMES), string(random.pick(STRINGS)));
  }
  return object(members);
}

function customers(random) {
  const members = [];
  for (let i = random.below(4); i > 0; --i) {
    const customer = [["id", string(random.pick(STRINGS))]];
    if (random.chance(60)) customer.push(["authState", scalar(random.pick(AUTH_STATES))]);
    put(members, random.pick([...STRINGS, ...NAMES]), object(random.shuffle(customer)));
  }
  return object(members);
}

const AUTH_STATES = ["0", "1", "2", "0.0", "1e0", "20e-1", "-0"];
const AUTH_STATES_WRONG = [
  "3", "-1", "0.5", "30e-1", "1e1", "1e300", "null", "true", "\"1\"", "[1]",
];

function states(random) {
  const items = [];
  for (let i = random.below(4); i > 0; --i) {
    items.push(object([["media.state.name", string(random.pick(STRINGS))]]));
  }
  return array(items);
}

// Something that could be taken for one of the states.
function stateLike(random) {
  const members = [["media.state.name", random.chance(50) ? string("mute") : anything(random, 2)]];
  if (random.chance(50)) put(members, random.pick(NAMES), anything(random, 2));
  return random.pick([object(members), object(members), object([]), string("mute"), array([])]);
}

// Any JSON, at most three levels of it: with those around it below the limit of nesting.
function anything(random, depth) {
  switch (random.below(depth < 2 ? 9 : 7)) {
    case 0:
      return scalar("null");
    case 1:
      return scalar(random.pick(["true", "false"]));
    case 2:
      return scalar(random.pick(INTEGERS));
    case 3:
      return scalar(random.pick(FRACTIONS));
    case 4:
      return string(random.pick(STRINGS));
    case 5:
      return random.chance(50) ? object([]) : array([]);
    case 6:
      return scalar(random.pick(BEYOND_64_BITS));
    case 7:
      return array(Array.from({ length: random.below(3) }, () => anything(random, depth + 1)));
    default: {
      const members = [];
      for (let i = random.below(3); i > 0; --i) {
        put(members, random.pick(NAMES), anything(random, depth + 1));
      }
      return object(members);
    }
  }
}

// Adds a member, unless there is one of that name.
function put(members, name, node) {
  if (!members.some(([existing]) => existing === name)) members.push([name, node]);
}

// The member of an object, unless there is none or the node is no object.
function member(node, wanted) {
  return node.kind === "object" ? node.members.find(([name]) => name === wanted) : undefined;
}

// Every node with where it hangs: {depth, node, name, siblings, set(node), remove()}
function placesOf(root) {
  const places = [];
  const visit = (node, depth, name, siblings, set, remove) => {
    places.push({ depth, node, name, siblings, set, remove });
    if (node.kind === "object") {
      node.members.forEach((member) =>
        visit(member[1], depth + 1, member[0], node.members, (to) => (member[1] = to),
          () => node.members.splice(node.members.indexOf(member), 1)));
    } else if (node.kind === "array") {
      node.items.forEach((item, i) =>
        visit(item, depth + 1, null, null, (to) => (node.items[i] = to),
          () => node.items.splice(node.items.indexOf(item), 1)));
    }
  };
  visit(root.node, 0, null, null, (to) => (root.node = to), () => {});
  return places;
}

const respell = (random, { node, set }) => {
  if (node.kind !== "scalar") return;
  const value = Number(node.text);
  if (Number.isNaN(value)) return;
  set(scalar(random.pick([...NUMBERS, ...BEYOND_64_BITS])));
};

// Each makes one change at one place; some fit only some places and else change nothing.
const CHANGERS = [
  (_, random, place) => place.set(anything(random, 0)),
  (_, random, place) => place.set(anything(random, 2)),
  (_, __, place) => place.set(scalar("null")),
  (_, __, place) => place.remove(),
  (_, __, place) => place.remove(),
  (_, __, place) => place.set(array([place.node])),
  (_, random, place) => place.set(object([[random.pick(NAMES), place.node]])),
  (_, __, place) => place.set(string(place.node.text ?? place.node.value ?? "")),
  (_, random, place) => place.set(scalar(random.pick(NUMBERS))),
  (_, random, place) => respell(random, place),
  (_, random, place) => respell(random, place),
  (_, random, { node }) => {
    if (node.kind === "object") put(node.members, random.pick(NAMES), anything(random, 0));
  },
  (_, random, { node }) => {
    if (node.kind === "object") put(node.members, random.pick(NAMES), anything(random, 2));
  },
  (bodies, random, { node }) => {
    if (node.kind === "object") bodies.foreignParameter(random, node.members);
  },
  (bodies, random, _, { node }) => {
    const found = member(node, random.pick(["params", "qoeData"]));
    if (found && found[1].kind === "object") bodies.foreignParameter(random, found[1].members);
  },
  (_, random, { name, siblings, node, remove }) => {
    if (siblings === null) return;
    remove();
    const renamed = random.pick([`${name} `, name.toUpperCase(), name.slice(1), ...NAMES]);
    put(siblings, renamed, node);
  },
  (bodies, random, _, { node }) => {
    const found = member(node, "eventType");
    if (found) found[1] = string(random.pick([...bodies.types, ...TYPES_WRONG]));
  },
  (_, random, __, { node }) => {
    if (node.kind !== "object") return;
    put(node.members, "customMetadata", object([]));
    const found = member(node, "customMetadata")[1];
    if (found.kind !== "object") return;
    const key = random.pick([...METADATA_NAMES, ...METADATA_NAMES_WRONG]);
    put(found.members, key, random.chance(60) ? string("x") : anything(random, 1));
  },
  (_, random, __, root) => {
    const inside = placesOf(root).filter(({ name }) => name === "authState" || name === "id");
    if (inside.length === 0) return;
    const { name, set } = random.pick(inside);
    set(random.pick(name === "id" ? [scalar("null"), scalar("1"), string("")]
      : AUTH_STATES_WRONG.map(scalar)));
  },
  (_, random, __, root) => {
    const lists = placesOf(root).filter(({ name }) => /^states(Start|End)$/.test(name));
    if (lists.length === 0) return;
    const { node, set } = random.pick(lists);
    if (node.kind === "array") set(array([...node.items, stateLike(random)]));
  },
  (_, random, { node, set }) => {
    if (node.kind === "array") set(array([...node.items, anything(random, 1)]));
  },
  (_, random, { node }) => {
    if (node.kind === "object") random.shuffle(node.members);
  },
];

function write(random, node) {
  const hasSpaces = random.chance(20);
  const space = () => (hasSpaces ? random.pick(SPACES) : "");
  const list = (open, parts, close) => open + space() + parts.join(`,${space()}`) + space() + close;
  const text = (one) => {
    switch (one.kind) {
      case "scalar":
        return one.text;
      case "string":
        return quote(random, one.value);
      case "array":
        return list("[", one.items.map(text), "]");
      default:
        return list("{", one.members.map(([name, value]) =>
          `${quote(random, name)}${space()}:${space()}${text(value)}`), "}");
    }
  };
  return space() + text(node) + space();
}

const SHORT = { "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "/": "\\/" };

// A string as JSON, now and then with more escapes than it needs.
function quote(random, value) {
  if (!random.chance(10)) return JSON.stringify(value);
  const percent = random.pick([10, 100]);
  let result = "";
  for (let i = 0; i < value.length; ++i) {
    const unit = value[i];
    const needs = unit < " " || unit === "\"" || unit === "\\";
    // Both halves of a pair, or none: half of one is no character.
    const isHalf = unit >= "\ud800" && unit <= "\udfff";
    if (needs || (!isHalf && random.chance(percent))) {
      const code = unit.charCodeAt(0).toString(16).padStart(4, "0");
      const short = SHORT[unit];
      result += short && random.chance(50)
        ? short : `\\u${random.chance(50) ? code : code.toUpperCase()}`;
    } else if (isHalf && random.chance(percent)) {
      for (const half of [unit, value[i + 1]]) result += `\\u${half.charCodeAt(0).toString(16)}`;
      ++i;
    } else if (isHalf) {
      result += unit + value[i + 1];
      ++i;
    } else {
      result += unit;
    }
  }
  return `"${result}"`;
}
