"""The OCSF schema as a judge that is not ours: the compiled schema that the package ocsf-json-schema carries.

`python e2e/ocsf_schema.py` writes the part of it that the Rust tests judge by.
"""

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

VERSION = "1.1.0"
EXTRACT = Path(__file__).resolve().parent.parent / "crates/ocsf/tests/it/schema-1.1.0.json"
CLASSES = ["account_change", "authentication", "entity_management", "user_access", "group_management", "api_activity"]
OBJECTS = [
    "account", "actor", "api", "cloud", "feature", "group", "http_request", "idp", "managed_entity", "metadata",
    "network_endpoint", "object", "observable", "policy", "product", "request", "resource_details", "response", "service",
    "session", "user",
]
PROFILES = {None, "cloud", "datetime", "host"}


@cache
def schema():
    return get_ocsf_schema(version=VERSION)


@cache
def judge(uid, profiles):
    """A validator of events of a class, with these profiles."""
    generator = OcsfJsonSchemaEmbedded(schema())
    made = generator.get_class_schema(generator.lookup_class_name_from_uid(uid), list(profiles))
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made)


def problems(event):
    """What of an event is not as the schema has it, as texts."""
    profiles = tuple(sorted(event["metadata"]["profiles"]))
    found = [f"{error.json_path}: {error.message[:200]}" for error in judge(event["class_uid"], profiles).iter_errors(event)]
    for name in ("category", "class", "type"):
        captions = enumeration(event["class_uid"], f"{name}_uid")
        if captions.get(str(event[f"{name}_uid"])) != event[f"{name}_name"]:
            found.append(f"{name}_name: {event[f'{name}_name']!r} is not the caption of {event[f'{name}_uid']}")
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append(f"type_uid: {event['type_uid']}")
    if event["metadata"]["version"] != VERSION:
        found.append(f"metadata.version: {event['metadata']['version']}")
    return found


def enumeration(uid, attribute):
    (found,) = [found for found in schema()["classes"].values() if found["uid"] == uid]
    return {value: entry["caption"] for value, entry in found["attributes"][attribute]["enum"].items()}


def extract():
    """The classes and objects that CloudTrail's events use, without prose."""

    def attribute(told):
        kept = {key: told[key] for key in ("type", "object_type", "is_array", "requirement", "profile") if told.get(key)}
        if told.get("enum"):
            kept["enum"] = {value: entry["caption"] for value, entry in told["enum"].items()}
        return kept

    def structure(told):
        attributes = {
            name: attribute(told["attributes"][name])
            for name in sorted(told["attributes"])
            if told["attributes"][name].get("profile") in PROFILES
            and told["attributes"][name].get("object_type", "account") in OBJECTS
        }
        return {"attributes": attributes, **({"constraints": told["constraints"]} if told.get("constraints") else {})}

    whole = schema()
    types = {name: {key: told[key] for key in ("type", "max_len", "regex", "range") if key in told}
             for name, told in sorted(whole["types"].items())}
    return {
        "version": whole["version"],
        "types": types,
        "classes": {name: {"uid": whole["classes"][name]["uid"], **structure(whole["classes"][name])} for name in CLASSES},
        "objects": {name: structure(whole["objects"][name]) for name in OBJECTS},
    }


def text():
    return json.dumps(extract(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    EXTRACT.write_text(text(), encoding="utf-8")
