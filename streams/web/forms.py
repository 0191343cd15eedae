"""What people send from the pages: each form becomes one action, once, and leads back to where it was sent."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from aiohttp import web

from streams.core.actions import STEPS, Kind
from streams.response.acting import FieldError
from streams.web.app import BOARD
from streams.web.doing import RepeatedError, do
from streams.web.pages import found_in, incident_page
from streams.web.rendering import texts
from streams.web.texts import Texts
from streams.web.typed import Typed

MOST_TEXT, MOST_LINK, MOST_NAME, MOST_MINUTES, MOST_KEY = 10_000, 2_000, 200, 10_080, 200
_link = re.compile(r"https?://\S+")


class Form(NamedTuple):
    """A form that was sent.

    Parameters
    ----------
    name
        As the page names it.
    kind
        Of action that it becomes.
    what
        Fields of the action; None for what was left empty.
    place
        Of the page to go back to.
    errors
        What is wrong, by field.
    """

    name: str
    kind: Kind
    what: dict[str, Any]
    place: str
    errors: dict[str, str]


def install(app: web.Application) -> None:
    """Add the forms of an incident."""
    for name, read in (
        ("ack", acknowledged), ("note", noted), ("step", stepped), ("stated", stated),
        ("close", closed), ("reopen", reopened), ("merge", merged), ("apart", split),
    ):  # fmt: skip
        app.router.add_post(f"/incidents/{{id}}/{name}", _taking(read))


def acknowledged(values: dict[str, str], t: Texts) -> Form:
    """Read that somebody looks into it."""
    return Form("ack", "acknowledged", {}, "next", {})


def noted(values: dict[str, str], t: Texts) -> Form:
    """Read what is to be remembered, or how the incident is assessed."""
    assessed = bool(values.get("assessment"))
    what, errors = _checked(values, t, "text", "link")
    if not what["text"]:
        errors["text"] = t("error.needed")
    if assessed:
        return Form("assess", "assessed", what, "next", errors)
    return Form("note", "noted", what, "log", errors)


def stepped(values: dict[str, str], t: Texts) -> Form:
    """Read how far one of the five steps is."""
    what, errors = _checked(values, t, "text", "link", "owner")
    step, status = values.get("step", ""), values.get("status", "")
    if step not in STEPS or status not in {"planned", "done", "not needed"}:
        errors["status"] = t("error.choice")
    return Form(f"step-{step}", "step", what | {"step": step, "status": status}, f"step-{step}", errors)


def stated(values: dict[str, str], t: Texts) -> Form:
    """Read that a public word was given."""
    what, errors = _checked(values, t, "text", "link", "next_minutes")
    return Form("stated", "stated", what, "next", errors)


def closed(values: dict[str, str], t: Texts) -> Form:
    """Read that it is over, that it was no crisis, or what was learned from it."""
    what, errors = _checked(values, t, "text")
    if values.get("how") == "reviewed":
        if not what["text"]:
            errors["text"] = t("error.needed")
        return Form("close-reviewed", "reviewed", what, "next", errors)
    if values.get("how") not in {"resolved", "false_alarm"}:
        errors["text"] = t("error.choice")
    return Form("close", "resolved", what | {"false_alarm": values.get("how") == "false_alarm"}, "next", errors)


def reopened(values: dict[str, str], t: Texts) -> Form:
    """Read that it is not over after all."""
    what, errors = _checked(values, t, "text")
    return Form("reopen", "reopened", what, "next", errors)


def merged(values: dict[str, str], t: Texts) -> Form:
    """Read of which other it is a part."""
    return Form("merge", "merged", {"into": values.get("into", "")}, "what", {})


def split(values: dict[str, str], t: Texts) -> Form:
    """Read that it stands by itself again."""
    return Form("apart", "split", {}, "what", {})


def _checked(values: dict[str, str], t: Texts, *names: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Read fields: what was left empty is None, but a text is empty; and say what is wrong with them."""
    what: dict[str, Any] = {name: values.get(name, "").strip() or None for name in names}
    errors: dict[str, str] = {}
    most = {"text": MOST_TEXT, "link": MOST_LINK, "owner": MOST_NAME}
    for name in what.keys() & most.keys():
        if len(what[name] or "") > most[name]:
            errors[name] = t("error.long", n=t.number(most[name]))
    if what.get("link") and not _link.fullmatch(what["link"]):
        errors["link"] = t("error.link")
    if what.get("next_minutes"):
        minutes = _number(what["next_minutes"])
        what["next_minutes"] = minutes
        if not 1 <= minutes <= MOST_MINUTES:
            errors["next_minutes"] = t("error.number", most=t.number(MOST_MINUTES))
    if "text" in what:
        what["text"] = (what["text"] or "").replace("\r\n", "\n")
    return what, errors


def _number(text: str) -> float:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else 0.0


def _taking(read: Any) -> Any:
    """Make a handler of what reads a form."""

    async def take(request: web.Request) -> web.Response:
        board, t = request.app[BOARD], texts(request)
        found = found_in(board, request)
        values = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        form: Form = read(values, t)
        errors = dict(form.errors)
        if not errors:
            try:
                await do(request, found.id, form.kind, values.get("id", "")[:MOST_KEY] or None, **form.what)
            except RepeatedError:
                errors["text"] = t("error.repeated")
            except FieldError as wrong:
                errors[wrong.field or "text"] = t("error.unknown") if wrong.field == "into" else wrong.reason
            else:
                raise web.HTTPSeeOther(f"/incidents/{found.id}#{form.place}")
        return await incident_page(request, Typed(form.name, values, errors))

    return take
