"""Labelled posts are read from what people have, and every mistake is named with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.evaluating import labelled
from streams.readers import InputError


def read(path: Path, text: str) -> list[tuple[str, bool, str | None]]:
    path.write_text(text, encoding="utf-8")
    return [(one.text, one.negative, one.lang) for one in labelled(path)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("posts.csv", "id,sentiment,text,lang\n1,negative,Wstyd,pl\n2,positive,Super,\n"),
        ("posts.tsv", "label\ttext\tlang\n1\tWstyd\tpl\n0\tSuper\t\n"),
        ("posts.csv", "text;negative;lang\nWstyd;True;pl\nSuper;no;\n"),
        ("posts.jsonl", '{"text":"Wstyd","negative":true,"lang":"pl"}\n{"text":"Super","negative":false}\n'),
        ("posts.jsonl", '{"text":"Wstyd","sentiment":"Negative","lang":"pl"}\n{"text":"Super","label":"neutral"}\n'),
    ],
)
def test_forms_that_people_have(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path / name, text) == [("Wstyd", True, "pl"), ("Super", False, None)]


def test_labels_that_were_taken_back_are_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path / "a.jsonl", '{"text":"a","negative":null}\n{"text":"b","negative":true}') == [
        ("b", True, None)
    ]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "text,sentiment\nfine,positive\nodd,gloomy\n", r"a\.csv:3: column 'sentiment': 'gloomy' is none of"),
        ("a.csv", "text,sentiment\nfine,\n", r"a\.csv:2: there is no column 'sentiment', 'label' or 'negative'"),
        ("a.csv", "words,sentiment\nfine,positive\n", r"a\.csv: no column 'text'.* the table has words, sentiment"),
        ("a.csv", "text,sentiment\n,positive\n", r"a\.csv:2: .*`text`"),
        ("a.jsonl", '{"text":"a","negative":true}\n{"text":7,"negative":true}\n', r"a\.jsonl:2: .*\$\.text"),
        ("a.jsonl", '{"text":"a","negative":"maybe"}\n', r"a\.jsonl:1: column 'negative': 'maybe' is none of true"),
        ("a.jsonl", "{oops\n", r"a\.jsonl:1: "),
    ],
)
def test_mistakes_are_named_with_line_and_column(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path / name, text)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(InputError, match=r"absent\.csv: no such file"):
        list(labelled("absent.csv"))
