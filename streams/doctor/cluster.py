"""Judge the brokers: are there enough, can each be reached where it says it is, do they speak what larum speaks."""

from __future__ import annotations

from collections.abc import Iterator

from streams.core.settings import Kafka
from streams.doctor.findings import Finding, ok, problem, warning
from streams.doctor.view import View
from streams.wire import FAR_SECONDS

FETCH, METADATA = 1, 3  # Kafka's numbers of requests
FETCH_OF_KAFKA_4 = 4  # the oldest that Kafka 4 still answers
SAFE_COPIES = 3
CLOCK_OK, CLOCK_BAD = 2.0, 30.0  # seconds; a post from an hour ahead is refused, a late one waits a minute by default


def judge_brokers(kafka: Kafka, view: View) -> Iterator[Finding]:
    """Say what is right and wrong with the brokers."""
    count = len(view.brokers)
    yield ok("broker", f"cluster {view.cluster_id}: {_plural(count, 'broker')}, {_release(view)}")
    for broker in view.brokers:
        if broker.unreachable:
            yield problem(
                "broker",
                f"broker {broker.node} calls itself {broker.address}, and there it cannot be reached from here: "
                f"{broker.unreachable}",
                f"set advertised.listeners of broker {broker.node} to an address that this machine can reach",
            )
    yield from _session(kafka, view)
    copies = kafka.replication_factor
    if copies > count:
        yield problem(
            "broker",
            f"kafka.replication_factor = {copies}, but there are {_plural(count, 'broker')}: no topic can be made",
            f"set kafka.replication_factor = {min(count, SAFE_COPIES)}, or start more brokers",
        )
    elif copies < SAFE_COPIES <= count:
        yield warning(
            "broker",
            f"{count} brokers, but kafka.replication_factor = {copies}: one broken disk can take posts along",
            f"set kafka.replication_factor = {SAFE_COPIES} before 'larum topics' makes them",
        )
    elif count < SAFE_COPIES:
        yield warning(
            "broker",
            f"{_plural(count, 'broker')}: while {'it is' if count == 1 else 'one is'} down, nobody watches",
            "run three brokers with kafka.replication_factor = 3, unless this is for trying things out",
        )


def judge_clock(view: View) -> Iterator[Finding]:
    """Say how this machine's clock stands to the broker's."""
    clock = view.clock
    if clock.unknown:
        yield warning(
            "clock",
            f"could not be compared with the broker's: {clock.unknown}",
            f"set message.timestamp.after.max.ms of the topic (below {FAR_SECONDS // 2} s) to let it be compared",
        )
        return
    off = abs(clock.ahead) - clock.uncertain
    side = "behind" if clock.ahead > 0 else "ahead of"
    text = (
        f"this machine's clock is {abs(clock.ahead):.2f} s {side} the broker's (give or take {clock.uncertain:.2f} s)"
    )
    change = "let chrony or systemd-timesyncd set the clocks of both machines: 'timedatectl set-ntp true'"
    if off >= CLOCK_BAD:
        yield problem("clock", text, change)
    elif off >= CLOCK_OK:
        yield warning("clock", text, change)
    else:
        yield ok("clock", text)


def _session(kafka: Kafka, view: View) -> Iterator[Finding]:
    """Compare the session timeout with what the brokers admit, where they let their configuration be read."""
    asked = kafka.session_timeout_seconds * 1000
    for broker in view.brokers:
        least = int(broker.config.get("group.min.session.timeout.ms", asked))
        most = int(broker.config.get("group.max.session.timeout.ms", asked))
        if not least <= asked <= most:
            yield problem(
                "broker",
                f"kafka.session_timeout_seconds = {kafka.session_timeout_seconds:g}, and broker {broker.node} lets no "
                f"worker join with less than {least / 1000:g} or more than {most / 1000:g}",
                f"set kafka.session_timeout_seconds between {least / 1000:g} and {most / 1000:g}",
            )


def _release(view: View) -> str:
    """Say what is known of the brokers' release: Kafka itself does not tell it."""
    lowest, _ = view.versions.get(FETCH, (0, 0))
    _, highest = view.versions.get(METADATA, (0, 0))
    release = "Kafka 4 or newer" if lowest >= FETCH_OF_KAFKA_4 else "older than Kafka 4"
    return f"{release} (metadata requests up to version {highest})"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
