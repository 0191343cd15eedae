"""The crisis event: CloudEvents 1.0 in structured JSON, with the evidence a person needs to act."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

import msgspec
import xxhash

from streams.core.times import rfc3339

EVERY_BRAND = "*"

Kind = Literal["volume", "negativity", "smoulder", "harm", "silence"]
Step = Literal["opened", "raised", "updated", "closed"]
Independence = Literal["organic", "amplified"]
SeverityName = Literal["notice", "warning", "critical"]


class Severity(IntEnum):
    """How bad it is; only `WARNING` and above are meant to wake anybody."""

    CALM = 0
    NOTICE = 1
    WARNING = 2
    CRITICAL = 3


class Interval(msgspec.Struct, frozen=True):
    """A measured value over some minutes beside its expectation; `lower` and `upper` bound what is ordinary."""

    observed: float
    expected: float
    lower: float
    upper: float
    minutes: float = 1.0


class Term(msgspec.Struct, frozen=True):
    """A word, hashtag or pair of words that sets a crisis apart, and how many authors and texts say it."""

    term: str
    posts: int


class TellingPost(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post worth reading first."""

    id: str
    source: str
    created_at: str
    excerpt: str
    negative: float | None = None
    url: str | None = None
    origin: str = ""


class LargestFamily(msgspec.Struct, frozen=True):
    """The text that was repeated most, near copies and reposts included; `excerpt` where one is at hand."""

    posts: int
    excerpt: str | None = None


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind the posts of the last minutes.

    Parameters
    ----------
    minutes
        How far back it goes: since the onset, at most an hour, and at most so many posts as larum remembers one by one.
    posts, voices
        Posts, and the independent ones among them.
    authors
        Distinct authors of the posts, as far as they are known.
    repeated
        Share of posts that are copies, near copies or reposts.
    busiest_author
        Share of posts that the busiest known author wrote.
    largest_family
        The text that was repeated most; none where no text was.
    """

    minutes: float
    posts: int
    voices: int
    authors: int
    repeated: float
    busiest_author: float
    largest_family: LargestFamily | None = None


class HarmTold(msgspec.Struct, frozen=True, kw_only=True):
    """Which harm the independent voices of a crisis speak of.

    Parameters
    ----------
    minutes
        How far back it goes: since the onset, at most a day, and at most so many posts as larum remembers one by one.
    voices
        Independent voices that speak of any harm.
    share
        Their share of all voices.
    kinds
        How many of them speak of each kind, the most first: ``death``, ``injury``, ``poisoning``, ``fire``,
        ``contamination``, ``fraud``, ``discrimination`` (harassment too), ``abuse`` (of animals or children), ``leak``
        (of data) and ``outage`` (of what people depend on).
    """

    minutes: float
    voices: int
    share: float
    kinds: dict[str, int]


class CrisisData(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a crisis at one step of it.

    Parameters
    ----------
    brand
        Identifier of the brand; `EVERY_BRAND` where a source is silent, which concerns all of them.
    severity
        The highest so far; within one crisis it never falls. A notice is a surge without anger and pages nobody.
    kinds
        What departed from the ordinary.
    onset, detected_at, time
        RFC 3339: when the departure began, when the crisis was opened, and the event time of this step.
    voices, negatives, negativity
        Independent posts, negative ones among them, and the share of negatives: each over its own clearest window,
        beside what was expected. One text posted by five hundred accounts is one voice, with a word changed in each
        too, and so is a post with its reposts; an author has one voice in the first hour, and ever fewer after it.
    mentions
        Posts in rolling windows up to this step ("15m", "1h", "1d"), repeats of a text included.
    independence
        ``organic``, or ``amplified`` where at least half of the posts of `crowd`, and ten of them, are copies, near
        copies, reposts or more texts of authors who had their say: what is amplified adds no voices.
    terms
        Words, hashtags and pairs of words that set it apart from the brand's ordinary posts, the surest first.
    first_posts, telling_posts
        Where it began, and what to read first: no near copies, and one of an author.
    model
        Version of the sentiment model.
    reason
        One English sentence for a person.
    silent_source
        Of kind ``silence`` only: the source that larum does not hear. `voices` are its posts then.
    crowd
        Who is behind the posts, in numbers; none where only counts are known.
    harm
        Which harm voices speak of; none where none does.
    sampled
        Which part of the posts was counted, where posts waited too long and some were left out; none where all were.
        Counts are estimates of all, in intervals as wide as that makes them; `crowd` is of those that were kept.
    wave
        Which wave it is, from the second on: it had fallen below half of its peak and rose again (step ``raised``), or
        was closed less than a day before this one began (``opened``).
    """

    brand: str
    severity: SeverityName
    kinds: list[Kind]
    onset: str
    detected_at: str
    time: str
    voices: Interval
    negatives: Interval
    negativity: Interval
    mentions: dict[str, int]
    independence: Independence
    terms: list[Term]
    first_posts: list[TellingPost]
    telling_posts: list[TellingPost]
    model: str
    reason: str
    silent_source: str | None = None
    crowd: Crowd | None = None
    harm: HarmTold | None = None
    sampled: float | None = None
    wave: int | None = None


class CrisisEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One step in the life of a crisis, as it stands in the topic `larum.crises`."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = "urn:larum:schema:crisis:1"
    data: CrisisData

    @property
    def step(self) -> str:
        """``opened``, ``raised``, ``updated`` or ``closed``."""
        return self.type.rpartition(".")[2]

    @property
    def number(self) -> int:
        """Which step of its crisis it is, as its id says."""
        return int(self.id.rpartition("-")[2])


def crisis_id(brand: str, onset: int) -> str:
    """Name a crisis, or with ``*/SOURCE`` for the brand a silence: the same for every replay of the same posts.

    Examples
    --------
    >>> crisis_id("orlen", 1767369600) == crisis_id("orlen", 1767369600)
    True
    """
    return xxhash.xxh3_64_hexdigest(f"{brand}\0{onset}".encode())


def event(step: Step, number: int, onset: int, at: float, data: CrisisData) -> CrisisEvent:
    """Wrap crisis data as a CloudEvent whose id is a function of brand (or source), onset and number of the step."""
    source = data.silent_source
    subject = crisis_id(f"{data.brand}/{source}" if source else data.brand, onset)
    return CrisisEvent(
        id=f"{subject}-{number}",
        source=f"larum/sources/{source}" if source else f"larum/brands/{data.brand}",
        type=f"larum.crisis.{step}",
        subject=subject,
        time=rfc3339(at),
        data=data,
    )


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CrisisEvent)


def encode(crisis: CrisisEvent) -> bytes:
    """Encode an event as structured-mode CloudEvents JSON."""
    return _encoder.encode(crisis)


def decode(record: bytes) -> CrisisEvent:
    """Decode an event; raises `msgspec.ValidationError` naming the field where it is not one."""
    return _decoder.decode(record)
