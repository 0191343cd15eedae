"""Rights on a broker: those that deploy/README.md says are needed, granted and taken away."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from aiokafka.protocol.admin import CreateAclsRequest, DeleteAclsRequest

from tests.kafka import helpers

README = Path(__file__).parents[2] / "deploy" / "README.md"
TOPIC, GROUP = 2, 3  # numbers of Kafka's protocol
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
ALLOW, LITERAL = 3, 3


class Acl(NamedTuple):
    """One right: who may do what to which topic or group."""

    principal: str
    operation: str
    resource: int
    name: str


def documented() -> list[Acl]:
    """Read the rights from the commands in deploy/README.md."""
    _, _, rest = README.read_text().partition("<!-- acls -->\n```sh\n")
    commands = rest.partition("```")[0].replace("\\\n", "").splitlines()[1:]
    return [acl for command in commands for acl in _rights(shlex.split(command)[1:])]


def _rights(words: list[str]) -> Iterable[Acl]:
    given: dict[str, list[str]] = {}
    for option, value in zip(words[::2], words[1::2], strict=True):
        given.setdefault(option, []).append(value)
    [principal] = given.pop("--allow-principal")
    operations = given.pop("--operation")
    resources = {"--topic": TOPIC, "--group": GROUP}
    return [
        Acl(principal, operation, resources[option], name)
        for option, names in given.items()
        for name in names
        for operation in operations
    ]


async def grant(servers: str, acls: Iterable[Acl]) -> None:
    """Grant rights; they hold when this returns."""
    async with helpers.administrator(servers) as admin:
        for principal, operation, resource, name in acls:
            answer = await admin._send_to_controller(
                CreateAclsRequest(resource, name, LITERAL, principal, "*", OPERATIONS[operation], ALLOW)
            )
            assert [code for code, _ in answer.creation_responses] == [0]


async def revoke(servers: str, acls: Iterable[Acl]) -> None:
    """Take rights away again."""
    async with helpers.administrator(servers) as admin:
        for principal, operation, resource, name in acls:
            answer = await admin._send_to_controller(
                DeleteAclsRequest(resource, name, LITERAL, principal, "*", OPERATIONS[operation], ALLOW)
            )
            assert [len(found) for _, _, found in answer.filter_responses] == [1]
