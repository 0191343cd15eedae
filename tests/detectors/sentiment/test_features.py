from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment.features import DENSE, Extractor
from detectors.sentiment.lexicon import Lexicon
from detectors.sentiment.pairs import Phrases, paired, slots_of
from detectors.sentiment.vocabulary import PAD, SLOTS, WIDTH, Pieces, Vocabulary, columns, hash_of

EXTRACTOR = Extractor()


def dense(text: str, name: str, lang: str = "pl") -> float:
    return float(EXTRACTOR.extract([text], [lang]).dense[0, DENSE.index(name)])


def test_a_negation_turns_what_follows_it() -> None:
    assert dense("polecam", "positive") > 0
    assert dense("nie polecam", "positive") == 0
    assert dense("nie polecam", "negative") > dense("nie", "negative")
    assert dense("I did not enjoy it", "positive", "en") == 0


def test_punctuation_ends_a_negation() -> None:
    assert dense("nie, polecam", "positive") > 0
    assert dense("no! great", "positive", "en") > 0


def test_a_negation_reaches_three_words() -> None:
    assert dense("nie tego się spodziewać polecam", "positive") > 0


def test_a_denied_bad_word_says_nothing() -> None:
    assert dense("skandal", "negative") > 0
    assert dense("to nie skandal", "negative") == pytest.approx(dense("to nie", "negative") * (5 / 6) ** 0.5)
    assert dense("to nie skandal", "positive") == 0


def test_only_a_phrase_itself_is_one_whatever_else_shares_its_slot() -> None:
    phrases = Phrases([Lexicon([("zwrot pieniędzy", -3.0)]), Lexicon([])])
    pair = paired(np.array([hash_of("zwrot"), hash_of("pieniedzy")], np.uint64), np.array([0]), np.array([1]))[1:]
    neighbour = pair ^ np.uint64(1)
    assert slots_of(pair) == slots_of(neighbour)
    found = [
        phrases.valences(one, slots_of(one), np.array([language])).tolist()
        for one in (pair, neighbour)
        for language in (0, 1)
    ]
    assert found == [[-3.0], [0.0], [0.0], [0.0]]


def test_how_a_post_ends_is_a_feature_of_its_own() -> None:
    features = EXTRACTOR.extract(["kawa, dno", "dno, kawa", "to dno"], ["pl"] * 3)
    ends = [features.slots[features.post == post][0, WIDTH] for post in range(3)]
    assert ends[0] == ends[2] != ends[1]


def test_a_post_has_the_same_features_alone_and_in_company() -> None:
    texts, tags = ["dno", "", "not bad!", "nie polecam 😡", "it"], [None, None, "en", "pl", None]
    together = EXTRACTOR.extract(texts, tags)
    for at, (text, tag) in enumerate(zip(texts, tags, strict=True)):
        alone, own = EXTRACTOR.extract([text], [tag]), together.post == at
        assert (alone.slots == together.slots[own]).all()
        assert (alone.valence == together.valence[own]).all()
        assert (alone.dense[0] == together.dense[at]).all()
        assert (alone.scale[0], alone.language[0]) == (together.scale[at], together.language[at])


def test_one_post_for_river_has_the_features_that_it_has_in_bulk() -> None:
    features = EXTRACTOR.extract(["Wstyd, wstyd!"], [None])
    one = EXTRACTOR.transform_one("Wstyd, wstyd!")
    slots = set(features.slots.ravel().tolist()) - {PAD}
    assert {key for key in one if isinstance(key, int)} == slots
    assert {one[slot] for slot in slots} == set(features.scale.tolist())
    assert [one.get(name, 0.0) for name in DENSE] == features.dense[0].tolist()


def test_a_phrase_says_more_than_its_words() -> None:
    assert dense("zwrot pieniędzy", "negative") > dense("zwrot, pieniędzy", "negative")


def test_signs_are_counted() -> None:
    assert dense("Skandal!", "exclamation") > dense("Skandal", "exclamation") == 0
    assert dense("SKANDAL", "shouted") > dense("Skandal", "shouted")
    assert dense("patrz https://example.org", "link") > 0


def test_a_word_said_twice_is_one_feature() -> None:
    slots = EXTRACTOR.extract(["dno dno"], ["pl"]).slots
    own = [slot for slot in slots[:, 0].tolist() if slot != PAD]
    assert len(own) == len(set(own))


@given(st.text(max_size=300))
def test_slots_are_in_range_and_numbers_finite(text: str) -> None:
    features = EXTRACTOR.extract([text], ["pl"])
    assert features.slots.min() >= 0
    assert features.slots.max() < SLOTS
    assert (abs(features.dense) < 1e3).all()


def test_forgetting_the_vocabulary_changes_nothing() -> None:
    texts = ["Wstyd i skandal", "thank you so much", "nie polecam nikomu"]
    forgetful = Extractor()
    forgetful._vocabulary.capacity = 2
    for text in texts * 2:
        once, again = EXTRACTOR.extract([text], [None]), forgetful.extract([text], [None])
        assert all((one == other).all() for one, other in zip(once, again, strict=True))


def test_long_tokens_and_handles_do_not_fill_the_vocabulary() -> None:
    vocabulary = Vocabulary()
    assert len({vocabulary["a" * length] for length in range(100, 200)}) == 1
    assert len({vocabulary[f"@user{n}"] for n in range(100)}) == 100
    assert len(vocabulary) == 2
    pieces = Pieces(vocabulary)
    long, handle, word = (columns(pieces[piece]).rows.tolist() for piece in ("a" * 100, "@user7,", "so"))
    assert (long, handle[1:], word) == ([0], [2], [3])
    assert -(1 << 31) <= handle[0] < 0
    assert list(pieces) == ["so"]


def test_handles_are_one_class_and_each_has_a_feature_of_its_own() -> None:
    first, again, second = EXTRACTOR.extract(["@orlen dno", "@ORLEN kawa", "@zabka dno"], ["pl"] * 3).slots.reshape(
        3, 3, -1
    )[:, 1]
    assert first[0] == again[0] == second[0] != PAD
    assert first[1] == again[1] != second[1]
    both = EXTRACTOR.extract(["@orlen @zabka @orlen"], ["pl"]).slots[1:, :2].tolist()
    assert both == [first[:2].tolist(), second[:2].tolist(), [PAD, PAD]]


def test_a_post_asked_for_again_is_the_one_asked_for_and_no_other() -> None:
    extractor = Extractor()
    polish = extractor.extract(["fatal"], ["pl"])
    assert extractor.extract(["fatal"], ["pl"]) is polish
    assert extractor.extract(["fatal"], ["en"]).language.tolist() == [1]
    assert len(extractor.extract(["fatal crew"], ["en"]).post) == 3
    assert extractor.extract(["fatal", "fatal"], ["pl", "en"]).language.tolist() == [0, 1]
