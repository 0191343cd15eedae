"""Questions for a review that nobody has written yet: what the record of an incident gives reason to ask."""

from __future__ import annotations

from collections.abc import Iterator

from streams.core.actions import Step
from streams.report.account import Account, Asked, Question

SLOW_MINUTES = 30.0  # from the first post to the alarm
LINGERING_MINUTES = 24 * 60.0  # from calm to closed


def questions(account: Account) -> Iterator[Question]:
    """Ask about what came late, what is missing, and what could not be seen; then what every review asks.

    Parameters
    ----------
    account
        Of the incident; its own questions are not looked at.
    """
    if account.false_alarm:
        yield Question(name="false_alarm")
        return
    yield Question(name="cause")
    if account.detect_minutes > SLOW_MINUTES:
        yield Question(name="detect", minutes=account.detect_minutes)
    if account.counted and account.counted.coverage < 1.0:
        yield Question(name="blind")
    yield from _late(account)
    broken = sum(word.kept is False for word in account.words)
    if broken:
        yield Question(name="broken", number=broken)
    missing: list[Step] = [one.step for one in account.steps if one.status in {None, "planned"}]
    if missing:
        yield Question(name="missing", steps=missing)
    if account.harm:
        yield Question(name="harm", harms=list(account.harm.kinds), number=account.harm.voices)
    if account.independence == "amplified":
        yield Question(name="amplified")
    if account.calm and account.resolved and (account.resolved - account.calm) / 60.0 > LINGERING_MINUTES:
        yield Question(name="lingering", minutes=(account.resolved - account.calm) / 60.0)
    yield Question(name="knew")
    yield Question(name="worked")


def _late(account: Account) -> Iterator[Question]:
    """Ask why nobody answered in time, or at all."""
    acknowledged, word = account.answer("acknowledge"), account.answer("first_word")
    if acknowledged.late:
        name: Asked = "no_acknowledge" if acknowledged.at is None else "late_acknowledge"
        yield Question(name=name, minutes=acknowledged.minutes)
    if word.late:
        yield Question(name="no_first_word" if word.at is None else "late_first_word", minutes=word.minutes)
