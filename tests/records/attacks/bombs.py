"""Small data files that are made to take long or much memory to read: {name: text}."""

import itertools

_LIST = "[" + ",".join(["x"] * 9) + "]"
_NAMES = "abcdefghi"


def _laughs(last: str) -> str:
    rows = [f"a: &a {_LIST}"]
    rows += [f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in itertools.pairwise(_NAMES)]
    return "\n".join([*rows, last]) + "\n"


def _merges() -> str:
    rows = ["a0: &a0 {x: 1}"]
    rows += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}], y{n}: 1}}" for n in range(1, 12)]
    return "\n".join(rows) + "\n"


def _scenario(part: str) -> str:
    return f"id: story\ntitle: x\n{part}\n"


YAML_BOMBS = {
    "a billion laughs": _laughs("id: *i"),
    "laughs as keys": _laughs("? *i\n: x"),
    "laughs by merging": _merges(),
    "one long merge": "a: &a {" + ",".join(f"k{n}: 1" for n in range(9_000)) + "}\n" + "b: {<<: *a}\n" * 2_000,
    "it holds itself": "a: &a [*a, *a]\nid: *a\n",
    "deep lists": "[" * 400_000,
    "deep keys": '{"a":' * 150_000,
    "deep dashes": "- " * 400_000,
    "deep questions": "? " * 400_000,
    "a number to base 60": "id: 1" + ":59" * 300_000 + "\n",
    "a fraction to base 60": "id: 1" + ":59" * 300_000 + ".5\n",
    "a number without end": "id: " + "9" * 900_000 + "\n",
    "a tag for a number to base 60": 'id: !!int "1' + ":59" * 300_000 + '"\n',
    "a tag for base 64": "id: !!binary " + "QUFB" * 200_000 + "\n",
    "half a million values": "id: [" + "a," * 450_000 + "]\n",
    "a hundred thousand wrong keys": "".join(f"k{n}: 1\n" for n in range(90_000)),
    "a million braces": _scenario("lines: {opening: '" + "{" * 900_000 + "'}"),
    "one text of 900,000 characters": _scenario("summary: '" + "x " * 450_000 + "'"),
    "many anchors": "".join(f"- &n{n} x\n" for n in range(70_000)),
    "a larger file than allowed": "# " + "x" * 1_000_000 + "\nid: story\n",
}
TOML_BOMBS = {
    "a dotted key without end": ".".join(["a"] * 400_000) + " = 1\n",
    "tables below tables": "".join(f"[{'.'.join(['a'] * n)}]\n" for n in range(1, 1_200)),
    "lists in lists": "a = " + "[" * 400_000 + "\n",
    "a long TOML number": "a = " + "9" * 900_000 + "\n",
    "inline tables": "a = " + "{b = " * 150_000 + "\n",
}
