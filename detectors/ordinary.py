"""The ordinary share of negatives of one stream, told by a classifier that errs, and whose errors change."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from detectors.errors import PERFECT, Error, Judge

LEAST, MOST = 0.01, 0.99  # no share is believed to be 0 or 1
OF_LATE = 50.0  # posts after which the error of one counts half in that of late
RELEARNED = 100.0  # posts that are never forgotten, however much the classifier has changed


class Usual(NamedTuple):
    """The share that a classifier ordinarily finds, and what is not known of it, as a correlation of posts."""

    share: float
    doubt: float


class ShareState(msgspec.Struct):
    """What is known of an ordinary share, in a form that can be encoded.

    `negatives` among `posts` is what the classifier found, `learned` who judged them, on average, and `late` who judges
    of late. They are None while nobody has told of any error.
    """

    negatives: float = 0.0
    posts: float = 0.0
    learned: Judge | None = None
    late: Judge | None = None


class OrdinaryShare:
    """Learn the ordinary share of negatives so that a change of the classifier is no change of tone.

    What the classifier is to find is what it has found so far, moved by as much as its error has changed since. What is
    wrong with the error in the same way then and now cancels out: only the change counts, and only as far as it is
    larger than what is not known of it (a positive-part James-Stein estimate). That uncertainty is in common to all
    posts; and what was learned from an earlier classifier is forgotten until it is no surer than that.

    Parameters
    ----------
    half_life_posts
        After how many posts one counts half.
    prior_share, prior_posts
        True share believed before anything is seen, and how many posts outweigh that belief.

    References
    ----------
    Efron, Morris (1973), Stein's estimation rule and its competitors, JASA 68(341).

    Examples
    --------
    >>> ordinary = OrdinaryShare()
    >>> first, second = Error(0.8, 0.1, 0.0004, 0.0004), Error(0.8, 0.3, 0.0004, 0.0004)
    >>> before, after = Judge(first, first), Judge(second, second)
    >>> for _ in range(100):
    ...     ordinary.learn(24.0, 100.0, before)
    >>> round(ordinary.share, 2), round(ordinary.usual(before).share, 2), round(ordinary.usual(after).share, 2)
    (0.2, 0.24, 0.4)
    """

    def __init__(self, half_life_posts: float = 20_000.0, prior_share: float = 0.25, prior_posts: float = 20.0) -> None:
        self.half_life_posts = half_life_posts
        self.prior_share = prior_share
        self.prior_posts = prior_posts
        self.restore(ShareState())

    def restore(self, state: ShareState) -> None:
        """Go on from the state of another with the same parameters."""
        self.state = state
        self._reckon()

    @property
    def late(self) -> Error:
        """The classifier's error of late."""
        return self.state.late.error if self.state.late else PERFECT

    @property
    def share(self) -> float:
        """The true ordinary share."""
        return _bounded(self._learned.true(self._found))

    def usual(self, judge: Judge | None = None) -> Usual:
        """Say what such a classifier, or that of late, ordinarily finds."""
        state = self.state
        found, doubt = self._found, self._doubt
        learned, judge = state.learned, judge or state.late
        if learned is None or judge is None or judge.error == learned.error:  # as it is nearly always
            return Usual(found, doubt)
        change, noise, part = self._change(learned.error, judge.error)
        share = _bounded(found + change * part)
        return Usual(share, doubt + noise / (share * (1.0 - share)))

    def see(self, posts: float, judge: Judge | None) -> None:
        """Take note of who judged so many posts, learning nothing of them."""
        if judge is not None and posts > 0.0:
            self.state.late = _towards(self.state.late, judge, 1.0 - 0.5 ** (posts / OF_LATE))
            self._reckon()

    def learn(self, negatives: float, posts: float, judge: Judge | None = None) -> None:
        """Take in that `negatives` were found among `posts` by such a classifier."""
        if not posts:
            return
        self.see(posts, judge)
        state, keep = self.state, 0.5 ** (posts / self.half_life_posts)
        state.negatives = state.negatives * keep + negatives
        state.posts = state.posts * keep + posts
        if judge is not None:
            state.learned = _towards(state.learned, judge, posts / state.posts)
        self._reckon()
        if state.learned and judge and state.learned.model != judge.model:
            self._forget(state.learned.model, judge.model)

    def rebase(self, negatives: float, posts: float) -> None:
        """Take what was found of late for the ordinary."""
        state = self.state
        known = max(state.posts, self.prior_posts)
        share = (negatives + self.prior_posts * self.usual().share) / (posts + self.prior_posts)
        state.negatives, state.posts, state.learned = known * share, known, state.late
        self._reckon()

    @property
    def _learned(self) -> Error:
        return self.state.learned.error if self.state.learned else self.late

    def _reckon(self) -> None:
        """Work out what has been found so far, and how well that is known."""
        state, prior = self.state, self._learned.apparent(self.prior_share)
        weight = state.posts + self.prior_posts
        self._found = _bounded((state.negatives + self.prior_posts * prior) / weight)
        self._doubt = 1.0 / weight

    def _change(self, before: Error, after: Error) -> tuple[float, float, float]:
        """Say how the share that is found changes with the error, the variance of that, and what part to believe.

        Where the estimate has moved by as much as it was unsure of, the classifier need not have changed; where it has
        become surer, it would have moved by as much as that if the classifier had stayed as it is.
        """
        true = self.share
        change, known, unknown = (
            after.apparent(true) - before.apparent(true),
            after.variance(true),
            before.variance(true),
        )
        moved, unsure = change * change, known + unknown
        return change, min(unsure, max(moved, unknown - known)), 1.0 - unsure / moved if moved > unsure else 0.0

    def _forget(self, before: Error, after: Error) -> None:
        """Let what an earlier classifier found weigh no more than it is worth for the present one."""
        state, (_, noise, _) = self.state, self._change(before, after)
        doubt = noise / (self._found * (1.0 - self._found))
        if state.posts * doubt > 1.0 and state.posts > RELEARNED:
            kept = max(RELEARNED, 1.0 / doubt) / state.posts
            state.negatives, state.posts = state.negatives * kept, state.posts * kept
            self._reckon()


def _towards(judge: Judge | None, other: Judge, part: float) -> Judge:
    """Move from one a part of the way to another."""
    if judge is None or judge == other:
        return other
    return Judge(*(_between(*pair, part) for pair in zip(judge, other, strict=True)))


def _between(error: Error, other: Error, part: float) -> Error:
    return Error(*(one + part * (two - one) for one, two in zip(error, other, strict=True)))


def _bounded(share: float) -> float:
    return min(MOST, max(LEAST, share))
