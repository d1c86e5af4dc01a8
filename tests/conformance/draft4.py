# SPDX-License-Identifier: Apache-2.0
"""JSON Schema draft-04, as much of it as the schemas of this API use; anything else is an error, so
that nothing in a schema is passed over."""

import re

ANNOTATIONS = {"$schema", "id", "definitions", "title", "description"}
KNOWN = ANNOTATIONS | {"type", "enum", "properties", "required", "additionalProperties",
                       "patternProperties", "items", "anyOf", "$ref"}

TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    # 3.0 is an integer (protocol 11.3).
    "integer": lambda value: TYPES["number"](value) and value == int(value),
}


def check_schema(schema):
    """Fails on what draft-04 forbids and on what is_valid does not know."""
    unknown = set(schema) - KNOWN
    assert not unknown, unknown
    for name in ("required", "enum", "anyOf"):
        assert name not in schema or schema[name], f"draft-04 forbids an empty {name}"
    for pattern in schema.get("patternProperties", {}):
        re.compile(pattern)
    children = [*schema.get("properties", {}).values(), *schema.get("definitions", {}).values(),
                *schema.get("patternProperties", {}).values(), *schema.get("anyOf", [])]
    children += [schema[name] for name in ("items", "additionalProperties")
                 if isinstance(schema.get(name), dict)]
    for child in children:
        check_schema(child)


def is_valid(value, schema, root=None):
    root = root or schema
    if "$ref" in schema:  # its siblings are ignored in draft-04
        target = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return is_valid(value, target, root)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(TYPES[name](value) for name in types):
        return False
    if "enum" in schema and not any(same(value, one) for one in schema["enum"]):
        return False
    if "anyOf" in schema and not any(is_valid(value, one, root) for one in schema["anyOf"]):
        return False
    if isinstance(value, list) and "items" in schema:
        return all(is_valid(one, schema["items"], root) for one in value)
    return not isinstance(value, dict) or members_are_valid(value, schema, root)


def same(one, other):
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def members_are_valid(value, schema, root):
    if not set(schema.get("required", [])) <= set(value):
        return False
    for key, member in value.items():
        rules = [rule for pattern, rule in schema.get("patternProperties", {}).items()
                 if re.search(pattern, key)]
        if key in schema.get("properties", {}):
            rules.append(schema["properties"][key])
        if not rules:
            rest = schema.get("additionalProperties", True)
            if rest is False:
                return False
            rules = [] if rest is True else [rest]
        if not all(is_valid(member, rule, root) for rule in rules):
            return False
    return True
