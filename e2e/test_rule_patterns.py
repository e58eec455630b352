"""Random patterns pick the events that moto's reading of EventBridge's language picks."""

import json
import os
import random
import subprocess

from moto.events.models import EventPattern

from atrium import binary, clean_environment

SEED = int(os.environ.get("ATRIUM_PATTERNS_SEED", "20260105"))
FIELDS = "abc"
TEXTS = ["", "a", "ab", "abc", "AB", "b", "ba", "10.0.0.7", "10.1.0.7"]
NUMBERS = [-1, 0, 1, 1.5, 2, 300]
# EventBridge's limit on a pattern, in bytes, of which the `detail` around it takes some.
LONGEST = 2_000


def scalar(rng):
    return rng.choice([rng.choice(TEXTS), rng.choice(TEXTS), rng.choice(NUMBERS), None])


def event(rng, depth=2):
    """An object without empty lists or objects, and without truth values: Python takes `True` for 1."""
    made = {}
    for name in rng.sample(FIELDS, rng.randint(1, 3)):
        kind = rng.random()
        if depth and kind < 0.4:
            made[name] = event(rng, depth - 1)
        elif kind < 0.6:
            made[name] = [scalar(rng) for _ in range(rng.randint(1, 3))]
        else:
            made[name] = scalar(rng)
    return made


def text_test(rng):
    text = rng.choice([text for text in TEXTS if text])
    return rng.choice([
        {"prefix": text},
        {"suffix": text},
        {"equals-ignore-case": text},
        {"wildcard": rng.choice(["a*", "*b", "*a*", "a*c", "1*.7", "\\*a", "ab"])},
    ])


def condition(rng):
    low = rng.choice(NUMBERS)
    return rng.choice([
        scalar(rng),
        text_test(rng),
        {"prefix": {"equals-ignore-case": rng.choice(TEXTS)}},
        {"suffix": {"equals-ignore-case": rng.choice(TEXTS)}},
        {"exists": rng.random() < 0.5},
        {"cidr": rng.choice(["10.0.0.0/8", "10.0.0.0/24", "::/0"])},
        {"numeric": [rng.choice(["<", "<=", "=", ">=", ">"]), low]},
        {"numeric": [rng.choice([">", ">="]), low, rng.choice(["<", "<="]), low + 2]},
        {"anything-but": rng.choice(TEXTS)},
        {"anything-but": rng.sample(NUMBERS, 2)},
        {"anything-but": text_test(rng)},
    ])


def pattern(rng, depth=2):
    made = {}
    for name in rng.sample(FIELDS, rng.randint(1, 2)):
        if depth and rng.random() < 0.4:
            made[name] = pattern(rng, depth - 1)
        else:
            made[name] = [condition(rng) for _ in range(rng.randint(1, 2))]
    if rng.random() < 0.2:
        made["$or"] = [pattern(rng, 0), pattern(rng, 0)]
    return made


def patterns_within_the_limit(rng, many):
    made = []
    while len(made) < many:
        one = pattern(rng)
        if len(json.dumps(one)) <= LONGEST:
            made.append(one)
    return made


def picked(file, event):
    command = [str(binary()), "rules", "test", str(file), "--event", "-", "--output", "json"]
    done = subprocess.run(
        command, input=json.dumps(event), capture_output=True, text=True, timeout=60, env=clean_environment()
    )
    assert done.returncode == 0, done.stderr
    return [one["Picked"] == "yes" for one in json.loads(done.stdout)]


def test_patterns_mean_what_they_mean_to_moto(tmp_path):
    # Shown if it fails, however that is.
    print(f"seed {SEED}")
    rng = random.Random(SEED)
    patterns = patterns_within_the_limit(rng, 200)
    file = tmp_path / "rules.toml"
    rules = [
        f"[[rules]]\nname = 'r{number}'\ntargets = ['t']\npattern = '''{json.dumps({'detail': one})}'''\n"
        for number, one in enumerate(patterns)
    ]
    target = "[targets.t]\ntype = 'sns'\ntopic = 'arn:aws:sns:us-east-1:123456789012:t'\n"
    file.write_text("\n".join(rules) + target)
    seen = set()
    for _ in range(40):
        one = event(rng)
        for rule, found in zip(patterns, picked(file, {"detail": one}), strict=True):
            want = EventPattern.load(json.dumps(rule)).matches_event(one)
            assert found == want, f"seed {SEED}: {json.dumps(rule)} and {json.dumps(one)}"
            seen.add(found)
    assert seen == {True, False}
