"""'Connect it to what you have' in deploy/README.md, run as it is written: what is copied from there works."""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer.main
import yaml
from typer.testing import CliRunner

from streams.cli import app
from streams.core.receivers import KINDS
from tests.monitoring.programs import amtool, program, promtool
from tests.streams.notify.recorder import recording

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "deploy" / "README.md").read_text()
BLOCKS = dict(re.findall(r"<!-- connect: ([^>]+) -->\n```\w+\n(.*?)```\n", PAGE, re.DOTALL))
BASE = '[[brands]]\nid = "orlen"\nname = "Orlen"\n\n'


def commands(block: str) -> list[list[str]]:
    return [shlex.split(line) for line in BLOCKS[block].splitlines()]


def test_every_block_of_the_section_is_run_here() -> None:
    section = PAGE.partition("## Connect it to what you have")[2].partition("\n## ")[0]
    assert section.count("```") == 2 * len(BLOCKS)
    assert all(f'"{name}"' in Path(__file__).read_text() for name in BLOCKS)


@pytest.mark.monitoring
def test_prometheus_takes_the_rules_and_the_scrape_configuration(tmp_path: Path) -> None:
    [(copy, source, folder)] = commands("rules")
    assert (copy, folder) == ("cp", "/etc/prometheus/")
    shutil.copy(ROOT / source, tmp_path)
    (tmp_path / "prometheus.yml").write_text(BLOCKS["prometheus.yml"])
    [(checker, *arguments)] = commands("prometheus check")
    assert checker == "promtool"
    assert "SUCCESS: 1 rule files found" in promtool(*moved(arguments, "/etc/prometheus", tmp_path))


@pytest.mark.monitoring
def test_alertmanager_takes_the_route(tmp_path: Path) -> None:
    (tmp_path / "alertmanager.yml").write_text(BLOCKS["alertmanager.yml"])
    check, ask = ([*moved(words, "/etc/alertmanager", tmp_path)] for words in commands("alertmanager check"))
    assert check.pop(0) == ask.pop(0) == "amtool"
    assert "SUCCESS" in amtool(*check)
    assert amtool(*ask).splitlines()[0] == "on-call"
    for labels, receiver in (
        ("alertname=BrandCrisisWarning severity=warning brand=orlen", "on-call"),
        ("alertname=BrandCrisisNotice severity=notice brand=orlen", "desk"),
        ("alertname=LarumAbsent severity=critical", "on-call"),
        ("alertname=LarumDeadLetters severity=warning", "desk"),
        ("alertname=Watchdog severity=none", "dead-mans-switch"),
    ):
        amtool(*ask[: ask.index("alertname=LarumCrisis")], f"--verify.receivers={receiver}", *labels.split())


def test_the_short_route_tells_a_crisis_once_as_the_long_one_does() -> None:
    whole = yaml.safe_load((ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
    rules = yaml.safe_load(BLOCKS["alertmanager.yml"])["inhibit_rules"]
    assert [rule for rule in rules if rule not in whole["inhibit_rules"]] == []


def tables() -> list[str]:
    return [f"[[receivers]]{table}" for table in BLOCKS["receivers"].split("[[receivers]]")[1:]]


def test_there_is_an_example_of_each_kind_of_receiver() -> None:
    assert {tomllib.loads(table)["receivers"][0]["kind"] for table in tables()} == KINDS.keys()


@pytest.mark.parametrize("table", [*tables(), BLOCKS["receivers"]], ids=[*KINDS, "all"])
def test_each_receiver_is_in_order_with_the_secrets_that_its_comment_names(table: str, tmp_path: Path) -> None:
    check, *_ = commands("receivers check")
    (tmp_path / "larum.toml").write_text(BASE + table)
    environ = dict.fromkeys(re.findall(r"LARUM_RECEIVER_\w+", table), "https://example.org/made-up")
    checked = CliRunner().invoke(app, [*moved(check[1:], "larum.toml", tmp_path / "larum.toml")], env=environ)
    assert checked.exit_code == 0, checked.output
    assert "is in order" in checked.output


def test_the_command_line_takes_the_commands() -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    for larum, name, *arguments in commands("receivers check"):
        assert larum == "larum"
        with group.commands[name].make_context(name, arguments) as context:
            assert context.params["config"] == Path("larum.toml")


async def test_the_dashboards_are_posted_as_grafana_takes_them(tmp_path: Path) -> None:
    for name in ("curl", "jq"):
        program(name, name)
    async with recording() as grafana:
        script = BLOCKS["dashboards"].replace("http://localhost:3000", grafana.url)
        assert script != BLOCKS["dashboards"]
        shell = await in_shell(script, {"GRAFANA_TOKEN": "made-up", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    assert shell.returncode == 0, shell.stderr
    boards = sorted((ROOT / "deploy" / "grafana").glob("*.json"))
    assert len(grafana.posted) == len(boards) > 0
    for posted in grafana.posted:
        assert posted.path == "/api/dashboards/db"
        assert posted.headers["Authorization"] == "Bearer made-up"
        assert posted.document["overwrite"] is True
        # Grafana takes a new dashboard without a number, known by its uid.
        assert posted.document["dashboard"].get("id") is None
        assert posted.document["dashboard"]["uid"]


async def in_shell(script: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        ["sh", "-euc", script],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_kubernetes_is_given_what_is_there() -> None:
    apply, watch = commands("kubernetes")
    assert apply[:3] == ["kubectl", "apply", "-k"]
    assert (ROOT / apply[3] / "kustomization.yaml").exists()
    worker = yaml.safe_load_all((ROOT / "deploy/kubernetes/base/worker.yaml").read_text())
    assert watch[-1] == f"deployment/{next(iter(worker))['metadata']['name']}"


def moved(words: list[str], folder: str, to: Path) -> list[str]:
    """Words of a command with a folder, or a file, of the page in its place for the test."""
    return [word.replace(folder, str(to)) for word in words]
