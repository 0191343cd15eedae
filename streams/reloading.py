"""A configuration file that is read again when it changes, and what of it holds without a restart."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

from streams.config import ConfigurationError, load
from streams.core.fields import Section
from streams.core.settings import Detection, Settings
from streams.operations import Operations

POLL_SECONDS = 0.5
SETTLE_SECONDS = 0.1
# Of [detection]; what is not named here shapes state that is kept, or is used once at the start.
LIVE = frozenset(
    {
        "false_pages_per_month", "false_notices_per_month", "min_voices", "min_negatives", "cooldown_minutes",
        "update_minutes", "max_open_hours",
    }
)  # fmt: skip
MOST_NAMED = 20  # brands that a line of the log names

Signature = tuple[int, int, int, int] | None

log = logging.getLogger("larum")


class ConfigurationFile:
    """Looks whether a file has changed, reads it if so, and refuses it whole where it is not in order.

    A change counts when two looks agree on it, so that a file is not read while it is written. What is looked at is the
    file behind all symbolic links, as Kubernetes swaps them under a mounted ConfigMap.

    Parameters
    ----------
    path
        Of the file.
    environ
        Environment variables, of which secrets are taken.
    settings
        What was read from it for the start.
    operations
        Is told whether the file can be used, and when it was taken up.
    clock
        Epoch seconds.
    receivers, tokens
        Whether they are read too.
    """

    def __init__(
        self,
        path: Path,
        environ: Mapping[str, str],
        settings: Settings,
        operations: Operations,
        clock: Callable[[], float] = time.time,
        *,
        receivers: bool = False,
        tokens: bool = False,
    ) -> None:
        self._path = path
        self._environ = environ
        self._settings = settings
        self._operations = operations
        self._clock = clock
        self._receivers, self._tokens = receivers, tokens
        self._read = self._seen = _signature(path)
        operations.set_loaded(clock())

    @property
    def changed(self) -> bool:
        """Whether the file is another one than that which was read last."""
        return _signature(self._path) != self._read

    def poll(self) -> Settings | None:
        """Look; return what holds from now on, or None where nothing new does.

        Returns
        -------
        Settings or None
            The settings of the start with those parts of the new ones that can change while it runs.
        """
        seen, self._seen = self._seen, _signature(self._path)
        if self._seen == self._read or self._seen != seen:
            return None
        self._read = self._seen
        try:
            wanted = load(self._path, self._environ, receivers=self._receivers, tokens=self._tokens)
        except ConfigurationError as error:
            self._operations.show_configuration(valid=False)
            log.error("the configuration was changed and is not in order, so the old one goes on:\n%s", error)  # noqa: TRY400 - it is told, not raised
            return None
        self._operations.show_configuration(valid=True)
        before, self._settings = self._settings, merged(self._settings, wanted)
        if stale := list(needs_restart(self._settings, wanted)):
            log.warning("changed in the configuration, and held back until a restart: %s", ", ".join(stale))
        if self._settings == before:
            return None
        self._operations.set_loaded(self._clock())
        log.info("configuration taken up: %s", ", ".join(differences(before, self._settings)))
        return self._settings


class Reloader:
    """Has changes of a configuration file taken up, one after the other.

    Parameters
    ----------
    file
        The configuration.
    apply
        Takes new settings up, between two batches.
    """

    def __init__(self, file: ConfigurationFile, apply: Callable[[Settings], Awaitable[None]]) -> None:
        self._file = file
        self._apply = apply
        self._turn = asyncio.Lock()

    async def follow(self) -> None:
        """Look for changes, until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self._look()

    async def at_once(self) -> None:
        """Take up a change that has just been made, as another worker's doing shows."""
        if self._file.changed:
            await self._look()
            await asyncio.sleep(SETTLE_SECONDS)
            await self._look()

    async def _look(self) -> None:
        async with self._turn:
            if fresh := await asyncio.to_thread(self._file.poll):  # of many brands, reading takes seconds
                await self._apply(fresh)


def merged(old: Settings, new: Settings) -> Settings:
    """Give the settings that hold without a restart: brands and the rules of the new ones, all else of the old.

    Examples
    --------
    >>> from streams.core.settings import Brand, Kafka
    >>> old = Settings(brands=(Brand(id="orlen", name="Orlen"),))
    >>> new = Settings(brands=(Brand(id="zabka", name="Żabka"),), kafka=Kafka(partitions=9))
    >>> both = merged(old, new)
    >>> both.brands[0].id, both.kafka.partitions, list(needs_restart(both, new))
    ('zabka', 4, ['kafka.partitions'])
    """
    rules = {key: getattr(new.detection, key) for key in LIVE}
    return old.model_copy(update={"brands": new.brands, "detection": old.detection.model_copy(update=rules)})


def needs_restart(now: Settings, wanted: Settings) -> Iterator[str]:
    """Name the keys in which settings that hold differ from those that are wanted; never their values."""
    for name in Settings.model_fields:
        mine, theirs = getattr(now, name), getattr(wanted, name)
        if isinstance(mine, Section):
            for key in type(mine).model_fields:
                if getattr(mine, key) != getattr(theirs, key):
                    yield f"{name}.{key}"
        elif name != "brands" and mine != theirs:
            yield name


def differences(old: Settings, new: Settings) -> Iterator[str]:
    """Say what is new, gone and changed.

    Examples
    --------
    >>> from streams.core.settings import Brand
    >>> old = Settings(brands=(Brand(id="orlen", name="Orlen"), Brand(id="zabka", name="Żabka")))
    >>> new = Settings(brands=(Brand(id="zabka", name="Żabka", aliases=("Żappka",)), Brand(id="lot", name="LOT")))
    >>> list(differences(old, new))
    ['new lot', 'gone orlen', 'changed zabka']
    """
    before, after = {brand.id: brand for brand in old.brands}, {brand.id: brand for brand in new.brands}
    groups = {
        "new": [name for name in after if name not in before],
        "gone": [name for name in before if name not in after],
        "changed": [name for name in after if name in before and after[name] != before[name]],
    }
    for what, names in groups.items():
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            yield f"{what} {' '.join(names[:MOST_NAMED])}{more}"
    for key in Detection.model_fields:
        if getattr(old.detection, key) != getattr(new.detection, key):
            yield f"detection.{key} = {getattr(new.detection, key)}"


def _signature(path: Path) -> Signature:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
