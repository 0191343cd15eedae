"""A sentiment model that learns from a log of labels, and goes on as it was while one that forgets is being made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import xxhash

from detectors.errors import Error
from detectors.sentiment.performance import Performance
from streams.core import modelstate
from streams.core.labels import Label
from streams.core.lessons import Effect, Lessons
from streams.core.mentioning import Model, Scored
from streams.core.modelstate import ModelState

TOGETHER = 64  # labels learned at once: some milliseconds of work
REST = 4.0  # times as long as it took to make a model anew goes by before that begins again: a fifth of a core


class Learning(Model, Protocol):
    """What a sentiment model needs for it to be taught, kept, and made anew."""

    @property
    def threshold(self) -> float:
        """Probability from which a post counts as negative."""

    @property
    def performance(self) -> Mapping[str, Performance]:
        """How good it is beside its lexicon, by language."""

    def trust(self, lang: str, /) -> float:
        """How far its learned words count in a language."""

    def drifts(self, lang: str, /) -> int:
        """How often the meaning of a language's labels was found to have changed."""

    def learn_many(self, texts: Sequence[str], negatives: Sequence[bool], langs: Sequence[str | None], /) -> object:
        """Learn of texts that they are negative, or that they are not, as if of one after the other."""

    def to_bytes(self) -> bytes:
        """Write down everything learned."""

    @classmethod
    def from_bytes(cls, data: bytes, /) -> Any:
        """Read what `to_bytes` wrote; raises ValueError where it is damaged or from elsewhere."""

    def clone(self) -> Any:
        """Make one of the same settings that has learned nothing."""


class Studies:
    """A model with the labels that it is to learn next: some together cost a third of what each by itself does.

    Parameters
    ----------
    model
        Learns.
    """

    def __init__(self, model: Learning) -> None:
        self._model = model
        self._waiting: list[tuple[str, bool, str | None]] = []

    @property
    def model(self) -> Learning:
        """The model, with all that it was taught."""
        self.learn()
        return self._model

    def teach(self, label: Label | None) -> None:
        """Teach a label, if it says anything: at once, or before the model is asked for the next time."""
        if label is not None and label.negative is not None:
            self._waiting.append((label.text, label.negative, label.lang))
        if len(self._waiting) >= TOGETHER:
            self.learn()

    def learn(self) -> None:
        """Learn what waits."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            texts, negatives, langs = zip(*waiting, strict=True)
            self._model.learn_many(texts, negatives, langs)


class Pupil:
    """A model and what it has to have learned: a function of the last label of each post, in the order of the log.

    Scores as the model does. When a label is changed or taken back, the model cannot forget: it goes on as it is while
    `Anew` reads the log again, and gives way to the new one then.

    Parameters
    ----------
    model
        Has learned nothing yet.

    Attributes
    ----------
    lessons
        What the model has to have learned.

    Examples
    --------
    >>> from detectors.sentiment import SentimentModel
    >>> log = [Label(text="Karuzela", negative=True, lang="pl"), Label(text="Karuzela", negative=False, lang="pl")]
    >>> pupil = Pupil(SentimentModel())
    >>> [str(pupil.take(offset, label.key, label)) for offset, label in enumerate(log)], pupil.behind
    (['learned', 'changed'], True)
    >>> anew = pupil.anew()
    >>> for offset, label in enumerate(log):
    ...     anew.take(offset, label.key, label)
    >>> pupil.adopt(anew), pupil.behind, pupil.model.labels
    (True, False, 1)
    """

    def __init__(self, model: Learning) -> None:
        self.lessons = Lessons()
        self._studies = Studies(model)

    @property
    def model(self) -> Learning:
        """The model that scores now."""
        return self._studies.model

    @property
    def version(self) -> str:
        """Name of what the model has learned."""
        return self.model.version

    @property
    def errors(self) -> Mapping[str, Error]:
        """How the model errs, by language."""
        return self.model.errors

    def predict_many(self, texts: Sequence[str], langs: Sequence[str | None]) -> Sequence[Scored]:
        """Score posts."""
        return self.model.predict_many(texts, langs)

    @property
    def behind(self) -> bool:
        """Whether the model has to be made anew."""
        return self.lessons.behind

    def take(self, offset: int, key: int, label: Label | None) -> Effect:
        """Take the next record of the log.

        Parameters
        ----------
        offset
            Where it stands.
        key
            Which post it is about.
        label
            What it says; None says nothing, and takes back what was said before.
        """
        said = None if label is None or label.negative is None else label.said
        effect = self.lessons.take(offset, key, said)
        if effect is Effect.LEARNED and self.lessons.sure:
            self._studies.teach(label)
        return effect

    def learn(self) -> None:
        """Learn what waits: before another thread looks at the model, which else would learn it there."""
        self._studies.learn()

    def anew(self) -> Anew:
        """Begin to make the model anew, from the beginning of the log."""
        return Anew(self.model.clone(), self.lessons)

    def adopt(self, anew: Anew) -> bool:
        """Let the new model take over, if it has learned what it should have by now."""
        if anew.digest() != self.lessons.digest():
            return False
        self._studies = Studies(anew.studies.model)
        self.lessons.learned()
        return True

    def become(self, other: Pupil) -> None:
        """Go on as another that knows more."""
        self._studies, self.lessons = Studies(other.model), other.lessons

    def dump(self) -> bytes:
        """Write down model and lessons; only when the model is not `behind`."""
        return modelstate.encode(ModelState(self.lessons.dump(), self.model.to_bytes()))

    def load(self, data: bytes) -> None:
        """Go on from what `dump` wrote, or stay as it is.

        Raises
        ------
        ValueError
            It is damaged, of another version, or was learned from other lexicons or at another threshold.
        """
        state = modelstate.decode(data)
        model, lessons = type(self.model).from_bytes(state.model), Lessons.load(state.known)
        if model.threshold != self.model.threshold:
            raise ValueError(
                f"it was learned at threshold {model.threshold}, sentiment.threshold is {self.model.threshold}"
            )
        self._studies, self.lessons = Studies(model), lessons


class Anew:
    """A model in the making, from the beginning of the log on.

    Parameters
    ----------
    model
        Has learned nothing.
    lessons
        Say which labels count; they may go on meanwhile.

    Attributes
    ----------
    studies
        The model, and what it has yet to learn.
    keys
        Of the posts whose labels it has learned.
    """

    def __init__(self, model: Learning, lessons: Lessons) -> None:
        self.studies = Studies(model)
        self.keys: set[int] = set()
        self._lessons = lessons
        self._learned = xxhash.xxh3_128()

    def take(self, offset: int, key: int, label: Label | None) -> None:
        """Learn the next record of the log, if it is the last of its post."""
        if label is not None and self._lessons.counts(offset, key):
            self.studies.teach(label)
            self.keys.add(key)
            self._learned.update(label.said.to_bytes(8, "little"))

    def digest(self) -> bytes:
        """Hash all that was learned, in its order."""
        return self._learned.digest()
