import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.config import template
from streams.config.locator import Path, locate

DOCUMENT = '''# [not.a.table]
top = 1 # comment = 2
"quoted key" = 'x # no comment'
dotted.'inner key'.deep = [ # comment ]
  1, "two, ]",
  { three = 3, "fo=ur" = [4] },
]
[table]
text = """
[[brands]]
id = "inside a text"\\"""
""""
literal = \'\'\'
key = 'x'
\'\'\'
[[brands]]
id = "a"
[brands.inner]
key = 1979-05-27T07:32:00Z
[[brands.parts]]
x = 1
[[brands.parts]]
x = -2.5e3
[[brands]]
id = """b"""
  [[brands.parts]]
  x = true
[table.sub."dotted.name"]
y = []
z = {}
'''
LINES = {
    ("top",): 2,
    ("quoted key",): 3,
    ("dotted", "inner key", "deep", 1): 5,
    ("dotted", "inner key", "deep", 2, "fo=ur", 0): 6,
    ("table",): 8,
    ("table", "text"): 9,
    ("table", "literal"): 13,
    ("brands", 0): 16,
    ("brands", 0, "id"): 17,
    ("brands", 0, "inner", "key"): 19,
    ("brands", 0, "parts", 0, "x"): 21,
    ("brands", 0, "parts", 1): 22,
    ("brands", 1): 24,
    ("brands", 1, "parts", 0, "x"): 27,
    ("table", "sub", "dotted.name", "z"): 30,
}


def paths(value: Any, path: Path = ()) -> set[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path, *(found for key, inner in items for found in paths(inner, (*path, key)))}


@pytest.mark.parametrize("path", LINES)
def test_finds_the_line_of_every_kind_of_key(path: Path) -> None:
    assert locate(DOCUMENT)[path] == LINES[path]


@pytest.mark.parametrize("document", [DOCUMENT, DOCUMENT.replace("\n", "\r\n"), template(), ""])
def test_locates_exactly_what_the_parser_reads(document: str) -> None:
    assert set(locate(document)) | {()} == paths(tomllib.loads(document))


KEYS = st.text("ab-_ .\"'#[]=é\\", min_size=1, max_size=4)
STRINGS = st.text("a\"'\\#=[]{}, \n", max_size=8)


def basic(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@given(st.lists(st.tuples(KEYS, st.lists(STRINGS, max_size=3)), max_size=6, unique_by=lambda pair: pair[0]))
def test_is_not_led_astray_by_signs_in_keys_and_texts(pairs: list[tuple[str, list[str]]]) -> None:
    document = "".join(f"{basic(key)} = [{', '.join(map(basic, texts))}] # ]\n" for key, texts in pairs)
    lines = locate(document)
    assert set(lines) | {()} == paths(tomllib.loads(document))
    assert [lines[key,] for key, _ in pairs] == list(range(1, len(pairs) + 1))
