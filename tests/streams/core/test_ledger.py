"""Voices are independent: no text counts twice, and one author is no crowd."""

from __future__ import annotations

import msgspec
import pytest

from detectors.errors import Error
from streams.core.ledger import VOICES_OF_AUTHOR, Ledger, LedgerState, Voices
from tests.streams.core.mentions import MONDAY, mention


def test_one_author_has_a_few_voices_an_hour_however_much_is_written() -> None:
    ledger = Ledger(LedgerState.of(60), 0.5)
    loud = [msgspec.structs.replace(mention(number, MONDAY, negative=0.9), author=7) for number in range(200)]
    crowd = [mention(1_000 + number, MONDAY) for number in range(5)]
    assert ledger.count(MONDAY, loud + crowd) == Voices(VOICES_OF_AUTHOR + 5, VOICES_OF_AUTHOR + 5, VOICES_OF_AUTHOR)
    again = [msgspec.structs.replace(mention(2_000, MONDAY, negative=0.9), author=7)]
    assert ledger.count(MONDAY + 60, again).all == 0
    later = [msgspec.structs.replace(mention(3_000, MONDAY, negative=0.9), author=7)]
    assert ledger.count(MONDAY + 3_600, later).all == 1


def test_unknown_authors_are_not_taken_for_one() -> None:
    ledger = Ledger(LedgerState.of(60), 0.5)
    unknown = [msgspec.structs.replace(mention(number, MONDAY), author=0) for number in range(50)]
    assert ledger.count(MONDAY, unknown).all == 50


def test_what_an_author_has_said_survives_a_restart() -> None:
    ledger = Ledger(LedgerState.of(60), 0.5)
    loud = [msgspec.structs.replace(mention(number, MONDAY), author=7) for number in range(3)]
    ledger.count(MONDAY, loud)
    state = msgspec.msgpack.decode(msgspec.msgpack.encode(ledger.state), type=LedgerState)
    more = [msgspec.structs.replace(mention(10, MONDAY), author=7)]
    assert Ledger(state, 0.5).count(MONDAY + 60, more).all == 0


def test_the_models_error_is_that_on_the_languages_of_the_voices() -> None:
    ledger = Ledger(LedgerState.of(60), 0.5)
    errors = {"pl": Error(0.6, 0.1, 0.002, 0.001), "en": Error(0.8, 0.3, 0.002, 0.001)}
    polish = [msgspec.structs.replace(mention(number, MONDAY), lang="pl") for number in range(3)]
    german = [msgspec.structs.replace(mention(10, MONDAY, negative=None), lang="de")]
    copies = [msgspec.structs.replace(one, post=100 + one.post, lang="en") for one in polish]
    assert ledger.count(MONDAY, german, errors).judge is None
    voices = ledger.count(MONDAY, polish + copies + [mention(5, MONDAY)], errors)
    assert voices.judge is not None
    assert voices.judge.error.sensitivity == pytest.approx((3 * 0.6 + 0.8) / 4)
    assert voices.judge.model.sensitivity == pytest.approx(0.7)
    assert ledger.count(MONDAY, [mention(6, MONDAY)]).judge is None
