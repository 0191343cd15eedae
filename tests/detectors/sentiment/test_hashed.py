from __future__ import annotations

import numpy as np
import pytest

from detectors.sentiment.hashed import MOST, Hashed
from detectors.sentiment.vocabulary import SLOTS, Integers

POLISH, ENGLISH = 0, 1


def slots(*numbers: int) -> Integers:
    return np.array(numbers, np.int64)


def taught(*, negative: int, other: int, slot: int = 7) -> Hashed:
    hashed = Hashed(0.2)
    for index in range(negative + other):
        hashed.learn(hashed.look(slots(slot), POLISH), POLISH, 0.0, index < negative)
    return hashed


def odds(hashed: Hashed, slot: int = 7) -> float:
    return hashed.look(slots(slot), POLISH).odds


def test_what_was_never_seen_says_nothing() -> None:
    hashed = taught(negative=3, other=1)
    assert hashed.look(slots(8, 9), POLISH)[5:] == (0.0, 0.0)
    assert hashed.look(slots(), POLISH)[5:] == (0.0, 0.0)


def test_odds_tell_of_features_that_lean_and_not_of_those_that_come_as_all_posts_do() -> None:
    hashed = Hashed(0.2)
    for index in range(200):
        own = slots(1, 2 if index % 2 else 3)
        hashed.learn(hashed.look(own, POLISH), POLISH, 0.0, bool(index % 2))
    assert odds(hashed, 2) > 2.0
    assert odds(hashed, 3) < -2.0
    assert abs(odds(hashed, 1)) < 0.1


def test_a_post_alone_is_summed_up_as_in_company() -> None:
    hashed, generator = Hashed(0.2), np.random.default_rng(1)
    posts = [generator.integers(1, 40, generator.integers(1, 60)) for _ in range(50)]
    for at, post in enumerate(posts):
        own = np.unique(post) + ENGLISH * SLOTS
        hashed.learn(hashed.look(own, ENGLISH), ENGLISH, 0.1 * (at % 5 - 2), bool(at % 3))
    together = np.concatenate(posts) + ENGLISH * SLOTS
    post = np.repeat(np.arange(len(posts)), [len(own) for own in posts])
    words, leanings = hashed.sums(together, np.full(len(together), ENGLISH), post, len(posts))
    for at, own in enumerate(posts):
        assert hashed.look(own + ENGLISH * SLOTS, ENGLISH)[5:] == (words[at], leanings[at])


def test_full_counts_are_halved_and_lean_as_before() -> None:
    hashed = taught(negative=2 * MOST, other=0)
    assert (hashed.state()[1].view("<u2").reshape(-1, 4)[:, 2:] < MOST).all()
    both = Hashed(0.2)
    for index in range(3 * MOST):
        both.learn(both.look(slots(7), POLISH), POLISH, 0.0, index % 3 > 0)
        if index == MOST:
            before = odds(both)
    assert odds(both) == pytest.approx(before, abs=0.05)


def test_steps_shrink_with_labels() -> None:
    hashed, weights = Hashed(0.2), [0.0]
    for _ in range(30):
        hashed.learn(hashed.look(slots(7), POLISH), POLISH, -1.0, True)
        weights.append(hashed.look(slots(7), POLISH).words)
    steps = np.diff(weights)
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_loosening_one_language_leaves_the_other_as_it_was() -> None:
    hashed = Hashed(0.2)
    for own, language in ((slots(7), POLISH), (slots(7 + SLOTS), ENGLISH)):
        for _ in range(20):
            hashed.learn(hashed.look(own, language), language, -1.0, True)
    polish, english = hashed.look(slots(7), POLISH), hashed.look(slots(7 + SLOTS), ENGLISH)
    hashed.loosen(POLISH)
    assert hashed.look(slots(7), POLISH).words == polish.words
    assert hashed.look(slots(7), POLISH).of_negative[0] == 20 >> 2
    assert hashed.look(slots(7 + SLOTS), ENGLISH)[5:] == english[5:]


@pytest.mark.parametrize(
    ("places", "posts"),
    [
        ([2 * SLOTS], [[1, 1], [1, 1]]),
        ([-1], [[1, 1], [1, 1]]),
        ([5, 6], [[1, 1], [1, 1]]),
        ([5], [[1, 1]]),
        ([5], [[0, 1], [1, 1]]),
    ],
)
def test_what_does_not_fit_is_refused(places: list[int], posts: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="snapshot"):
        Hashed(0.2).restore(slots(*places), np.array([1 << 32], "<i8"), posts)


def test_a_weight_that_is_no_number_is_refused() -> None:
    record = np.array([np.nan, 0.0], "<f4").view("<i8")
    with pytest.raises(ValueError, match="snapshot"):
        Hashed(0.2).restore(slots(5), record, [[1, 1], [1, 1]])
