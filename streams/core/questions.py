"""Which post to ask a person about next: one the model is unsure of, and that many others say or could read."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from streams.core.copies import NEAR, sign
from streams.core.labels import Label
from streams.core.mentioning import Model
from streams.core.posts import Fields

MOST_POSTS = 20_000
RESCORED = 300  # of the best, after each answer


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post to be judged.

    Parameters
    ----------
    id, source, text
        The post's.
    brands
        Whom it names.
    lang
        Its language, as stated or found out.
    negative
        How likely it is that it is negative, as the model has it now.
    copies
        How many others say nearly the same.
    reach
        How many people could see it or a copy of it, where it is known.
    score
        How much there is to be learned: the order of the queue.
    """

    id: str
    source: str
    text: str
    brands: list[str]
    lang: str
    negative: float
    copies: int
    reach: int
    score: float

    def label(self, negative: bool | None, by: str | None = None, at: float | None = None) -> Label:
        """Give the label that answers it."""
        return Label(negative=negative, text=self.text, lang=self.lang, source=self.source, id=self.id, by=by, at=at)


def nearness(negative: float, threshold: float) -> float:
    """Say how near a probability is to where the verdict changes, from 0 to 1.

    At a threshold of one half it is twice the chance that the verdict is wrong.

    Examples
    --------
    >>> nearness(0.5, 0.5), nearness(1.0, 0.5), nearness(0.35, 0.7)
    (1.0, 0.0, 0.5)
    """
    return min(negative / threshold, (1.0 - negative) / (1.0 - threshold))


def weight(copies: int, reach: int) -> float:
    """Say how much hangs on a verdict: on how many posts it falls, each for as much as tenfold readers are told apart.

    Examples
    --------
    >>> weight(copies=0, reach=0), weight(copies=3, reach=0), weight(copies=0, reach=999)
    (1.0, 4.0, 4.0)
    """
    return (1 + copies) * (1.0 + math.log10(1 + reach))


class Questions:
    """Posts that wait to be judged, copies as one.

    Parameters
    ----------
    posts
        With the brands that each names. Of more than `MOST_POSTS` the last.
    model
        Scores them.
    threshold
        Probability from which a post counts as negative.
    judged
        Tells of the key of a label whether there is one already: then neither a post nor its copies are asked about.

    Attributes
    ----------
    unscored
        How many posts are in languages that the model does not know.
    """

    def __init__(
        self,
        posts: Sequence[tuple[Fields, list[str]]],
        model: Model,
        threshold: float,
        judged: Callable[[int], bool],
    ) -> None:
        self._model = model
        self._threshold = threshold
        self._judged = judged
        families = _families(posts[-MOST_POSTS:])
        open_ones = [family for family in families if not any(map(self._known, family))]
        self._waiting = [_question(family) for family in open_ones]
        self._score(len(self._waiting))
        count = len(self._waiting)
        self._waiting = [question for question in self._waiting if not math.isnan(question.negative)]
        self.unscored = count - len(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self) -> Question | None:
        """Take the best out of the queue, by what the model has learned until now; None where none is left."""
        self._score(RESCORED)
        return self._waiting.pop(0) if self._waiting else None

    def put_back(self, question: Question) -> None:
        """Put a question in front again."""
        self._waiting.insert(0, msgspec.structs.replace(question, score=math.inf))

    def best(self, most: int) -> list[Question]:
        """Give the first of the queue."""
        return self._waiting[:most]

    def _known(self, post: tuple[Fields, list[str]]) -> bool:
        said = post[0]
        return self._judged(said.identity) or self._judged(Label(negative=None, text=said.text).key)

    def _score(self, most: int) -> None:
        """Score the first of the queue anew, and put them in order."""
        some, rest = self._waiting[:most], self._waiting[most:]
        scores = self._model.predict_many([one.text for one in some], [one.lang or None for one in some])
        for number, (question, scored) in enumerate(zip(some, scores, strict=True)):
            negative = math.nan if scored.negative is None else scored.negative
            worth = 0.0 if scored.negative is None else nearness(negative, self._threshold)
            worth *= weight(question.copies, question.reach)
            kept = question.score if math.isinf(question.score) else round(worth, 4)
            some[number] = msgspec.structs.replace(question, negative=negative, lang=scored.lang, score=kept)
        self._waiting = sorted([*some, *rest], key=lambda question: -question.score)


def _question(family: Sequence[tuple[Fields, list[str]]]) -> Question:
    """Ask about a family by its first post."""
    post, brands = family[0]
    reach = sum(one.reach or 0 for one, _ in family)
    return Question(post.id, post.source, post.text, brands, post.lang or "", math.nan, len(family) - 1, reach, 0.0)


def _families(posts: Sequence[tuple[Fields, list[str]]]) -> list[list[tuple[Fields, list[str]]]]:
    """Gather copies and near copies with the first of them; the same post a second time is no copy."""
    families: list[list[tuple[Fields, list[str]]]] = []
    texts: dict[int, int] = {}
    shapes, owners = np.zeros(len(posts), np.uint64), list[int]()
    seen: set[int] = set()
    for post, signature in zip(posts, sign([post.text for post, _ in posts]), strict=True):
        if post[0].identity in seen:
            continue
        seen.add(post[0].identity)
        family = texts.get(signature.text)
        if family is None and signature.shape and owners:
            differing = np.bitwise_count(shapes[: len(owners)] ^ np.uint64(signature.shape))
            nearest = int(differing.argmin())
            family = owners[nearest] if differing[nearest] <= NEAR else None
        if family is None:
            family = len(families)
            families.append([])
            if signature.shape:
                shapes[len(owners)] = signature.shape
                owners.append(family)
        texts.setdefault(signature.text, family)
        families[family].append(post)
    return families


def telling(model: Model, text: str, lang: str | None, most: int = 60) -> list[tuple[str, float]]:
    """Say of each word of a text how much more negative it makes the text, in probability: what is lost without it.

    Parameters
    ----------
    model
        Scores.
    text, lang
        The post's.
    most
        Words that are weighed; further ones weigh nothing.

    Examples
    --------
    >>> from detectors.sentiment import SentimentModel
    >>> told = telling(SentimentModel(), "Wstyd i skandal, dziękuję bardzo", "pl")
    >>> max(told, key=lambda pair: pair[1])[0] in {"Wstyd", "skandal,"}, min(told, key=lambda pair: pair[1])[0]
    (True, 'dziękuję')
    """
    words = text.split()
    without = [" ".join(words[:number] + words[number + 1 :]) for number in range(len(words))][:most]
    scores = model.predict_many([" ".join(words), *without], [lang] * (len(without) + 1))
    whole, *others = (scored.negative or 0.0 for scored in scores)
    return list(zip(words, [*(whole - other for other in others), *[0.0] * (len(words) - len(without))], strict=True))
