"""Answers held against botocore's own models: every one that a test's client gets."""

import re
from datetime import datetime
from functools import cache

SERVICES = {"account", "cloudtrail", "cloudtrail-data", "iam", "identitystore", "organizations", "sso-admin", "sts"}
# What looks wrong and isn't, by the end of its place, and why.
EXCUSED = {
    "PermissionsBoundaryType": "IAM answers `Policy`, whatever its model says",
    "GetInlinePolicyForPermissionSetResponse.InlinePolicy": "the text is empty where there is no policy",
}
TYPES = {
    "structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "integer": int, "long": int,
    "float": float, "double": float, "timestamp": datetime, "blob": bytes,
}


def watch(client):
    """The client, which fails from now on with the first answer that doesn't keep its shape."""
    if client.meta.service_model.service_name in SERVICES:
        client.meta.events.register("after-call", _check)
    return client


def _check(http_response, parsed, model, **_):
    if http_response.status_code < 300 and model.output_shape is not None:
        answer = {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
        wrong = list(faults(model.output_shape, answer, model.output_shape.name))
        assert not wrong, f"{model.name}: {wrong}"


def faults(shape, value, place):
    """What is wrong with a value, in words."""
    if any(place.endswith(end) for end in EXCUSED):
        return
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return
    # IAM's documents come decoded.
    if kind == "string" and isinstance(value, dict):
        return
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        yield f"{place} is no {kind}: {value!r}"
        return
    if kind == "structure":
        for name in shape.required_members:
            if name not in value:
                yield f"{place}.{name} is missing"
        for name, inner in value.items():
            yield from faults(shape.members[name], inner, f"{place}.{name}")
    elif kind == "list":
        for inner in value:
            yield from faults(shape.member, inner, f"{place}[]")
    elif kind == "map":
        for key, inner in value.items():
            yield from faults(shape.key, key, f"{place} key")
            yield from faults(shape.value, inner, f"{place}.{key}")
    yield from _broken(shape, value, place)


def _broken(shape, value, place):
    rules = shape.metadata
    size = value if shape.type_name in ("integer", "long", "float", "double") else None
    if shape.type_name in ("string", "list", "map", "blob"):
        size = len(value)
    if size is not None and size < rules.get("min", size):
        yield f"{place} is less than {rules['min']}: {value!r}"
    if size is not None and size > rules.get("max", size):
        yield f"{place} is more than {rules['max']}: {value!r}"
    if shape.type_name == "string":
        if rules.get("enum") and value not in rules["enum"]:
            yield f"{place} is none of {rules['enum']}: {value!r}"
        pattern = rules.get("pattern") and _compiled(rules["pattern"])
        if pattern and not pattern.fullmatch(value):
            yield f"{place} doesn't match {rules['pattern']}: {value!r}"


@cache
def _compiled(java):
    """The pattern, as far as Python knows what Java does: classes of letters are let through."""
    if r"\p" in java or r"\u10000" in java or r"\uD800" in java:
        return None
    return re.compile(java, re.ASCII)
