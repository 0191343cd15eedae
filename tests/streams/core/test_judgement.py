"""What findings mean: severity is monotone, floors hold, and the sentence tells the most surprising first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detectors.burst import Burst
from detectors.tone import Tone
from streams.core.crises import Severity
from streams.core.judgement import Findings, Limits, judge
from streams.core.settings import Detection
from streams.core.telling import reason

LIMITS = Limits.of(Detection(), brands=1)
MINUTES = 15
surprises = st.floats(0, 40)
counts = st.floats(0, 500)


def findings(
    volume: float = 0.0,
    anger: float = 0.0,
    tone: float = 0.0,
    smoulder: float = 0.0,
    *,
    negatives: float = 0.0,
    share: float = 0.2,
) -> Findings:
    """Findings of a quarter of an hour with the given surprises, so many negatives, and such a share of them."""
    mentions = negatives / share
    angry = Burst(anger, 0.0, negatives + 1.0, 1.0, mentions + 1.0 / share, 0.1)
    return Findings(
        Burst(volume, 0.0, mentions, mentions / 4, mentions, 0.1),
        angry,
        Tone(tone, 0.0, negatives, mentions, 0.1, 0.02),
        angry._replace(surprise=smoulder),
    )


parts = st.tuples(surprises, surprises, surprises, surprises)


@given(parts, parts, counts, counts)
def test_more_never_lowers_the_severity(
    one: tuple[float, ...], more: tuple[float, ...], few: float, many: float
) -> None:
    lower = judge(findings(*one, negatives=few), LIMITS)
    higher = judge(findings(*map(sum, zip(one, more, strict=True)), negatives=few + many), LIMITS)
    assert higher.severity >= lower.severity
    assert set(lower.kinds) <= set(higher.kinds)


@given(parts)
def test_ten_angry_posts_never_page(surprise: tuple[float, ...]) -> None:
    assert judge(findings(*surprise, negatives=10.0), LIMITS).severity <= Severity.NOTICE


@given(surprises, counts)
def test_a_surge_without_anger_never_pages(surprise: float, negatives: float) -> None:
    surge = judge(findings(surprise, surprise, 0.0, surprise, negatives=negatives, share=0.1), LIMITS)
    assert surge.severity <= Severity.NOTICE


def test_the_scale_of_severity() -> None:
    assert judge(findings(), LIMITS).severity == Severity.CALM
    assert judge(findings(volume=9, negatives=40), LIMITS).severity == Severity.NOTICE
    assert judge(findings(tone=9, negatives=40), LIMITS).severity == Severity.WARNING
    assert judge(findings(anger=9, negatives=40, share=0.3), LIMITS).severity == Severity.WARNING
    assert judge(findings(anger=9, tone=9, negatives=100), LIMITS).severity == Severity.CRITICAL
    quick, slow = (judge(findings(anger=9, tone=9, negatives=40), LIMITS, at).severity for at in (900, 36_000))
    assert (quick, slow) == (Severity.CRITICAL, Severity.WARNING)


def test_what_burns_slowly_is_called_so() -> None:
    assert judge(findings(smoulder=9, negatives=40), LIMITS)[:2] == (Severity.WARNING, ["smoulder"])
    assert judge(findings(anger=9, smoulder=9, negatives=40), LIMITS).kinds == ["negativity", "smoulder"]


def test_more_brands_or_a_smaller_budget_ask_for_more() -> None:
    many = Limits.of(Detection(), brands=100)
    strict = Limits.of(Detection(false_pages_per_month=0.01), brands=1)
    assert many.page == strict.page == LIMITS.page + 2.0


def test_the_sentence_begins_with_what_is_most_surprising_and_leaves_out_the_ordinary() -> None:
    sentence = reason("opened", findings(tone=9, negatives=30, share=0.75), MINUTES * 60.0, angry=True)
    assert sentence == "75% negative (54% to 89%) over 15 min where 10% is usual."
    both = reason("opened", findings(volume=7, anger=12, tone=9, negatives=30, share=0.75), MINUTES * 60.0, angry=True)
    assert both.startswith("31 negative voices in 15 min where 1 were expected; 75% negative")
    assert both.endswith("40 voices in 15 min where 10 were expected.")
    assert "surge" in reason("opened", findings(volume=9, negatives=30), MINUTES * 60.0, angry=False)
