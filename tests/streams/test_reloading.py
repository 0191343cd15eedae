"""A configuration file that changes while something runs by it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from streams.config import load
from streams.core.settings import Settings
from streams.metrics import Metrics
from streams.reloading import ConfigurationFile, Reloader

ONE = '[[brands]]\nid = "orlen"\nname = "Orlen"\n'
TWO = f'{ONE}[[brands]]\nid = "zabka"\nname = "Żabka"\n'


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "larum.toml"
    made.write_text(ONE)
    return made


@pytest.fixture
def file(path: Path, registry: CollectorRegistry) -> ConfigurationFile:
    return ConfigurationFile(path, {}, load(path, {}), Metrics(registry).operations, lambda: 1000.0)


def brands(settings: Settings | None) -> list[str]:
    return [brand.id for brand in settings.brands] if settings else []


def looked(file: ConfigurationFile) -> Settings | None:
    """Look until two looks agree."""
    return file.poll() or file.poll()


def test_a_file_that_stays_is_not_read_again(file: ConfigurationFile, registry: CollectorRegistry) -> None:
    assert looked(file) is None
    assert registry.get_sample_value("larum_config_valid") == 1
    assert registry.get_sample_value("larum_config_last_reload_timestamp_seconds") == 1000


def test_a_new_brand_is_taken_up_once_and_told(
    file: ConfigurationFile, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(TWO)
    with caplog.at_level(logging.INFO, "larum"):
        assert brands(looked(file)) == ["orlen", "zabka"]
        assert looked(file) is None
    assert [record.message for record in caplog.records] == ["configuration taken up: new zabka"]


def test_a_file_that_is_being_written_is_not_read(file: ConfigurationFile, path: Path) -> None:
    path.write_text(ONE[:12])
    assert file.poll() is None
    path.write_text(TWO)
    assert file.poll() is None
    assert brands(file.poll()) == ["orlen", "zabka"]


def test_a_file_that_is_not_in_order_is_refused_with_its_errors_and_the_old_one_goes_on(
    file: ConfigurationFile, path: Path, registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(TWO + 'aliasses = ["Żappka"]\n')
    assert looked(file) is None
    assert registry.get_sample_value("larum_config_valid") == 0
    assert f"{path}:7: brands[2].aliasses: unknown key; did you mean 'aliases'?" in caplog.text
    path.write_text(TWO)
    assert brands(looked(file)) == ["orlen", "zabka"]
    assert registry.get_sample_value("larum_config_valid") == 1


def test_a_file_that_is_gone_is_refused(file: ConfigurationFile, path: Path, registry: CollectorRegistry) -> None:
    path.unlink()
    assert looked(file) is None
    assert registry.get_sample_value("larum_config_valid") == 0
    path.write_text(ONE)
    assert looked(file) is None, "what holds has not changed"
    assert registry.get_sample_value("larum_config_valid") == 1


def test_links_that_are_swapped_as_kubernetes_does_it_are_followed(tmp_path: Path) -> None:
    for version, text in (("1", ONE), ("2", TWO)):
        (tmp_path / version).mkdir()
        (tmp_path / version / "larum.toml").write_text(text)
    (tmp_path / "..data").symlink_to("1")
    mounted = tmp_path / "larum.toml"
    mounted.symlink_to("..data/larum.toml")
    file = ConfigurationFile(mounted, {}, load(mounted, {}), Metrics(CollectorRegistry()).operations)
    assert looked(file) is None
    (tmp_path / "..data_tmp").symlink_to("2")
    (tmp_path / "..data_tmp").rename(tmp_path / "..data")
    assert brands(looked(file)) == ["orlen", "zabka"]


def test_a_budget_is_taken_up_and_what_needs_a_restart_is_named_and_held_back(
    file: ConfigurationFile, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text(f"{ONE}[detection]\nfalse_pages_per_month = 4.0\nbucket_seconds = 300\n[kafka]\npartitions = 9\n")
    settings = looked(file)
    assert settings is not None
    assert settings.detection.false_pages_per_month == 4
    assert settings.detection.bucket_seconds == 60
    assert settings.kafka.partitions == 4
    assert "held back until a restart: detection.bucket_seconds, kafka.partitions" in caplog.text


def test_secrets_are_not_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = ConfigurationFile(path, {}, load(path, {}), Metrics(CollectorRegistry()).operations)
    token = path.parent / "token"
    token.write_text("planted")
    path.write_text(f'{ONE}[server]\ntoken_file = "token"\n')
    assert looked(file) is None
    assert "server.token" in caplog.text
    assert "planted" not in caplog.text


async def test_a_change_that_another_workers_doing_shows_is_taken_up_at_once(
    file: ConfigurationFile, path: Path
) -> None:
    applied: list[list[str]] = []

    async def apply(settings: Settings) -> None:
        applied.append(brands(settings))

    reloader = Reloader(file, apply)
    await reloader.at_once()
    await asyncio.to_thread(path.write_text, TWO)
    await reloader.at_once()
    await reloader.at_once()
    assert applied == [["orlen", "zabka"]]
