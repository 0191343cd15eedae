"""What there is to say of an incident afterwards, as plain data: every number of its report, in no language."""

from __future__ import annotations

from typing import Literal

import msgspec

from streams.core.actions import Kind, Status, Step
from streams.core.aftermath import Recovery
from streams.core.comparing import Beside
from streams.core.crises import Crowd, HarmTold, Independence, Interval, SeverityName, TellingPost, Term
from streams.core.incident import State
from streams.response.course import Source

Answered = Literal["acknowledge", "assess", "first_word", "close"]
Asked = Literal[
    "cause", "detect", "blind", "late_acknowledge", "no_acknowledge", "late_first_word", "no_first_word", "broken",
    "missing", "harm", "amplified", "lingering", "knew", "worked", "false_alarm",
]  # fmt: skip


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an incident asks of people, and when it was done.

    Parameters
    ----------
    what
        Which.
    due
        Until when it was due, by the severity that held when it was done; None where nothing is prescribed.
    at, by
        When and by whom it was done; None where it was not.
    minutes
        From the alarm until it was done.
    late
        Whether it came behind its time, or is missing since.
    needless
        It was not done, and need not be any more: there was a public word before it, or it was no crisis.
    """

    what: Answered
    due: float | None
    at: float | None
    by: str | None
    minutes: float | None
    late: bool
    needless: bool = False


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A public word, until when the next one was to follow, and whether it did; `kept` is None while there is time.

    `promised` says that whoever gave it named the time; else it is the one of the configuration.
    """

    at: float
    by: str
    text: str
    link: str | None
    next_due: float
    promised: bool
    kept: bool | None


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the timeline: what larum said (`by` is None then), what people did, or when it began."""

    at: float
    kind: Literal["first_post", "onset", "opened", "raised", "closed"] | Kind
    by: str | None = None
    severity: SeverityName | None = None
    step: Step | None = None
    status: Status | None = None
    owner: str | None = None
    text: str = ""
    link: str | None = None
    false_alarm: bool = False
    into: str | None = None
    wave: int | None = None


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One of the five steps as it stands; without a status nobody has said anything of it."""

    step: Step
    status: Status | None = None
    owner: str | None = None
    at: float | None = None
    text: str = ""
    link: str | None = None


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """What the alarm saw at one of its steps; intervals are over windows of their own."""

    at: float
    step: str
    severity: SeverityName
    voices: Interval
    negatives: Interval
    negativity: Interval
    mentions_hour: int
    independence: Independence
    sampled: float | None
    wave: int | None


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """The hour with the most voices beside what was expected of it."""

    at: float
    voices: Interval
    negativity: float | None


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """How many posts came from where, in which language."""

    source: str
    language: str
    mentions: int


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """All that was counted from the onset until it was calm; `coverage` is the lowest of any bucket."""

    mentions: int
    voices: int
    negatives: int
    coverage: float
    channels: list[Channel]


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote down as learned."""

    at: float
    by: str
    text: str
    link: str | None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question for the review, by its name, with what it is about."""

    name: Asked
    minutes: float | None = None
    number: int | None = None
    steps: list[Step] = []
    harms: list[str] = []


class Account(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="larum.report"):
    """An incident from its first post to its end.

    Parameters
    ----------
    id, brand, name
        The crisis, and whose it is: identifier and name of the brand.
    state, severity, kinds, false_alarm
        As they stand.
    first_post, onset, alarm, calm, resolved
        Epoch seconds: the first post that is known, when it began to depart from the ordinary, when it became an
        incident, when its numbers were calm again, when people said that it is over; None where it was not.
    written
        When this was told, epoch seconds.
    detect_minutes
        To the alarm, from the first post or the onset, whichever is earlier.
    answers, words, steps, timeline, sights
        What people did against what was due, what was said in public, the five steps, all of it in order of time, and
        what the alarm saw at each of its steps.
    peak, counted
        The loudest hour, and all that was counted; None where only the events of the crisis are known.
    recovery
        Whether it goes down, and how fast, as of the end of the course; None where nothing was counted.
    source, known_from
        Where the course is known from, and since when.
    independence, crowd, terms
        As of the step with the most posts in the hour before it.
    harm, first_posts, telling_posts
        As of the step at which most voices spoke of harm, of the first step, and of the gravest ones.
    model
        Version of the sentiment model.
    beside
        Its measures beside those of the incidents before it; none where there were none.
    parts, into
        Incidents that were merged into this one, and the one that it was merged into.
    reviews, questions
        What was learned, and what to ask where nothing is written down.
    """

    id: str
    brand: str
    name: str
    state: State
    severity: SeverityName
    kinds: list[str]
    false_alarm: bool
    first_post: float | None
    onset: float
    alarm: float
    calm: float | None
    resolved: float | None
    written: float
    detect_minutes: float
    answers: list[Answer]
    words: list[Word]
    steps: list[Done]
    timeline: list[Entry]
    sights: list[Sight]
    peak: Peak | None
    counted: Counted | None
    recovery: Recovery | None
    source: Source
    known_from: float | None
    independence: Independence
    crowd: Crowd | None
    harm: HarmTold | None
    terms: list[Term]
    first_posts: list[TellingPost]
    telling_posts: list[TellingPost]
    model: str
    beside: list[Beside]
    parts: list[str]
    into: str | None
    reviews: list[Review]
    questions: list[Question]

    @property
    def began(self) -> float:
        """When it began: with the first post that is known, or by its numbers, whichever is earlier."""
        return min(self.onset, self.onset if self.first_post is None else self.first_post)

    def answer(self, what: Answered) -> Answer:
        """Give one of the answers."""
        return next(one for one in self.answers if one.what == what)
