"""Voices are independent: no text counts twice, no repost beside its original, and one author is no crowd."""

from __future__ import annotations

import random

import msgspec
import pytest

from detectors.errors import Error
from streams.core.copies import FAMILIES, sign
from streams.core.families import Family
from streams.core.ledger import RECENT_POSTS, Ledger, LedgerState, Voices
from streams.core.settings import Brand, Settings
from streams.core.tallies import Mention
from streams.core.watch import Watch
from tests.streams.core.mentions import MONDAY, batch, mention, tally
from tests.streams.core.test_copies import WORDS


def said(number: int, author: int, text: int | None = None, original: int = 0, negative: float = 0.9) -> Mention:
    one = mention(number, MONDAY, text=text, negative=negative)
    return msgspec.structs.replace(one, author=author, original=original)


def ledger() -> Ledger:
    return Ledger(LedgerState.of(60), 0.5)


def test_one_author_is_one_voice_however_much_is_written() -> None:
    one = ledger()
    loud = [said(number, 7) for number in range(200)]
    crowd = [mention(1_000 + number, MONDAY) for number in range(5)]
    assert one.count(MONDAY, loud + crowd) == Voices(6, 6, 1)
    assert one.count(MONDAY + 60, [said(2_000, 7)]).all == 0
    assert one.count(MONDAY + 3_600, [said(3_000, 7)]).all == 1


def test_a_copy_takes_nothing_of_what_an_author_has_to_say() -> None:
    one = ledger()
    assert one.count(MONDAY, [said(1, 5, text=40), said(2, 7, text=40), said(3, 7, text=41)]).all == 2


@pytest.mark.parametrize("original", [1, 999])
def test_five_hundred_reposts_are_one_voice_whether_or_not_the_original_was_seen(original: int) -> None:
    first = [said(1, 1, text=40)]
    reposts = [said(10 + number, 10 + number, text=100 + number, original=original) for number in range(500)]
    assert ledger().count(MONDAY, first + reposts).negative == (1 if original == 1 else 2)
    assert ledger().count(MONDAY, reposts + first).negative == (1 if original == 1 else 2)


def test_reposts_of_old_are_known_by_their_words() -> None:
    (signature,) = sign(["Skandal!"])
    reposts = [said(number, number, text=signature.text, original=signature.text) for number in range(1, 50)]
    assert ledger().count(MONDAY, reposts) == Voices(1, 1, 1)


def test_what_was_said_survives_a_restart() -> None:
    one = ledger()
    one.count(MONDAY, [said(number, 7, text=number // 2) for number in range(6)])
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(one.state), type=LedgerState)
    assert state == one.state
    again = Ledger(state, 0.5)
    assert again.count(MONDAY + 60, [said(10, 7), said(11, 8, text=1)]).all == 0
    assert again.crowd(MONDAY, MONDAY + 120, []) is not None


def test_the_state_is_fixed_in_size() -> None:
    one, dice = ledger(), random.Random(1)
    sizes = []
    for minute in range(8):
        texts = sign([" ".join(dice.sample(WORDS, 15)) for _ in range(1_000)])
        numbers = [random.Random(f"{minute}/{number}").getrandbits(64) for number in range(1_000)]
        one.count(
            MONDAY + 60 * minute,
            [
                Mention(number, MONDAY, text.text, number, 0.9, "x", "pl", shape=text.shape)
                for text, number in zip(texts, numbers, strict=True)
            ],
        )
        sizes.append(len(msgspec.msgpack.encode(one.state)))
    assert len(one.state.posts) == RECENT_POSTS
    assert len(one.state.families) == FAMILIES
    assert isinstance(next(iter(one.state.families.values())), Family)
    assert sizes[-1] == pytest.approx(sizes[-2], rel=0.01)


def test_who_is_heard_does_not_hang_on_the_order_in_which_posts_come() -> None:
    """Which of two copies is the voice, and which text of an author: the earlier by time, and by hash at one time."""
    dice, states = random.Random(3), list[bytes]()
    said = [
        msgspec.structs.replace(
            mention(number, MONDAY + number % 7, text=number % 11, negative=(number % 13) / 13),
            author=number % 5,
            shape=(1 << number % 40) - 1,
            original=number % 4,
        )
        for number in range(1, 200)
    ]
    for turn in range(5):
        one = Watch(Settings(brands=(Brand(id="orlen", name="Orlen"),)))
        parts = [said[turn * 20 :], said[: turn * 20 + 30]]
        for part in parts:
            one.take(batch(MONDAY, tally(*dice.sample(part, len(part)))))
        one.take(batch(MONDAY + 60.0))
        states.append(one.brands["orlen"].dump())
    assert len(set(states)) == 1


def test_the_models_error_is_that_on_the_languages_of_the_voices() -> None:
    one = ledger()
    errors = {"pl": Error(0.6, 0.1, 0.002, 0.001), "en": Error(0.8, 0.3, 0.002, 0.001)}
    polish = [msgspec.structs.replace(mention(number, MONDAY), lang="pl") for number in range(3)]
    german = [msgspec.structs.replace(mention(10, MONDAY, negative=None), lang="de")]
    copies = [msgspec.structs.replace(post, post=100 + post.post, lang="en") for post in polish]
    assert one.count(MONDAY, german, errors).judge is None
    voices = one.count(MONDAY, polish + copies + [mention(5, MONDAY)], errors)
    assert voices.judge is not None
    assert voices.judge.error.sensitivity == pytest.approx((3 * 0.6 + 0.8) / 4)
    assert voices.judge.model.sensitivity == pytest.approx(0.7)
    assert one.count(MONDAY, [mention(6, MONDAY)]).judge is None
