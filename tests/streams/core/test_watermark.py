"""How far event time has come, whatever sources call themselves."""

from __future__ import annotations

from streams.core.watermark import MOST_CLOCKS, Watermark


def test_sources_without_end_share_a_clock_and_the_watermark_goes_on() -> None:
    watermark = Watermark(lateness=60, max_hold=600)
    for number in range(10_000):
        watermark.see(f"invented{number}", [1_000.0 + number])
    assert len(watermark._clocks) <= MOST_CLOCKS + 1
    assert watermark.newest == 10_999.0
    assert watermark.time >= 10_999.0 - 660


def test_a_source_that_is_known_keeps_its_clock_among_invented_ones() -> None:
    watermark = Watermark(lateness=60, max_hold=600)
    for number in range(10_000):
        watermark.see("known", [1_000.0 + number])
        watermark.see(f"invented{number}", [1_000.0])
    assert watermark._clocks["known"].time == 10_999.0
