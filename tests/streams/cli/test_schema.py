"""The published schemas say of posts and events what is true of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from typer.testing import CliRunner

from streams.bucketcounts import encode
from streams.cli import app
from streams.core import crises
from streams.core.labels import Label
from streams.core.labels import encode as encode_label
from streams.core.posts import Post, decode
from tests.streams.core.test_watch import history, watch

POST = {"id": "1", "source": "x", "text": "Orlen", "created_at": "2026-01-05T10:00:00+01:00"}


def schema(contract: str) -> Draft202012Validator:
    document = json.loads(CliRunner().invoke(app, ["schema", contract]).stdout)
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


def test_every_event_of_a_crisis_is_as_its_schema_says() -> None:
    one = watch()
    events = [event for each in history(1_500, crisis_from=1_400) for event in one.take(each).events]
    assert {event.step for event in events} >= {"opened", "updated"}
    for event in events:
        record = crises.encode(event)
        document = json.loads(record)
        schema("crisis").validate(document)
        assert document["specversion"] == "1.0"
        assert document.keys() >= {"id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "data"}
        assert crises.decode(record) == event


def test_every_count_is_as_its_schema_says() -> None:
    one = watch()
    readings = [reading for each in history(100, crisis_from=90) for reading in one.take(each).readings]
    lines = [line for record in encode(readings) for line in record.splitlines()]
    assert len(lines) > 50
    for line in lines:
        schema("counts").validate(json.loads(line))


@pytest.mark.parametrize(
    "fields", [{}, {"created_at": 1767600000.5}, {"reach": 3, "author": "a", "kind": "post"}, {"unknown": True}]
)
def test_what_is_a_post_is_one_by_its_schema(fields: dict[str, Any]) -> None:
    record = {**POST, **fields}
    schema("post").validate(record)
    assert isinstance(decode(json.dumps(record).encode()), Post)


@pytest.mark.parametrize("fields", [{"id": ""}, {"source": "two words"}, {"reach": -1}, {"kind": "edit"}, {"text": 5}])
def test_what_is_none_is_none_by_its_schema(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schema("post").validate({**POST, **fields})


@pytest.mark.parametrize("negative", [True, False, None])
def test_a_label_is_one_by_its_schema(negative: bool | None) -> None:
    label = Label(text="Wstyd", negative=negative, lang="pl", source="x", id="1", by="ola", at=1767369600.0)
    schema("label").validate(json.loads(encode_label(label)))


@pytest.mark.parametrize(
    "fields", [{"text": "Wstyd"}, {"text": "Wstyd", "negative": "yes"}, {"negative": True, "text": 5}]
)
def test_what_is_no_label_is_none_by_its_schema(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schema("label").validate(fields)


def test_the_api_is_described() -> None:
    document = json.loads(CliRunner().invoke(app, ["schema", "api"]).stdout)
    assert document["openapi"] == "3.1.0"
    assert "/api/v1/incidents/{id}/actions" in document["paths"]
