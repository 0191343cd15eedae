"""What a person needs to judge a crisis: its words and the posts to read first."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from streams.core.crises import TellingPost, Term, rfc3339
from streams.core.matching.folding import fold
from streams.core.stems import stem
from streams.core.tallies import Excerpt, Mention

SAMPLES = 64  # held for each brand
PER_BUCKET = 6  # by telling, and as many by chance
BACKGROUND_TERMS = 400
TERMS, TELLING, FIRST = 8, 5, 3
PRIOR_POSTS = 10.0  # how many posts the background is worth as a prior

_word = re.compile(r"https?://\S+|@\w+|([^\W\d_]{4,})")
_COMMON = (
    "about after again also been before being could does every from have having here into just like made make more "
    "most much only other over really same should some such than that their them then there these they this those "
    "very want were what when where which while will with would your "
    "albo bardzo będzie była było były coraz czemu czyli dlaczego dziś gdzie jako jakie jest jestem jeszcze jednak "
    "kiedy która które który ktoś mnie może można nawet niech ponad przed przez sobie swoje taka taki takie także "
    "teraz tego tylko więc właśnie wszystko znowu żeby"
)
_common = frozenset(_COMMON.split())


class EvidenceState(msgspec.Struct):
    """Samples and background of one brand, in a form that can be encoded."""

    samples: list[Mention] = msgspec.field(default_factory=list)
    background: dict[str, float] = msgspec.field(default_factory=dict)
    background_posts: float = 0.0
    first: list[Mention] = msgspec.field(default_factory=list)


class Evidence:
    """Bounded memory of telling posts and of a brand's ordinary words.

    Parameters
    ----------
    names
        The brand's own names, which tell nothing.
    state
        Changed in place.
    threshold
        Probability from which a post counts as negative.
    """

    def __init__(self, names: Iterable[str], state: EvidenceState, threshold: float = 0.5) -> None:
        self._threshold = threshold
        words = {word for name in names for word in fold(name).split()}
        self._own = tuple(word[: max(4, len(word) - 2)] for word in words)
        self.state = state

    def see(self, mentions: Sequence[Mention], *, calm: bool) -> None:
        """Sample a closed bucket; in calm times its words become the background."""
        state = self.state
        chosen = choose([mention for mention in mentions if mention.excerpt])
        state.samples = (state.samples + chosen)[-SAMPLES:]
        if calm:
            self._learn(chosen)

    def forget(self, post: int) -> None:
        """Drop a post that was deleted at its source."""
        state = self.state
        state.samples = [mention for mention in state.samples if mention.post != post]
        state.first = [mention for mention in state.first if mention.post != post]

    def mark_first(self, since: float, *, angry: bool) -> None:
        """Keep the earliest sampled posts since the onset: where it began."""
        eligible = [one for one in self.state.samples if one.time >= since and (not angry or self._is_negative(one))]
        self.state.first = sorted(eligible, key=lambda one: (one.time, one.post))[:FIRST]

    def first_posts(self) -> list[TellingPost]:
        """Give the posts with which the crisis began."""
        return [_tell(mention) for mention in self.state.first]

    def telling_posts(self, since: float, *, angry: bool) -> list[TellingPost]:
        """Give the posts since the onset to read first: negative, seen by many, each text once."""
        texts: set[int] = set()
        posts = []
        for mention in sorted((one for one in self.state.samples if one.time >= since), key=_telling):
            if mention.text not in texts and (not angry or self._is_negative(mention)):
                texts.add(mention.text)
                posts.append(_tell(mention))
        return posts[:TELLING]

    def terms(self, since: float, *, angry: bool) -> list[Term]:
        """Give the words of the crisis: log-odds against the background, at least two posts each.

        Inflected forms count as one word, shown as most say it. The prior is the background itself: what is rare there
        needs more than a few posts to be telling.

        References
        ----------
        Monroe, Colaresi, Quinn (2008), Fightin' Words, Political Analysis 16(4): equations 16 and 22.
        """
        state = self.state
        texts = {one.text: one for one in state.samples if one.time >= since and (not angry or self._is_negative(one))}
        said = [self._words(mention) for mention in texts.values()]
        counts = Counter(key for words in said for key in words)
        forms: dict[str, Counter[str]] = {}
        for words in said:
            for key, word in words.items():
                forms.setdefault(key, Counter())[word] += 1
        often = [(key, count) for key, count in counts.items() if count >= 2]
        scored = [(-score, key) for key, count in often if (score := self._score(key, count, said)) > 0]
        return [Term(_commonest(forms[key]), counts[key]) for _, key in sorted(scored)[:TERMS]]

    def _score(self, key: str, count: int, said: list[dict[str, str]]) -> float:
        """Give the z-score of a word's log-odds against the background."""
        state, total = self.state, len(said)
        usual, posts = state.background.get(key, 0.0), state.background_posts
        prior = PRIOR_POSTS * (usual + 0.5) / (posts + 1.0)
        here = math.log((count + prior) / (total + PRIOR_POSTS - count - prior))
        there = math.log((usual + prior) / (posts + PRIOR_POSTS - usual - prior))
        return (here - there) / math.sqrt(1.0 / (count + prior) + 1.0 / (usual + prior))

    def _is_negative(self, mention: Mention) -> bool:
        return mention.negative is not None and mention.negative >= self._threshold

    def _learn(self, mentions: Iterable[Mention]) -> None:
        state = self.state
        for mention in mentions:
            state.background_posts += 1.0
            for term in self._words(mention):
                state.background[term] = state.background.get(term, 0.0) + 1.0
        if len(state.background) > BACKGROUND_TERMS:
            kept = sorted(state.background.items(), key=lambda item: (-item[1], item[0]))[: BACKGROUND_TERMS // 2]
            state.background = {term: count / 2.0 for term, count in kept if count >= 1.0}
            state.background_posts /= 2.0

    def _words(self, mention: Mention) -> dict[str, str]:
        """Give the telling words of a mention by their stems: each once, as first written."""
        if mention.excerpt is None:
            return {}
        words: dict[str, str] = {}
        for word in _word.findall(mention.excerpt.text.lower()):
            if word and word not in _common and not fold(word).startswith(self._own):
                words.setdefault(stem(word, mention.lang), word)
        return words


def _commonest(forms: Counter[str]) -> str:
    return min(forms, key=lambda word: (-forms[word], word))


def choose(mentions: Sequence[Mention]) -> list[Mention]:
    """Pick the most telling mentions and a sample by the posts' hashes, which every worker would pick alike."""
    telling = sorted(mentions, key=_telling)[:PER_BUCKET]
    sample = sorted(mentions, key=lambda mention: mention.post)[:PER_BUCKET]
    return sorted(
        {mention.post: mention for mention in telling + sample}.values(), key=lambda one: (one.time, one.post)
    )


def _telling(mention: Mention) -> tuple[float, int]:
    return -(mention.negative or 0.0) * math.log(mention.reach + 3.0), mention.post


def _tell(mention: Mention) -> TellingPost:
    excerpt = mention.excerpt or Excerpt(id="", text="")
    return TellingPost(
        id=excerpt.id,
        source=mention.source,
        created_at=rfc3339(mention.time),
        excerpt=excerpt.text,
        negative=None if mention.negative is None else round(mention.negative, 3),
        url=excerpt.url,
        origin=excerpt.origin,
    )
