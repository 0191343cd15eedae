"""Asking a broker leaves nothing open behind, whatever it answers."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest

from streams import rights
from tests.streams.deaf import deaf, trusting


def test_a_server_that_says_nothing_leaves_no_socket_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rights, "END_SECONDS", 0.2)
    with deaf() as port, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        assert asyncio.run(rights._alert("127.0.0.1", port, trusting())) is None
        gc.collect()
    assert not [str(warning.message) for warning in told]
