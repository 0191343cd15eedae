"""What findings mean: severity is monotone, floors hold, and the sentence tells the most surprising first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.burst import Burst
from detectors.negativity import Tone
from streams.core.crises import Severity
from streams.core.judgement import Findings, judge
from streams.core.settings import Detection
from streams.core.telling import reason

DETECTION = Detection()
surprises = st.floats(0, 40)
counts = st.floats(0, 500)


def findings(
    volume: float = 0.0,
    anger: float = 0.0,
    tone: float = 0.0,
    leaning: float = 0.0,
    *,
    negatives: float = 0.0,
    share: float = 0.2,
) -> Findings:
    """Findings with the given surprises, so many negatives beyond the expected, and such a share of them."""
    mentions = negatives / share
    of_share = Tone(tone, 15, negatives, mentions, share, 0.1, 50.0)
    return Findings(
        Burst(volume, 15, mentions, mentions / 4, 0.1),
        Burst(anger, 15, negatives + 1.0, 1.0, 0.1),
        of_share,
        of_share._replace(surprise=leaning),
    )


parts = st.tuples(surprises, surprises, surprises, surprises)


@given(parts, parts, counts, counts)
def test_more_never_lowers_the_severity(
    one: tuple[float, ...], more: tuple[float, ...], few: float, many: float
) -> None:
    lower = judge(findings(*one, negatives=few), DETECTION)
    higher = judge(findings(*map(sum, zip(one, more, strict=True)), negatives=few + many), DETECTION)
    assert higher.severity >= lower.severity
    assert set(lower.kinds) <= set(higher.kinds)


@given(parts)
def test_ten_angry_posts_never_page(surprise: tuple[float, ...]) -> None:
    assert judge(findings(*surprise, negatives=10.0), DETECTION).severity <= Severity.NOTICE


@given(surprises, counts)
def test_a_surge_without_anger_never_pages(surprise: float, negatives: float) -> None:
    assert judge(findings(surprise, surprise, 0.0, 0.0, negatives=negatives), DETECTION).severity <= Severity.NOTICE


def test_the_scale_of_severity() -> None:
    assert judge(findings(), DETECTION).severity == Severity.CALM
    assert judge(findings(volume=9, negatives=40), DETECTION).severity == Severity.NOTICE
    assert judge(findings(tone=9, negatives=40), DETECTION).severity == Severity.WARNING
    assert judge(findings(anger=9, leaning=2, negatives=40), DETECTION).severity == Severity.WARNING
    assert judge(findings(anger=9, tone=9, leaning=2, negatives=100), DETECTION).severity == Severity.CRITICAL


def test_the_sentence_begins_with_what_is_most_surprising_and_leaves_out_the_ordinary() -> None:
    sentence = reason("opened", findings(tone=9, negatives=30, share=0.75), 60, angry=True)
    assert sentence == "75% negative over 15 min where 10% is usual."
    both = reason("opened", findings(volume=7, anger=12, tone=9, negatives=30, share=0.75), 60, angry=True)
    assert both.startswith("31 negative voices in 15 min where 1 were expected; 75% negative")
    assert both.endswith("40 voices in 15 min where 10 were expected.")
    assert "surge" in reason("opened", findings(volume=9, negatives=30), 60, angry=False)
