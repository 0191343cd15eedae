"""Whoever may write posts may write anything: what is no post is set aside, nothing ends the watch, nothing grows."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import permutations
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from rich.console import Console

from detectors.sentiment import SentimentModel
from streams.core import crises, labels
from streams.core.crises import CrisisEvent
from streams.core.inputclock import WORDS
from streams.core.match import Match
from streams.core.posts import MAX_POST_BYTES, MAX_REASON_CHARACTERS, Post, Posts, Unreadable, decode
from streams.core.readings import Reading
from streams.core.tallies import decode as decode_tallies
from streams.core.tallies import encode as encode_tallies
from streams.core.watch import Watch
from streams.deadletters import DeadLetterList
from streams.embedded import Embedded
from streams.intake import records_of
from streams.metrics import MAX_LABEL_VALUES, Metrics
from streams.printing import Printer
from streams.producer import key_of
from tests.kafka import story
from tests.kafka.workers import embedded

SETTINGS = story.settings()
MODEL = SentimentModel()


def post(**changes: Any) -> bytes:
    return json.dumps({"id": "1", "source": "x", "text": "Brisko", "created_at": story.START} | changes).encode()


def raw(field: bytes, value: bytes) -> bytes:
    """Write a post with a field that `json` would not write."""
    return post()[:-1] + b', "' + field + b'": ' + value + b"}"


NO_POSTS = {
    "nothing": b"",
    "zeros": bytes(100),
    "a byte order mark": b"\xef\xbb\xbf" + post(),
    "null": b"null",
    "an array, very deep": b"[" * 200_000,
    "an unknown field, very deep": raw(b"other", b"[" * 100_000 + b"]" * 100_000),
    "objects, very deep": raw(b"other", b'{"a":' * 30_000 + b"1" + b"}" * 30_000),
    "no UTF-8": raw(b"author", b'"\xff"'),
    "a surrogate, encoded": raw(b"author", b'"\xed\xa0\x80"'),
    "half a surrogate pair": raw(b"author", rb'"\ud800"'),
    "a number of five thousand digits": raw(b"reach", b"9" * 5_000),
    "more than a double holds": post()[:-1] + b"0e400}",
    "NaN": post(created_at=float("nan")),
    "infinity": post(created_at=float("inf")),
    "before time": post(created_at=-1),
    "year 9999": post(created_at="9999-12-31T23:59:59-23:59"),
    "year 1": post(created_at="0001-01-01T00:00:00+23:59"),
    "ten megabytes": post(text="Brisko" + "x" * 10_000_000),
    "a line feed behind the source": post(source="x\n"),
    "a line in the source": post(source='x"} 1\nlarum_up{a="'),
    "a line feed behind the language": post(lang="pl\n"),
    "a kind of two hundred thousand letters": post(kind="k" * 200_000),
}
POSTS = {
    "a line feed and colour in the id": post(id="1\n\x1b[31m"),
    "the first of equal keys": b'{"id": "0", ' + post()[1:],
    "control characters": post(text="Brisko \x1b]0;title\x07\x00\u202e"),
    "carriage return behind it": post() + b"\r\n",
    "accents without end": post(text="Brisko" + "\u0301" * 19_000),
    "one very long word": post(text="a" * 19_990 + " Brisko"),
    "one letter that folds to eighteen": post(text="\ufdfa" * 19_000 + " Brisko"),
    "beginnings of addresses": post(text="http://" * 2_800 + "Brisko"),
    "at signs": post(text="a@" * 9_900 + " Brisko"),
    "brackets": post(text="(" * 19_900 + "Brisko"),
    "exclamations": post(text="awful" + "!" * 19_900 + " Brisko"),
}


@pytest.mark.parametrize("record", NO_POSTS.values(), ids=NO_POSTS)
def test_what_is_no_post_is_set_aside_and_its_neighbours_count(record: bytes) -> None:
    dead, registry = DeadLetterList(), CollectorRegistry()
    runtime = Embedded(SETTINGS, MODEL, dead, Metrics(registry))
    runtime.take_records([(post(id="before"), "1"), (record, "2"), (post(id="behind"), "3")])
    outcome = runtime.finish()
    assert [(letter.origin, letter.record) for letter in dead] == [("2", record)]
    assert len(dead[0].reason) <= MAX_REASON_CHARACTERS
    assert sum(channel.mentions for reading in outcome.readings for channel in reading.channels) == 2
    assert key_of(record)
    assert not records_of("application/x-ndjson", record, decode)[0]


@pytest.mark.parametrize("record", POSTS.values(), ids=POSTS)
def test_a_strange_post_counts_and_takes_no_time(record: bytes) -> None:
    dead, registry = DeadLetterList(), CollectorRegistry()
    runtime = Embedded(SETTINGS, MODEL, dead, Metrics(registry))
    runtime.take_records([(record, "1")])
    runtime.finish()
    assert not dead
    assert all(line.startswith(("#", "larum_")) for line in generate_latest(registry).decode().splitlines())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(Post.__struct_fields__), inner),
        max_leaves=20,
    ).map(lambda value: json.dumps(value).encode())
)
def test_nothing_but_unreadable_comes_of_what_cannot_be_read(record: bytes) -> None:
    key_of(record)
    for read in (decode, labels.decode):
        with suppress(Unreadable):
            read(record)


def test_a_body_that_is_very_deep_is_refused() -> None:
    for body in (NO_POSTS["an array, very deep"], b"[" + NO_POSTS["objects, very deep"] + b"]"):
        with pytest.raises(web.HTTPBadRequest):
            records_of("application/json", body, decode)


def test_a_post_of_the_greatest_length_is_read_and_one_byte_more_is_not() -> None:
    longest = post() + b" " * (MAX_POST_BYTES - len(post()))
    assert decode(longest).id == "1"
    with pytest.raises(Unreadable, match="more than the 262144"):
        decode(longest + b" ")


def test_one_id_with_several_texts_counts_once_and_the_same_whatever_comes_first() -> None:
    """They come by different inputs, as from a producer that heeds no key; of one input's the first is kept."""
    texts = ["Brisko is fine", "Brisko is awful, a disgrace", "Brisko lied to us"]
    readings = [_reading_of(texts, order) for order in permutations(range(3))]
    assert all(reading == readings[0] for reading in readings)
    assert sum(channel.mentions for channel in readings[0].channels) == 1


def _reading_of(texts: Sequence[str], order: Sequence[int]) -> Reading:
    inputs = [Match(SETTINGS, MODEL, number, 3) for number in range(3)]
    watch = Watch(SETTINGS)
    for number in order:
        inputs[number].take(Posts.of([decode(post(text=texts[number]))]), [f"{number}"])
        inputs[number].idle()
    words = [number for _ in range(1 + WORDS) for number in order]  # said until nobody is waited for any more
    readings = [
        reading
        for number in words
        for record in inputs[number].flush()
        for reading in watch.take(decode_tallies(record)).readings
        if reading.brand == "brisko"
    ]
    [reading] = readings
    return reading


def test_a_million_invented_names_leave_few_labels_and_a_small_state() -> None:
    registry = CollectorRegistry()
    runtime = Embedded(SETTINGS, MODEL, DeadLetterList(), Metrics(registry))
    for minute in range(20):
        posts = [
            (decode(post(id=f"{number}", source=f"s{minute}.{number}", author=f"a{minute}.{number}",
                         created_at=story.START + 60 * minute)), "")
            for number in range(1_000)
        ]  # fmt: skip
        runtime.take_posts(posts)
    runtime.finish()
    page = generate_latest(registry).decode()
    assert page.count("larum_posts_total{") == MAX_LABEL_VALUES + 1
    assert page.count("larum_mentions_total{") <= MAX_LABEL_VALUES + 1
    assert len(encode_tallies(runtime.pipeline.match.batches()[0])) < 10_000


@pytest.fixture(scope="module")
def event() -> CrisisEvent:
    return embedded(SETTINGS, story.posts())[0]


def _spoil(value: Any) -> Any:
    """Put a title, a colour, a line and a direction mark before every text that may be any."""
    if isinstance(value, dict):
        fixed = ("type", "severity", "kinds", "independence", "specversion", "datacontenttype")
        return {key: one if key in fixed else _spoil(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_spoil(one) for one in value]
    return f"\x1b]0;title\x07\x1b[31m\u202e\n\x9b1m{value}" if isinstance(value, str) else value


def test_what_tail_prints_steers_no_terminal(event: CrisisEvent) -> None:
    hostile = crises.decode(json.dumps(_spoil(json.loads(crises.encode(event)))).encode())
    shown = io.StringIO()
    Printer(as_json=False, console=Console(file=shown, width=200, color_system=None))(hostile)
    assert all(line.isprintable() for line in shown.getvalue().split("\n"))
    assert "title" in shown.getvalue()


def test_what_tail_prints_for_scripts_is_a_line_an_event(
    event: CrisisEvent, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = crises.decode(json.dumps(_spoil(json.loads(crises.encode(event)))).encode())
    Printer(as_json=True)(hostile)
    line, end = capsys.readouterr().out.split("\n")
    assert not end
    assert min(line) >= " "
    assert json.loads(line)["id"] == hostile.id
