"""The ordinary share of negatives of one stream, told by a classifier that errs, and whose errors change."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from detectors.confusion import PERFECT, Error

LEAST, MOST = 0.01, 0.99  # no share is believed to be 0 or 1
OF_LATE = 50.0  # posts after which the error of one counts half in that of late
RELEARNED = 200.0  # posts that are never forgotten, however much the classifier has changed


class Usual(NamedTuple):
    """The share that a classifier ordinarily finds, and what is not known of it, as a correlation of posts."""

    share: float
    doubt: float


class ShareState(msgspec.Struct):
    """What is known of an ordinary share, in a form that can be encoded.

    `negatives` among `posts` is what the classifier found, `learned` the error with which it did so on average, and
    `late` its error of late. They are None while nobody has told of any error.
    """

    negatives: float = 0.0
    posts: float = 0.0
    learned: Error | None = None
    late: Error | None = None


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
    >>> before, after = Error(0.8, 0.1, 0.0004, 0.0004), Error(0.8, 0.3, 0.0004, 0.0004)
    >>> for _ in range(100):
    ...     ordinary.learn(24.0, 100.0, before)
    >>> round(ordinary.share, 2), round(ordinary.usual(before).share, 2), round(ordinary.usual(after).share, 2)
    (0.2, 0.24, 0.4)
    """

    def __init__(self, half_life_posts: float = 20_000.0, prior_share: float = 0.25, prior_posts: float = 20.0) -> None:
        self.half_life_posts = half_life_posts
        self.prior_share = prior_share
        self.prior_posts = prior_posts
        self.state = ShareState()

    @property
    def late(self) -> Error:
        """The classifier's error of late."""
        return self.state.late or PERFECT

    @property
    def share(self) -> float:
        """The true ordinary share."""
        return _bounded((self.state.learned or self.late).true(self._found))

    def usual(self, error: Error | None = None) -> Usual:
        """Say what a classifier with this error, or with that of late, ordinarily finds."""
        state = self.state
        found, doubt = self._found, 1.0 / (state.posts + self.prior_posts)
        learned, error = state.learned, error or state.late
        if learned is None or error is None or error == learned:  # as it is nearly always
            return Usual(found, doubt)
        true = _bounded(learned.true(found))
        change = error.apparent(true) - learned.apparent(true)
        moved, unsure = change * change, error.variance(true) + learned.variance(true)
        share = _bounded(found + change * (1.0 - unsure / moved)) if moved > unsure else found
        return Usual(share, doubt + min(moved, unsure) / (share * (1.0 - share)))

    def see(self, posts: float, error: Error | None) -> None:
        """Take note of the error with which so many posts were judged, learning nothing of them."""
        state = self.state
        if error is not None and posts > 0.0:
            state.late = _towards(state.late, error, 1.0 - 0.5 ** (posts / OF_LATE))

    def learn(self, negatives: float, posts: float, error: Error | None = None) -> None:
        """Take in that `negatives` were found among `posts` by a classifier with this error."""
        self.see(posts, error)
        state, keep = self.state, 0.5 ** (posts / self.half_life_posts)
        state.negatives = state.negatives * keep + negatives
        state.posts = state.posts * keep + posts
        if error is not None and posts > 0.0:
            state.learned = _towards(state.learned, error, posts / state.posts)
            self._forget()

    def rebase(self, negatives: float, posts: float) -> None:
        """Take what was found of late for the ordinary."""
        state = self.state
        known = max(state.posts, self.prior_posts)
        share = (negatives + self.prior_posts * self.usual().share) / (posts + self.prior_posts)
        state.negatives, state.posts, state.learned = known * share, known, state.late

    @property
    def _found(self) -> float:
        state = self.state
        prior = (state.learned or self.late).apparent(self.prior_share)
        return _bounded((state.negatives + self.prior_posts * prior) / (state.posts + self.prior_posts))

    def _forget(self) -> None:
        """Let what an earlier classifier found weigh no more than its worth for the one of late."""
        state, usual = self.state, self.usual()
        excess = usual.doubt - 1.0 / (state.posts + self.prior_posts)
        most = max(RELEARNED, 1.0 / excess) if excess > 0.0 else state.posts
        if state.posts > most:
            state.negatives *= most / state.posts
            state.posts = most


def _towards(error: Error | None, other: Error, part: float) -> Error:
    """Move from one error a part of the way to another."""
    if error is None or error == other:
        return other
    return Error(*(one + part * (two - one) for one, two in zip(error, other, strict=True)))


def _bounded(share: float) -> float:
    return min(MOST, max(LEAST, share))
