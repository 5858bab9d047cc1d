"""The gates K1–K4 before the library: a document or a computation answers each item, or nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qhgrid.errors import Fault
from qhgrid.lifecycle.events import Answer, Evidence
from qhgrid.lifecycle.rules import Item, Rules

PASSING = ("yes", "na")


@dataclass(frozen=True)
class Computed:
    """What a run or a study says on a test.

    Parameters
    ----------
    passed : bool or None
        None where it cannot tell.
    words_zh, words_en : str
        Why, with figures and where they stand.
    sources : tuple of Evidence
        The runs and studies that it comes from.
    """

    passed: bool | None
    words_zh: str
    words_en: str
    sources: tuple[Evidence, ...] = ()


def answer_items(
    rules: Rules,
    evidence: Iterable[Evidence],
    not_applicable: Mapping[str, str],
    computed: Mapping[str, Computed],
) -> tuple[Answer, ...]:
    """Return the answer to each item of the gates, in the order of the rules.

    Parameters
    ----------
    rules : Rules
        The items.
    evidence : iterable of Evidence
        Documents; each answers the items that it names, one document as many as it likes.
    not_applicable : Mapping
        Reasons by item for items that do not apply.
    computed : Mapping
        Results by test. A computed no stands: neither a document nor a reason turns it.
    """
    documents = tuple(evidence)
    return tuple(_answer(item, documents, not_applicable, computed.get(item.test)) for item in rules.items)


def _answer(
    item: Item, documents: tuple[Evidence, ...], not_applicable: Mapping[str, str], found: Computed | None
) -> Answer:
    """Return the answer to one item."""
    if found is not None and found.passed is not None:
        sums = tuple(source.sha256 for source in found.sources)
        return Answer(item.name, "yes" if found.passed else "no", found.words_zh, found.words_en, sums)
    covering = [one for one in documents if item.name in one.items]
    if covering:
        names = "、".join(one.name for one in covering)
        return Answer(item.name, "yes", names, names, tuple(one.sha256 for one in covering))
    reason = not_applicable.get(item.name, "").strip()
    if reason:
        return Answer(item.name, "na", reason, reason)
    if found is not None:
        return Answer(item.name, "open", found.words_zh, found.words_en)
    return Answer(item.name, "open", "无材料", "no document")


def gate_faults(rules: Rules, answers: Iterable[Answer], where: str) -> Iterator[Fault]:
    """Say for each item that is not passed why, and what would answer it."""
    items = {item.name: item for item in rules.items}
    for answer in answers:
        if answer.verdict in PASSING:
            continue
        item = items[answer.item]
        head = f"{where}: {item.name} {item.zh} ({item.en})"
        if answer.verdict == "no":
            mend = "It fails by computation; change the project or the case, or move it to rejected."
            yield Fault(head, f"no: {answer.words_zh} ({answer.words_en})", mend)
        else:
            tools = "--run, --value or --finance, or " if item.test else ""
            mend = f"Give {tools}--evidence FILE={item.name}, or --na {item.name}=REASON."
            yield Fault(head, f"is open: {answer.words_zh} ({answer.words_en})", mend)


def unknown_items(rules: Rules, names: Iterable[str]) -> Iterator[Fault]:
    """Say which names are no item of the gates."""
    known = [item.name for item in rules.items]
    for name in names:
        if name not in known:
            yield Fault(name, "is no item of the gates", f"Use one of: {', '.join(known)}.")
