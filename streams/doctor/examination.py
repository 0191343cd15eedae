"""The whole examination, in the order in which things depend on each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from streams.broker import BrokerSettingsError
from streams.config import ConfigurationError, load
from streams.doctor.cluster import judge_brokers, judge_clock
from streams.doctor.configuration import judge_configuration
from streams.doctor.findings import Finding, problem
from streams.doctor.group import judge_group, judge_labels
from streams.doctor.looking import Unreachable, look
from streams.doctor.machine import judge_machine
from streams.doctor.permissions import judge_permissions
from streams.doctor.topics import judge_topics


async def examine(path: Path, environ: Mapping[str, str]) -> list[Finding]:
    """Look at everything, as far as it can be got at, and change nothing.

    Parameters
    ----------
    path
        Of the configuration.
    environ
        Environment variables, of which secrets are taken.
    """
    try:
        settings = load(path, environ)
        findings = [*judge_configuration(path, settings)]
    except ConfigurationError as error:
        return [problem("configuration", line, "change it there; 'larum check' tells whether it is in order")
                for line in str(error).splitlines()]  # fmt: skip
    except BrokerSettingsError as error:
        return [problem("configuration", str(error), "change the key that is named")]
    kafka = settings.kafka
    findings += judge_machine(settings)
    try:
        view = await look(kafka)
    except Unreachable as error:
        change = (
            "start the broker, or set kafka.bootstrap_servers; if it runs, look at kafka.security_protocol, at user "
            "and password"
        )
        return [*findings, problem("broker", f"none can be talked to: {error}", change)]
    findings += judge_brokers(kafka, view)
    findings += judge_topics(kafka, view)
    findings += judge_permissions(kafka, view)
    findings += judge_group(kafka, view)
    findings += judge_clock(view)
    findings += judge_labels(kafka, view)
    return findings
