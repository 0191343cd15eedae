"""Frames of Jetstream become posts that keep the post contract, or say why not."""

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.posts import Post, Unreadable, decode
from streams.sources.frames import OLDEST, SKEW, read_frame, to_post
from tests.data import data
from tests.streams.sources.jetstream import START, frame

SEEN = datetime.fromtimestamp(START / 1e6, UTC)


def post(*args: str, **kwargs: object) -> Post:
    made = to_post(read_frame(frame(*args, **kwargs)))  # type: ignore[arg-type]
    assert made is not None
    return made


def test_all_fields() -> None:
    made = post(
        "3mptby",
        "Wstyd, Żabko! 😡",
        createdAt="2026-07-04T14:38:06.240Z",
        reply={
            "parent": {"uri": "at://did:plc:b/app.bsky.feed.post/1", "cid": "c"},
            "root": {"uri": "at://r", "cid": "c"},
        },
    )

    assert made == Post(
        id="at://did:plc:author/app.bsky.feed.post/3mptby",
        source="bluesky",
        text="Wstyd, Żabko! 😡",
        created_at=datetime(2026, 7, 4, 14, 38, 6, 240_000, UTC),
        author="did:plc:author",
        lang="pl",
        url="https://bsky.app/profile/did:plc:author/post/3mptby",
        reply_to="at://did:plc:b/app.bsky.feed.post/1",
    )


def test_deletion_meets_its_post() -> None:
    deletion = post("3mptby", operation="delete")

    assert deletion.kind == "delete"
    assert deletion.identity == post("3mptby").identity
    assert deletion.timestamp == START / 1e6


@pytest.mark.parametrize(
    "said",
    [
        "",
        "yesterday",
        "2026-07-04T14:38:06",
        "1970-01-01T00:00:00Z",
        "2026-07-04T14:40:08Z",
        "2026-07-04T13:38:00Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_time_that_cannot_be_is_when_jetstream_saw_it(said: str) -> None:
    assert post("1", createdAt=said).created_at == SEEN


@given(st.datetimes(timezones=st.just(UTC)) | st.timedeltas(-OLDEST, SKEW).map(lambda delta: SEEN + delta))
def test_time_is_what_the_client_says_within_bounds(said: datetime) -> None:
    made = post("1", createdAt=said.isoformat()).created_at

    assert made == (said if SEEN - OLDEST <= said <= SEEN + SKEW else SEEN)


@pytest.mark.parametrize(
    ("langs", "lang"), [(["en", "pl"], "en"), (["pt-BR"], "pt-BR"), ([], None), (["po polsku"], None), ([""], None)]
)
def test_language_only_if_it_is_one(langs: list[str], lang: str | None) -> None:
    assert post("1", langs=langs).lang == lang


@pytest.mark.parametrize(
    "event",
    [
        frame("1", ""),
        frame("1", " \n"),
        frame("1").replace("app.bsky.feed.post", "app.bsky.feed.like"),
        '{"did": "did:plc:a", "time_us": 1783175888384849, "kind": "identity", "identity": {"did": "did:plc:a"}}',
    ],
)
def test_what_is_no_post_with_words_is_passed_over(event: str) -> None:
    assert to_post(read_frame(event)) is None


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("oops", "malformed"),
        ("{}", "did"),
        (frame("1", text=7), "text"),  # type: ignore[arg-type]
        (frame("1", "x" * 20_001), "text"),
        (frame("1", langs="pl"), "langs"),
        (frame("x" * 600), "id"),
        (frame("1", time_us=10**30), "time_us"),
        (frame("1", time_us=-1), "created_at"),
        (frame("1").replace('"record"', '"no record"'), "truncated"),
    ],
)
def test_what_cannot_be_read_says_why(event: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        to_post(read_frame(event))


@given(st.binary(max_size=80) | st.builds(lambda text: frame("1", text).encode(), st.text(max_size=40)))
def test_a_post_keeps_the_contract_or_is_refused(event: bytes) -> None:
    try:
        made = to_post(read_frame(event))
    except Unreadable:
        return
    if made is not None:
        assert decode(msgspec.json.encode(made)) == made


def test_recorded_frames() -> None:
    events = data("sources/bluesky_jetstream.jsonl").read_bytes().splitlines()
    creates = [
        event["commit"]
        for event in map(json.loads, events)
        if event["kind"] == "commit"
        and event["commit"]["collection"] == "app.bsky.feed.post"
        and event["commit"]["operation"] == "create"
    ]

    posts = [made for made in map(to_post, map(read_frame, events)) if made is not None]

    assert [made.text for made in posts if made.kind == "post"] == [
        c["record"]["text"] for c in creates if c["record"]["text"]
    ]
    assert [made.id for made in posts if made.kind == "delete"] == [
        "at://did:plc:4smmjsqf6l5jkzczvw6vsrqc/app.bsky.feed.post/3mpt73z3ejc2p"
    ]
    # The recording is honest: every time its clients gave stands.
    assert all(abs(made.timestamp - START / 1e6) < timedelta(minutes=1).total_seconds() for made in posts)
