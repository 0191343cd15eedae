from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.sentiment.features import DENSE, Extractor
from detectors.sentiment.vocabulary import PAD, SLOTS, Pieces, Vocabulary, columns

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
    known = {vocabulary["a" * length] for length in range(100, 200)} | {vocabulary[f"@user{n}"] for n in range(100)}
    assert len(known) == len(vocabulary) == 2
    pieces = Pieces(vocabulary)
    rows = [columns(pieces[piece]).rows.tolist() for piece in ("a" * 100, "@user7,", "so")]
    assert rows == [[0], [1, 2], [3]]
    assert list(pieces) == ["so"]
