"""Incidents as they go on, beside a watch that keeps them in SQLite, or beside Kafka."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord

from streams.broker import client_options
from streams.core.incidents import Duties, Incidents
from streams.core.settings import Settings
from streams.inflation import guard
from streams.response.desk import action_in, least_of
from streams.response.dues import Dues
from streams.storage import Store
from streams.tail import crisis_in

LOOK_SECONDS = 1.0  # between looks for what people did
POLL_MILLISECONDS = 1_000


class Follower:
    """Keeps incidents up to date and shows what is due of them.

    Parameters
    ----------
    settings
        The whole configuration.
    dues
        Shows it.

    Attributes
    ----------
    incidents
        What is known.
    """

    def __init__(self, settings: Settings, dues: Dues) -> None:
        self.incidents = Incidents(least_of(settings))
        self._settings = settings
        self._duties = Duties(settings)
        self._dues = dues

    async def from_store(self, store: Store) -> None:
        """Follow what people do by a state file, for ever; what the watch says meanwhile it has to tell by itself."""
        for event in store.crises():
            self.incidents.see(event)
        number = 0
        while True:
            for at, action in store.actions(number):
                number = at
                self.incidents.do(action)
            self._dues.show(self.incidents, self._duties)
            await asyncio.sleep(LOOK_SECONDS)

    async def from_topics(self) -> None:
        """Follow the topics of crises and of incidents from their beginnings, for ever."""
        guard()
        kafka = self._settings.kafka
        consumer: AIOKafkaConsumer[Any, Any] = AIOKafkaConsumer(
            kafka.crises_topic,
            kafka.incidents_topic,
            **client_options(kafka),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            metadata_max_age_ms=10_000,  # a broker that has just started knows no topics
        )
        await consumer.start()
        try:
            while True:
                for records in (await consumer.getmany(timeout_ms=POLL_MILLISECONDS)).values():
                    for record in records:
                        self._take(record)
                self._dues.show(self.incidents, self._duties)
        finally:
            await consumer.stop()

    def _take(self, record: ConsumerRecord[Any, Any]) -> None:
        if record.topic == self._settings.kafka.crises_topic:
            if event := crisis_in(record):
                self.incidents.see(event)
        elif action := action_in(record.value):
            self.incidents.do(action)
