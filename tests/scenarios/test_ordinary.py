"""Ordinary days, quiet or loud, with few angry posts or many copies of one: nobody is woken."""

from __future__ import annotations

import pytest

from tests.scenarios.story import Story
from tests.scenarios.told import at, crises, pages


@pytest.mark.parametrize("rate", [0.2, 2.0, 8.0])
def test_ordinary_days_are_silent(rate: float) -> None:
    assert Story(rate, days=5).tell() == []


def test_two_ordinary_weeks_are_silent() -> None:
    assert Story(2.0, days=14).count() == []


@pytest.mark.parametrize("rate", [0.2, 2.0])
def test_ten_angry_posts_are_no_crisis(rate: float) -> None:
    assert crises(Story(rate).add(at(3, 11), 20, 0.5, 1.0).tell()) == []


def test_ten_angry_posts_about_a_brand_of_two_a_day_are_no_crisis() -> None:
    assert pages(Story(0.002, days=8).add(at(6, 11), 20, 0.5, 1.0).tell()) == []


def test_two_posts_a_day_become_four_and_nobody_is_told() -> None:
    assert crises(Story(0.002, days=9).grow(at(6, 0), days=3, times=1.0, negative=0.5).tell()) == []


def test_deletion_of_every_second_post_of_a_day_is_no_news() -> None:
    assert Story(2.0).retract(at(2, 0), at=at(3, 10)).tell() == []
