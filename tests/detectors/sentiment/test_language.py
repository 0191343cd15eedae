from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from detectors.sentiment.language import OTHER, POLISH, evidence, of_tag
from tests.data import data


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return SentimentModel()


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Czy ktoś wie, kiedy to będzie działać?", "pl"),
        ("nie moge sie zalogowac od rana", "pl"),
        ("Does anybody know when this will work again?", "en"),
        ("stuck at the gate since noon", "en"),
        ("Warum funktioniert das nicht, ich warte schon seit Stunden", "other"),
        ("¿Por qué no funciona esto? Estoy esperando desde hace horas", "other"),
        ("Pourquoi est-ce que ça ne marche pas avec vous", "other"),
        ("Чому це не працює", "other"),
        ("なぜ動かないのですか", "other"),
        ("12:30 !!!", "und"),
        ("@zorzanka https://t.co/abc", "und"),
    ],
)
def test_languages_are_told_apart(model: SentimentModel, text: str, lang: str) -> None:
    assert model.predict_many([text], [None])[0].lang == lang


@pytest.mark.parametrize(
    ("file", "lang"), [("polish/tweets_dev.csv", "pl"), ("airline/dev.csv", "en"), ("english/tweets_dev.csv", "en")]
)
def test_languages_of_real_tweets(model: SentimentModel, file: str, lang: str) -> None:
    with data(file).open(encoding="utf-8", newline="") as rows:
        texts = [row["text"] for row in csv.DictReader(rows)]
    found = [score.lang for score in model.predict_many(texts, [None] * len(texts))]
    assert found.count(lang) / len(found) > 0.95


SENTENCES = [line.split("\t") for line in Path(__file__).with_name("languages.tsv").read_text("utf-8").splitlines()]


def plain(text: str) -> str:
    """Write as many do: without diacritics."""
    text = text.translate(str.maketrans("łŁßıø", "lLsio"))
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def test_short_posts_in_twelve_other_languages_are_not_taken_for_polish_or_english(model: SentimentModel) -> None:
    for write, enough, most in ((str, 0.98, 0.01), (plain, 0.9, 0.06)):
        scored = model.predict_many([write(text) for _, text in SENTENCES], [None] * len(SENTENCES))
        found = Counter(score.lang for score in scored)
        assert found["other"] / len(SENTENCES) >= enough
        assert (found["pl"] + found["en"]) / len(SENTENCES) <= most
        assert all((score.negative is None) == (score.lang in {"other", "und"}) for score in scored)


def test_polish_without_diacritics_is_polish(model: SentimentModel) -> None:
    with data("polish/tweets_dev.csv").open(encoding="utf-8", newline="") as rows:
        texts = [plain(row["text"]) for row in csv.DictReader(rows)][:1_000]
    found = [score.lang for score in model.predict_many(texts, [None] * len(texts))]
    assert found.count("pl") / len(found) > 0.96


def test_tags_of_regions_and_scripts() -> None:
    assert of_tag("PL") == of_tag("pl_PL") == of_tag("pl-Latn") == POLISH
    assert of_tag("plt") == of_tag("x") == OTHER


@given(st.text())
def test_evidence_is_small_and_not_negative(word: str) -> None:
    assert all(0.0 <= units <= 4.0 for units in evidence(word))
