"""Take one step of one project: every reason against it together, or a new line in the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qhgrid.errors import Fault, LifecycleError
from qhgrid.lifecycle.events import Answer, Event, Evidence
from qhgrid.lifecycle.gates import Computed, answer_items, gate_faults, unknown_items
from qhgrid.lifecycle.log import Log, append
from qhgrid.lifecycle.machine import Standing, batch_of, faults_of, may_follow
from qhgrid.lifecycle.moments import Moment
from qhgrid.lifecycle.rules import Rules
from qhgrid.lifecycle.states import State
from qhgrid.runs import disk_errors
from qhgrid.runs.identity import file_sha256


@dataclass(frozen=True)
class Step:
    """A step that somebody asks for.

    Parameters
    ----------
    project : str
        Id in the register.
    to : State
        State to go to.
    who : str
        Who decides.
    when : Moment
        When, Beijing time.
    reason : str
        Why; needed for states beside the road.
    year : int or None
        Year of the campaign; needed when a project is proposed.
    evidence : sequence of Evidence
        Documents.
    not_applicable : Mapping
        Reason by item of the gates that does not apply.
    computed : Mapping
        What runs and studies say, by test.
    """

    project: str
    to: State
    who: str
    when: Moment
    reason: str = ""
    year: int | None = None
    evidence: Sequence[Evidence] = ()
    not_applicable: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, Computed] = field(default_factory=dict)


def advance(path: Path, step: Step, rules: Rules) -> Event:
    """Take a step and write it into the log at `path`.

    Returns
    -------
    Event
        As it was written.

    Raises
    ------
    LifecycleError
        If the step may not be taken, with every reason; the log is then as it was.
    RunError
        If the disk refuses.
    """
    return append(path, lambda log: draft_event(log, step, rules))


def draft_event(log: Log, step: Step, rules: Rules) -> Event:
    """Return the event of a step where a log stands; :class:`LifecycleError` with every reason against it."""
    standing = log.standings.get(step.project)
    is_allowed = step.to in may_follow(standing)
    batch = batch_of(standing, step.to, step.when, step.year) if is_allowed else None
    answers = _answers(standing, step, rules) if is_allowed else ()
    event = Event(
        number=0,
        project=step.project,
        before=None if standing is None else standing.state,
        after=step.to,
        who=step.who,
        when=step.when,
        reason=step.reason,
        batch=batch,
        evidence=_all_evidence(step, answers),
        answers=answers,
        rules=rules.sha256 if answers else "",
    )
    faults = [*faults_of(standing, event)]
    if is_allowed:
        faults += _rule_faults(standing, step, rules, answers)
    if faults:
        raise LifecycleError(faults)
    return event


def _answers(standing: Standing | None, step: Step, rules: Rules) -> tuple[Answer, ...]:
    """Return the answers of the gates at the entry into the library; earlier documents count as well."""
    if step.to is not State.LIBRARY or _resumes(standing):
        return ()
    earlier = [] if standing is None else [one for event in standing.events for one in event.evidence]
    return answer_items(rules, (*earlier, *step.evidence), step.not_applicable, step.computed)


def _resumes(standing: Standing | None) -> bool:
    """Return whether a step only takes up again what was suspended."""
    return standing is not None and standing.state is State.SUSPENDED


def _all_evidence(step: Step, answers: tuple[Answer, ...]) -> tuple[Evidence, ...]:
    """Return the documents of a step, and the runs that answered items of the gates."""
    used = {sum_ for answer in answers for sum_ in answer.evidence}
    found = {one.sha256: one for one in step.evidence}
    for result in step.computed.values():
        found |= {one.sha256: one for one in result.sources if one.sha256 in used and one.sha256 not in found}
    return tuple(found.values())


def _rule_faults(
    standing: Standing | None, step: Step, rules: Rules, answers: tuple[Answer, ...]
) -> Iterator[Fault]:
    """Say what the rule file asks for and the step does not give."""
    where = f"{step.project} → {step.to}"
    need = rules.needs.get(step.to)
    if need is not None and len(step.evidence) < need.least and not _resumes(standing):
        what = f"needs {need.least} document(s): {need.zh} ({need.en})"
        yield Fault(where, what, "Give each with --evidence FILE.")
    yield from unknown_items(rules, [name for one in step.evidence for name in one.items])
    yield from unknown_items(rules, step.not_applicable)
    yield from gate_faults(rules, answers, where)


def read_evidence(text: str) -> Evidence:
    """Return the evidence of ``FILE`` or ``FILE=K1.macro_control,K2.spatial_plan``.

    Raises
    ------
    LifecycleError
        If the file cannot be read.
    """
    name, _, items = text.partition("=")
    path = Path(name)
    if not path.is_file():
        raise LifecycleError(Fault(name, "is not a file", "Give a file with --evidence FILE=ITEM,ITEM."))
    with disk_errors(path):
        checksum = file_sha256(path)
    return Evidence(path.name, checksum, tuple(part.strip() for part in items.split(",") if part.strip()))


def read_not_applicable(texts: Sequence[str]) -> dict[str, str]:
    """Return the reasons of ``ITEM=REASON`` texts by item; :class:`LifecycleError` where one is missing."""
    pairs = [text.partition("=") for text in texts]
    faults = [
        Fault(item, "does not apply, but why?", "Give the reason as --na ITEM=REASON.")
        for item, _, reason in pairs
        if not reason.strip()
    ]
    if faults:
        raise LifecycleError(faults)
    return {item.strip(): reason.strip() for item, _, reason in pairs}
