"""Events: what happened to a project, one line of the log each, chained by checksums."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from qhgrid.errors import Fault, LifecycleError
from qhgrid.lifecycle.deadlines import Batch, parse_batch
from qhgrid.lifecycle.moments import Moment, parse_moment
from qhgrid.lifecycle.states import State

BEGINNING = "0" * 64
"""What stands in place of a checksum before the first event."""


@dataclass(frozen=True)
class Evidence:
    """A document or a computed result that an event rests on; one may serve many items of the gates.

    Parameters
    ----------
    name : str
        Name of the file, or of the run.
    sha256 : str
        Its checksum; for a run, that of its inputs.
    items : tuple of str
        Items of the gates that it answers, such as ``K4.safety``.
    """

    name: str
    sha256: str
    items: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"name": self.name, "sha256": self.sha256, "items": list(self.items)}


@dataclass(frozen=True)
class Answer:
    """What was found for an item of a gate.

    Parameters
    ----------
    item : str
        Name of the item, such as ``K1.macro_control``.
    verdict : str
        ``yes``, ``no``, ``na`` (does not apply, with a reason) or ``open`` (nothing answers it).
    words_zh, words_en : str
        Why.
    evidence : tuple of str
        Checksums of what it rests on.
    """

    item: str
    verdict: str
    words_zh: str = ""
    words_en: str = ""
    evidence: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**self.__dict__, "evidence": list(self.evidence)}


@dataclass(frozen=True)
class Event:
    """One step of one project.

    Parameters
    ----------
    number : int
        Place in the log, from 1.
    project : str
        Id in the register.
    before, after : State
        Where it was (None at its first record) and where it is now.
    who : str
        Who decided.
    when : Moment
        When, Beijing time.
    reason : str
        Why; needed for states beside the road.
    batch : Batch or None
        Batch it is in after the event.
    evidence : tuple of Evidence
        What it rests on.
    answers : tuple of Answer
        What the gates found, for the entry into the library.
    rules : str
        Checksum of the rule file that was used; empty where none was.
    previous, checksum : str
        Checksum of the line before and of this one.
    """

    number: int
    project: str
    before: State | None
    after: State
    who: str
    when: Moment
    reason: str = ""
    batch: Batch | None = None
    evidence: tuple[Evidence, ...] = ()
    answers: tuple[Answer, ...] = field(default=())
    rules: str = ""
    previous: str = BEGINNING
    checksum: str = ""

    def body(self) -> dict[str, Any]:
        """Return all but its own checksum, as plain values."""
        return {
            "number": self.number,
            "project": self.project,
            "from": str(self.before or ""),
            "to": str(self.after),
            "who": self.who,
            "when": str(self.when),
            "reason": self.reason,
            "batch": str(self.batch or ""),
            "evidence": [one.to_json() for one in self.evidence],
            "answers": [one.to_json() for one in self.answers],
            "rules": self.rules,
            "previous": self.previous,
        }

    def sealed(self) -> Event:
        """Return the event with the checksum of its content and of all before it."""
        return replace(self, checksum=sha256(_text(self.body()).encode()).hexdigest())

    def line(self) -> str:
        """Return the event as a line of the log, its end included."""
        return _text({**self.body(), "checksum": self.checksum}) + "\n"


def _text(content: Mapping[str, Any]) -> str:
    """Return JSON on one line, the same for the same content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def parse_event(line: str, where: str) -> Event:
    """Return the event of a line, its checksum compared with its content.

    Raises
    ------
    LifecycleError
        If the line is no event, or is not what it was when it was written.
    """
    try:
        event = _event(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, LifecycleError):
        what, mend = "is no event", "Put back the line as it was written; never edit the log by hand."
        raise LifecycleError(Fault(where, what, mend)) from None
    if event.sealed().checksum != event.checksum or event.line() != line + "\n":
        what = "was changed after it was written: its checksum does not fit"
        raise LifecycleError(Fault(where, what, "Put back the line as it was written."))
    return event


def _event(content: Mapping[str, Any]) -> Event:
    """Return the event that plain values describe."""
    return Event(
        number=int(content["number"]),
        project=str(content["project"]),
        before=State(content["from"]) if content["from"] else None,
        after=State(content["to"]),
        who=str(content["who"]),
        when=parse_moment(content["when"]),
        reason=str(content["reason"]),
        batch=parse_batch(content["batch"]) if content["batch"] else None,
        evidence=tuple(
            Evidence(one["name"], one["sha256"], tuple(one["items"])) for one in content["evidence"]
        ),
        answers=tuple(Answer(**{**one, "evidence": tuple(one["evidence"])}) for one in content["answers"]),
        rules=str(content["rules"]),
        previous=str(content["previous"]),
        checksum=str(content["checksum"]),
    )
