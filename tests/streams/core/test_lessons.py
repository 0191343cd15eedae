"""However labels repeat, change and are taken back, and whatever compaction leaves of them: one log, one model."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.sentiment import SentimentModel
from streams.core.labels import Label
from streams.core.lessons import Effect, Lessons
from streams.core.pupil import Pupil
from tests.streams.pupils import Scribe

TEXTS = ["Wstyd i skandal", "Karuzela na infolinii", "dziękuję bardzo", "Thank you so much", "what a shame"]
Log = list[tuple[int, Label | None]]

verdicts = st.sampled_from([True, False, None])
labels = st.builds(lambda text, negative: Label(text=text, negative=negative), st.sampled_from(TEXTS), verdicts)
named = st.builds(
    lambda name, text, negative: Label(source="x", id=name, text=text, negative=negative),
    st.sampled_from("ab"), st.sampled_from(TEXTS), verdicts,
)  # fmt: skip
# A record that says nothing takes back what was said: of such a one only the key can be read.
silent = st.sampled_from(TEXTS).map(lambda text: (Label(text=text, negative=None).key, None))
records = st.one_of(labels.map(lambda label: (label.key, label)), named.map(lambda label: (label.key, label)), silent)
logs = st.lists(records, max_size=20)


def compacted(log: Log, upto: int) -> list[tuple[int, int, Label | None]]:
    """Leave of the first `upto` records the last of each key, with their offsets."""
    numbered = [(offset, key, label) for offset, (key, label) in enumerate(log)]
    last = {key: offset for offset, key, _ in numbered[:upto]}
    return [record for record in numbered[:upto] if last[record[1]] == record[0]] + numbered[upto:]


def settle(pupil: Pupil, log: list[tuple[int, int, Label | None]]) -> None:
    """Make the model anew, if it has to be."""
    if pupil.behind:
        anew = pupil.anew()
        for record in log:
            anew.take(*record)
        assert pupil.adopt(anew)
    assert not pupil.behind


def taught(log: list[tuple[int, int, Label | None]], pupil: Pupil) -> Pupil:
    for record in log:
        if record[0] >= pupil.lessons.position:
            pupil.take(*record)
    settle(pupil, log)
    return pupil


def truth(log: Log) -> list[tuple[str, bool]]:
    """What a model has to have learned, put as plainly as can be."""
    last = {key: (offset, label) for offset, (key, label) in enumerate(log)}
    ordered = sorted((offset, label) for offset, label in last.values() if label and label.negative is not None)
    return [(label.text, bool(label.negative)) for _, label in ordered]


@given(logs, st.data())
def test_the_model_is_a_function_of_the_last_label_of_each_post(log: Log, data: st.DataObject) -> None:
    whole = compacted(log, 0)
    cut, gone = data.draw(st.integers(0, len(log)), "snapshot"), data.draw(st.integers(0, len(log)), "compaction")
    seen = taught(whole, Pupil(Scribe()))
    late = taught(compacted(log, gone), Pupil(Scribe()))
    early = taught(whole[:cut], Pupil(Scribe()))
    resumed = Pupil(Scribe())
    resumed.load(early.dump())
    taught(compacted(log, gone), resumed)
    expected = truth(log)
    for pupil in (seen, late, resumed):
        assert isinstance(pupil.model, Scribe)
        assert pupil.model.learned == expected
    if log and gone <= cut:
        assert resumed.lessons.digest() == seen.lessons.digest()


@given(logs, st.integers(0, 20))
def test_a_model_that_settles_now_and_then_comes_to_the_same(log: Log, every: int) -> None:
    whole, pupil = compacted(log, 0), Pupil(Scribe())
    for number, record in enumerate(whole):
        pupil.take(*record)
        if every and number % every == 0:
            settle(pupil, whole[: number + 1])
    settle(pupil, whole)
    assert isinstance(pupil.model, Scribe)
    assert pupil.model.learned == truth(log)


@given(logs, st.data())
def test_what_comes_while_it_is_made_anew_is_not_forgotten(log: Log, data: st.DataObject) -> None:
    """Records come between two slices of the work: the new model takes over only where it has them all."""
    cut = data.draw(st.integers(0, len(log)))
    whole, pupil = compacted(log, 0), Pupil(Scribe())
    for record in whole[:cut]:
        pupil.take(*record)
    if pupil.behind:
        anew = pupil.anew()
        half = data.draw(st.integers(0, cut))
        for record in whole[:half]:
            anew.take(*record)
        for record in whole[cut:]:
            pupil.take(*record)
        for record in whole[half:]:
            anew.take(*record)
        pupil.adopt(anew)
        settle(pupil, whole)
        assert isinstance(pupil.model, Scribe)
        assert pupil.model.learned == truth(log)


@settings(max_examples=15)
@given(logs.filter(bool))
def test_the_real_model_is_the_same_bit_for_bit(log: Log) -> None:
    seen = taught(compacted(log, 0), Pupil(SentimentModel()))
    late = taught(compacted(log, len(log)), Pupil(SentimentModel()))
    assert seen.version == late.version
    assert seen.model.to_bytes() == late.model.to_bytes()


def test_a_batch_that_comes_twice_needs_no_new_model() -> None:
    lessons = Lessons()
    effects = [lessons.take(offset, offset % 3, said=offset % 3) for offset in range(6)]
    assert effects == [Effect.LEARNED] * 3 + [Effect.REPEATED] * 3
    assert not lessons.sure
    assert not lessons.behind
    assert lessons.sure


def test_a_repeat_that_changes_the_order_does() -> None:
    lessons = Lessons()
    for offset, key in enumerate([1, 2, 1]):
        lessons.take(offset, key, said=key)
    assert lessons.behind


def test_to_take_back_what_nobody_said_says_nothing() -> None:
    lessons = Lessons()
    assert lessons.take(0, 1, None) is Effect.REPEATED
    assert not lessons.behind
    assert not len(lessons)


def test_a_log_that_goes_backwards_is_refused() -> None:
    lessons = Lessons()
    lessons.take(5, 1, 1)
    with pytest.raises(ValueError, match="taken already"):
        lessons.take(5, 1, 1)


def test_labels_that_are_gone_from_the_log_are_forgotten() -> None:
    pupil = Pupil(Scribe())
    for offset, text in enumerate(TEXTS):
        label = Label(text=text, negative=True)
        pupil.take(offset, label.key, label)
    anew = pupil.anew()
    for offset, text in list(enumerate(TEXTS))[2:]:
        label = Label(text=text, negative=True)
        anew.take(offset, label.key, label)
    assert not pupil.adopt(anew)
    assert pupil.lessons.keep(anew.keys) == 2
    assert pupil.behind
    assert pupil.adopt(anew)
    assert not pupil.behind


@given(logs.filter(bool), st.data())
def test_a_snapshot_with_one_byte_changed_is_refused(log: Log, data: st.DataObject) -> None:
    pupil = taught(compacted(log, 0), Pupil(Scribe()))
    whole = bytearray(pupil.dump())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    other = Pupil(Scribe())
    with pytest.raises(ValueError, match=r"no snapshot|version|damaged"):
        other.load(bytes(whole))
    assert other.lessons.position == 0


def test_a_snapshot_at_another_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"learned at threshold 0.5, sentiment.threshold is 0.7"):
        Pupil(SentimentModel(threshold=0.7)).load(Pupil(SentimentModel()).dump())


@pytest.mark.parametrize("field", ["keys", "offsets", "said"])
def test_columns_that_do_not_fit_together_are_refused(field: str) -> None:
    lessons = Lessons()
    for offset in range(3):
        lessons.take(offset, offset, offset)
    known = lessons.dump()
    with pytest.raises(ValueError, match="fit together"):
        Lessons.load(msgspec.structs.replace(known, **{field: getattr(known, field)[:-8]}))
    with pytest.raises(ValueError, match="buffer"):
        Lessons.load(msgspec.structs.replace(known, **{field: getattr(known, field)[:-1]}))
    with pytest.raises(ValueError, match="behind the position"):
        Lessons.load(msgspec.structs.replace(known, position=1))
