"""A frame of Jetstream made a post."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from streams.core.malformed import MALFORMED
from streams.core.posts import Language, Post, Unreadable
from streams.sources.jetstream import COLLECTION

SKEW = timedelta(minutes=1)
OLDEST = timedelta(hours=1)


class Commit(msgspec.Struct, frozen=True, gc=False):
    """A change of one record in an account's repository."""

    operation: str
    collection: str
    rkey: str
    record: msgspec.Raw = msgspec.Raw()


class Frame(msgspec.Struct, frozen=True):
    """An event; `time_us` is when Jetstream saw it, microseconds since the epoch."""

    did: str
    time_us: int
    kind: str
    commit: Commit | None = None


class _Reference(msgspec.Struct):
    uri: str


class _Reply(msgspec.Struct):
    parent: _Reference


class _Record(msgspec.Struct, rename="camel"):
    text: str = ""
    created_at: str | None = None
    langs: tuple[str, ...] = ()
    reply: _Reply | None = None


_frames = msgspec.json.Decoder(Frame)
_records = msgspec.json.Decoder(_Record)


def read_frame(frame: str | bytes) -> Frame:
    """Read the envelope of an event.

    Raises
    ------
    Unreadable
        It is not JSON, or not an event.
    """
    try:
        return _frames.decode(frame)
    except MALFORMED as error:
        raise Unreadable(str(error)) from error


def to_post(frame: Frame) -> Post | None:
    r"""Make an event a post.

    Parameters
    ----------
    frame
        Any event.

    Returns
    -------
    Post or None
        None for what is no post: likes, changes of accounts, and posts without words (a picture alone).

    Raises
    ------
    Unreadable
        The record is not what Bluesky calls a post, or breaks a limit of the post contract.

    Notes
    -----
    `created_at` is what the author's client says, unless nothing can be made of it, or it lies more than `SKEW` after
    or more than `OLDEST` before Jetstream saw the post: then it is when Jetstream saw it. Clients lie, and neither a
    wrong clock nor a backdated post shall hide from the watch. An edit comes as the post itself, with the same `id`. A
    quotation is a post of its own, not a repeat; reposts have no words and are not asked for.

    Examples
    --------
    >>> post = to_post(read_frame('''{"did": "did:plc:a", "time_us": 1783175888090631, "kind": "commit", "commit": {
    ...     "operation": "create", "collection": "app.bsky.feed.post", "rkey": "3mptby", "record": {
    ...     "text": "Wstyd!", "langs": ["pl"], "createdAt": "2026-07-04T14:38:06.240Z"}}}'''))
    >>> post.id, post.text, post.lang
    ('at://did:plc:a/app.bsky.feed.post/3mptby', 'Wstyd!', 'pl')
    >>> post.url
    'https://bsky.app/profile/did:plc:a/post/3mptby'
    """
    commit = frame.commit
    if commit is None or commit.collection != COLLECTION:
        return None
    identity = {"id": f"at://{frame.did}/{COLLECTION}/{commit.rkey}", "source": "bluesky", "author": frame.did}
    seen = _moment(frame.time_us)
    try:
        if commit.operation == "delete":
            return msgspec.convert({**identity, "kind": "delete", "created_at": seen}, Post)
        record = _records.decode(commit.record)
        if not record.text.strip():
            return None
        return msgspec.convert(
            {
                **identity,
                "text": record.text,
                "created_at": _created(record.created_at, seen),
                "lang": _lang(record.langs),
                "url": f"https://bsky.app/profile/{frame.did}/post/{commit.rkey}",
                "reply_to": record.reply.parent.uri if record.reply else None,
            },
            Post,
        )
    except MALFORMED as error:
        raise Unreadable(str(error)) from error


def _moment(time_us: int) -> datetime:
    try:
        return datetime.fromtimestamp(time_us / 1e6, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Unreadable(f"{time_us} is no time - at `$.time_us`") from error


def _created(said: str | None, seen: datetime) -> datetime:
    with suppress(ValueError, TypeError):  # TypeError: a time without offset cannot be compared
        created = datetime.fromisoformat(said or "")
        if seen - OLDEST <= created <= seen + SKEW:
            return created
    return seen


def _lang(langs: tuple[str, ...]) -> str | None:
    """Take the first language if it is a language tag as the post contract knows them; clients send anything."""
    with suppress(msgspec.ValidationError):
        return msgspec.convert(langs[0], Language) if langs else None
    return None
