"""An explanation is the score itself, shared out among the words: it adds up, and names what counts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from detectors.sentiment.reasons import Reason, Reasons
from detectors.sentiment.tokens import MAX_TOKENS
from tests.detectors.sentiment.test_model import POSTS, trained
from tests.detectors.sentiment.test_performance import posts, teach

TEXTS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(" ".join(POSTS).split()), max_size=30).map(" ".join))


def by_token(told: Reasons) -> dict[str, Reason]:
    return {one.token: one for one in told.reasons}


@pytest.fixture(scope="module")
def taught() -> SentimentModel:
    model = trained()
    teach(model, 200, seed=1)
    model.learn_one("AFERA na stacji", True, "pl")
    return model


@settings(deadline=None, max_examples=100)
@given(TEXTS, st.sampled_from(["pl", "en"]))
def test_words_add_up_to_what_the_model_says(taught: SentimentModel, text: str, lang: str) -> None:
    told = taught.explain(text, lang)
    (score,) = taught.predict_many([text], [lang])
    assert score.negative is not None
    assert told.margin is not None
    parts = [told.start, *(part for one in told.reasons for part in (one.lexicon, one.learned, one.sign))]
    assert math.fsum(parts) == pytest.approx(told.margin, abs=1e-9)
    assert told.margin == pytest.approx(math.log(score.negative / (1.0 - score.negative)), rel=1e-6, abs=1e-9)
    assert told.negative == pytest.approx(score.negative, abs=1e-12)


@given(TEXTS)
def test_the_words_are_the_posts(taught: SentimentModel, text: str) -> None:
    told = taught.explain(text, "pl")
    read = "".join(one.space + one.token for one in told.reasons)
    if "://" not in text and "www." not in text and "&" not in text and text.isascii() and text.isprintable():
        assert read.split() == text.split()
    assert len(told.reasons) <= MAX_TOKENS


def test_lexicon_labels_negation_and_signs_each_have_their_part(taught: SentimentModel) -> None:
    told = by_token(taught.explain("WSTYD!!! nie polecam, karuzela 😡", "pl"))
    assert told["WSTYD"].lexicon > 0.5
    assert told["WSTYD"].sign > 0.0
    assert told["!!!"].sign != 0.0
    assert told["!!!"].lexicon == 0.0
    assert told["polecam"].negated
    assert told["polecam"].lexicon > 0.0 > by_token(taught.explain("polecam", "pl"))["polecam"].lexicon
    assert told["karuzela"].learned > 0.1
    assert told["karuzela"].lexicon == 0.0
    assert told["😡"].lexicon > 0.5


def test_a_model_that_stepped_back_gives_the_lexicons_reasons() -> None:
    model = SentimentModel()
    teach(model, 300, seed=2, lying=True)
    teach(model, 60, seed=3)
    text, _ = next(posts(1, 5))
    cold, told = SentimentModel().explain(text, "pl"), model.explain(text, "pl")
    assert (cold.judge, told.judge) == ("model", "lexicon")
    assert (told.margin, told.reasons) == (cold.margin, cold.reasons)
    assert not any(one.learned for one in told.reasons)


@pytest.mark.parametrize(("text", "lang"), [("Das ist nicht gut und ich bin sehr traurig", "other"), ("12345", "und")])
def test_what_is_not_scored_has_no_reasons(text: str, lang: str) -> None:
    told = SentimentModel().explain(text)
    assert (told.lang, told.margin, told.negative, told.reasons) == (lang, None, None, [])


def test_a_long_post_says_that_it_was_cut() -> None:
    model = SentimentModel()
    assert model.explain("wstyd " * 300, "pl").cut
    assert not model.explain("wstyd " * 200, "pl").cut
