"""Requests that aiokafka's clients do not make: what the user may do, and what time it is at the broker.

All of them only ask. That for the time is an append that the broker is sure to refuse: a record dated far beyond what
the topic takes. The refusal says which times would do, and so what the broker's clock shows; nothing is written.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any, ClassVar, NamedTuple

from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.produce import ProduceRequest_v8
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String
from aiokafka.record.default_records import DefaultRecordBatchBuilder

FAR_SECONDS = 3650 * 86_400  # how far ahead the refused record is dated
_RANGE = re.compile(r"within \[-?\d+, (\d+)\]")


class Right(IntEnum):
    """What may be done to a topic, a group or a cluster, by Kafka's numbers."""

    READ = 3
    WRITE = 4
    CREATE = 5

    def __str__(self) -> str:
        return self.name.capitalize()


class MetadataResponse_v8(Response):  # noqa: N801 - as aiokafka names them
    """Brokers and topics, and what the user may do with them."""

    API_KEY = 3
    API_VERSION = 8
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "brokers",
            Array(("node_id", Int32), ("host", String("utf-8")), ("port", Int32), ("rack", String("utf-8"))),
        ),
        ("cluster_id", String("utf-8")),
        ("controller_id", Int32),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("authorized_operations", Int32),
    )


class MetadataRequest_v8(RequestStruct):  # noqa: N801
    """Asks for topics by name, makes none of them, and wants to know what is allowed."""

    API_KEY = 3
    API_VERSION = 8
    RESPONSE_TYPE = MetadataResponse_v8
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class PermittedMetadata(Request[MetadataRequest_v8]):
    """Asks for brokers, topics and permissions."""

    API_KEY = 3

    def __init__(self, topics: list[str]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[MetadataRequest_v8]) -> MetadataRequest_v8:
        """Make the request."""
        return request_struct_class(self._topics, False, True, True)


class PermittedGroupRequest_v3(DescribeGroupsRequest_v3):  # noqa: N801
    """As aiokafka has it, but for the response, of which aiokafka drops the permissions."""

    API_KEY = 15
    API_VERSION = 3
    RESPONSE_TYPE: ClassVar[type[Response]] = DescribeGroupsResponse_v3
    SCHEMA = DescribeGroupsRequest_v3.SCHEMA


class PermittedGroup(Request[PermittedGroupRequest_v3]):
    """Asks for the state of a group and for permissions."""

    API_KEY = 15

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[PermittedGroupRequest_v3]) -> PermittedGroupRequest_v3:
        """Make the request."""
        return request_struct_class([self._group], True)


class RefusedAppend(Request[ProduceRequest_v8]):
    """Appends a record of the far future, which a topic that bounds timestamps refuses."""

    API_KEY = 0

    def __init__(self, topic: str, partition: int, now: float) -> None:
        batch = DefaultRecordBatchBuilder(
            magic=2, compression_type=0, is_transactional=0, producer_id=-1, producer_epoch=-1, base_sequence=-1,
            batch_size=4096,
        )  # fmt: skip
        batch.append(0, int((now + FAR_SECONDS) * 1000), None, None, [])
        self._topics = [(topic, [(partition, bytes(batch.build()))])]

    def build(self, request_struct_class: type[ProduceRequest_v8]) -> ProduceRequest_v8:
        """Make the request: all copies have to confirm, within five seconds."""
        return request_struct_class(None, -1, 5_000, self._topics)


class Refusal(NamedTuple):
    """What the broker says to a refused append: an error code, and the latest time it would take, or None."""

    code: int
    latest: int | None


def refusal(response: Any) -> Refusal:
    """Read the answer to a `RefusedAppend`.

    Examples
    --------
    >>> _RANGE.search("The timestamp should be within [-9223370241198685765, 1795659690042]")[1]
    '1795659690042'
    """
    ((_, ((_, code, _, _, _, errors, message),)),) = response.topics
    for text in (*(error[1] for error in errors), message):
        if found := _RANGE.search(text or ""):
            return Refusal(code, int(found[1]))
    return Refusal(code, None)


def allowed(operations: int) -> frozenset[int] | None:
    """Read a set of permitted operations; None where the broker does not say.

    Examples
    --------
    >>> sorted(allowed(0b1_0001_1000))
    [3, 4, 8]
    >>> allowed(-(2**31)) is None
    True
    """
    if operations == -(2**31):
        return None
    return frozenset(bit for bit in range(31) if operations >> bit & 1)
