"""The event log: the road and its side states, refusals with reasons, and what damage is found."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from qhgrid.errors import LifecycleError
from qhgrid.lifecycle import NAMES, State, advance, may_follow, read_log, state_of
from qhgrid.lifecycle.events import BEGINNING, Evidence
from qhgrid.lifecycle.gates import Computed
from qhgrid.lifecycle.states import ROAD, SIDE, TRANSITIONS
from tests.lifecycle.roads import ALL_ITEMS, FIRST_BATCH, PAPER, RULES, YES, lead_to, step


@pytest.fixture
def path(tmp_path):
    return tmp_path / "projects/events.jsonl"


def refused(path, *steps):
    """Return the reasons for which the last of some steps is refused; the log stays as it was."""
    *before, last = steps
    for one in before:
        advance(path, one, RULES)
    content = path.read_bytes() if path.exists() else b""
    with pytest.raises(LifecycleError) as caught:
        advance(path, last, RULES)
    assert (path.read_bytes() if path.exists() else b"") == content
    return [str(fault) for fault in caught.value.faults]


def test_road_has_thirteen_states_and_five_beside_it():
    assert "".join(NAMES[state][0][0] for state in ROAD) == "线申形专省标入前审资开投后"
    assert {NAMES[state][0] for state in SIDE} == {"退回补充", "转下一批", "不予入库", "暂缓", "调出"}


@pytest.mark.parametrize("text", ["in_library", "入省级重大项目库", "in the library", "library"])
def test_a_state_goes_by_its_id_or_its_name(text):
    assert state_of(text) is State.LIBRARY
    assert state_of("nowhere") is None


def test_project_walks_the_whole_road_in_the_first_batch(path):
    lead_to(path, State.EVALUATED)
    log = read_log(path)
    standing = log.standings["warang_phs"]
    assert standing.state is State.EVALUATED
    assert str(standing.batch) == "2026-1"
    assert [event.after for event in standing.events] == list(FIRST_BATCH)
    assert all(event.who and event.when for event in log.events)


def test_each_event_stores_who_when_evidence_and_reason(path):
    lead_to(path, State.PROPOSED)
    advance(path, step("returned", "2026-03-02 10:00", reason="缺选址意见"), RULES)
    event = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    assert (event["from"], event["to"], event["who"]) == ("proposed", "returned", "省能源局")
    assert event["when"] == "2026-03-02T10:00:00+08:00"
    assert event["reason"] == "缺选址意见"
    assert event["evidence"][0] == {"name": "paper.pdf", "sha256": "a" * 64, "items": []}


@pytest.mark.parametrize("skipped", list(ROAD[1:]))
def test_no_state_of_the_road_can_be_skipped_to(path, skipped):
    reasons = refused(path, step(skipped, "2026-02-10"))
    assert reasons == [f"warang_phs → {skipped}: may not follow the beginning. It may go to: lead (线索)."]


@pytest.mark.parametrize("state", sorted(SIDE))
def test_state_beside_the_road_needs_a_reason(path, state):
    lead_to(path, State.LIBRARY if state == "removed" else State.PROPOSED)
    when = "2026-04-01" if state == "removed" else "2026-03-01"
    (reason,) = refused(path, step(state, when))
    assert f"{NAMES[state][0]} needs a reason" in reason


def test_nobody_named_and_time_running_back_are_told_together(path):
    reasons = refused(path, step("lead", "2026-02-10"), step("proposed", "2026-02-09", who=" "))
    assert len(reasons) == 2
    assert "nobody is named" in reasons[0]
    assert "is before the last step" in reasons[1]


def test_proposal_without_a_year_is_refused(path):
    assert advance(path, step("lead", "2026-02-10", year=None), RULES).batch is None
    (reason,) = refused(path, step("proposed", "2026-02-11", year=None))
    assert "--year 2026" in reason


def test_late_proposal_is_in_the_second_batch(path):
    advance(path, step("lead", "2026-02-10"), RULES)
    assert str(advance(path, step("proposed", "2026-03-01 00:00"), RULES).batch) == "2026-2"


def test_proposal_after_the_second_intake_is_refused(path):
    (reason,) = refused(path, step("lead", "2026-02-10"), step("proposed", "2026-06-01"))
    assert "the intake of both batches of the year is closed" in reason


def test_second_batch_cannot_enter_before_its_screening(path):
    for state, when in (
        ("lead", "2026-02-10"),
        ("proposed", "2026-03-01"),
        ("formal_review", "2026-03-02"),
        ("expert_screening", "2026-03-03"),
        ("compiled", "2026-03-10"),
        ("standards_check", "2026-03-20"),
    ):
        advance(path, step(state, when), RULES)
    (reason,) = refused(path, step("in_library", "2026-03-31"))
    assert "before the screening of batch 2026-2" in reason
    assert advance(path, step("in_library", "2026-06-30 24:00"), RULES).after is State.LIBRARY


@pytest.mark.parametrize(
    ("last", "to", "late"),
    [("expert_screening", "compiled", "2026-03-21 00:00"), ("standards_check", "in_library", "2026-04-01")],
)
def test_late_item_is_refused_and_goes_to_the_next_batch(path, last, to, late):
    lead_to(path, last)
    (reason,) = refused(path, step(to, late))
    assert "the deadline of batch 2026-1" in reason
    assert "next_batch" in reason
    advance(path, step("next_batch", late, reason="逾期"), RULES)
    assert str(advance(path, step("proposed", "2026-04-02"), RULES).batch) == "2026-2"


def test_what_moves_on_early_is_in_a_later_batch_than_its_own(path):
    advance(path, step("lead", "2026-01-10"), RULES)
    advance(path, step("proposed", "2026-01-20"), RULES)
    advance(path, step("next_batch", "2026-01-30", reason="材料不全"), RULES)
    assert str(advance(path, step("proposed", "2026-02-01"), RULES).batch) == "2026-2"


def test_second_batch_moves_to_the_campaign_of_another_year(path):
    advance(path, step("lead", "2026-02-10"), RULES)
    advance(path, step("proposed", "2026-03-01"), RULES)
    advance(path, step("next_batch", "2026-06-25", reason="逾期"), RULES)
    (reason,) = refused(path, step("proposed", "2026-06-26"))
    assert "closed" in reason
    assert str(advance(path, step("proposed", "2026-12-26", year=2027), RULES).batch) == "2027-1"


def test_returned_project_keeps_its_batch_while_its_screening_lasts(path):
    lead_to(path, State.FORMAL_REVIEW)
    advance(path, step("returned", "2026-03-06", reason="补充材料"), RULES)
    assert str(advance(path, step("proposed", "2026-03-08"), RULES).batch) == "2026-1"


def test_returned_project_whose_screening_has_ended_is_in_the_next_batch(path):
    lead_to(path, State.FORMAL_REVIEW)
    advance(path, step("returned", "2026-03-06", reason="补充材料"), RULES)
    assert str(advance(path, step("proposed", "2026-03-21"), RULES).batch) == "2026-2"


def test_suspended_project_goes_back_to_where_it_was_and_nowhere_else(path):
    lead_to(path, State.FORMAL_REVIEW)
    advance(path, step("suspended", "2026-03-06", reason="等选址"), RULES)
    standing = read_log(path).standings["warang_phs"]
    assert may_follow(standing) == (State.FORMAL_REVIEW, State.REJECTED)
    refused(path, step("expert_screening", "2026-03-08"))
    assert advance(path, step("formal_review", "2026-03-08", evidence=()), RULES).before is State.SUSPENDED


def test_suspended_in_the_library_leaves_it_as_removed(path):
    lead_to(path, State.PREPARATION)
    advance(path, step("suspended", "2026-06-06", reason="资金"), RULES)
    assert may_follow(read_log(path).standings["warang_phs"]) == (State.PREPARATION, State.REMOVED)
    advance(path, step("removed", "2026-07-06", reason="不再实施"), RULES)
    assert may_follow(read_log(path).standings["warang_phs"]) == ()


def test_rejected_project_keeps_its_record(path):
    lead_to(path, State.SCREENING)
    advance(path, step("rejected", "2026-03-15", reason="不符合规划"), RULES)
    standing = read_log(path).standings["warang_phs"]
    assert standing.state is State.REJECTED
    assert len(standing.events) == 5
    advance(path, step("lead", "2027-01-05"), RULES)
    assert len(read_log(path).standings["warang_phs"].events) == 6


def test_documents_that_a_step_asks_for_are_named(path):
    (reason,) = refused(
        path, step("lead", "2026-02-10", evidence=()), step("proposed", "2026-02-11", evidence=())
    )
    assert "建议表与建议书" in reason
    lead_to(path, State.PREPARATION, "nanshankou_phs")
    (reason,) = refused(path, step("approved", "2026-09-01", "nanshankou_phs", evidence=()))
    assert "先评估、后决策" in reason


def test_gates_name_every_item_that_is_open_and_how_to_answer_it(path):
    lead_to(path, State.STANDARDS, "tongde_phs")
    content = path.read_text(encoding="utf-8")
    path.write_text("", encoding="utf-8")
    for state, when in FIRST_BATCH.items():
        if state is State.LIBRARY:
            break
        advance(path, step(state, when, evidence=(PAPER,)), RULES)
    assert path.read_text(encoding="utf-8") != content
    reasons = refused(path, step("in_library", "2026-03-31", evidence=(PAPER,), computed={}))
    assert len(reasons) == len(RULES.items)
    assert "--evidence FILE=K4.safety, or --na K4.safety=REASON" in "".join(reasons)
    assert "--run, --value or --finance" in reasons[2]


def test_one_assessment_answers_many_items_and_stands_once_in_the_log(path):
    event = lead_to(path, State.LIBRARY)
    assert {answer.verdict for answer in event.answers} == {"yes"}
    assert len(event.answers) == len(RULES.items)
    assert sum(one.sha256 == ALL_ITEMS.sha256 for one in event.evidence) == 1
    assert event.rules == RULES.sha256


def test_documents_of_earlier_steps_count_at_the_gates(path):
    lead_to(path, State.STANDARDS)
    event = advance(path, step("in_library", "2026-03-31", evidence=()), RULES)
    assert {answer.verdict for answer in event.answers} == {"yes"}


def test_item_that_does_not_apply_needs_its_reason_and_a_computed_no_stands(path):
    lead_to(path, State.STANDARDS, "x")
    path.unlink()
    for state, when in list(FIRST_BATCH.items())[:6]:
        advance(path, step(state, when, evidence=(PAPER,)), RULES)
    na = {item.name: "不涉及" for item in RULES.items}
    bad = YES | {"co2": Computed(False, "增加排放", "adds CO2")}
    (reason,) = refused(
        path, step("in_library", "2026-03-31", evidence=(PAPER,), not_applicable=na, computed=bad)
    )
    assert "K4.co2" in reason
    assert "增加排放" in reason
    event = advance(
        path, step("in_library", "2026-03-31", evidence=(PAPER,), not_applicable=na, computed=YES), RULES
    )
    assert {answer.verdict for answer in event.answers} == {"yes", "na"}


def test_unknown_item_is_told(path):
    odd = Evidence("x.pdf", "c" * 64, ("K9.nothing",))
    (reason,) = refused(path, step("lead", "2026-02-01", evidence=(odd,)))
    assert "K9.nothing: is no item of the gates" in reason


@pytest.mark.parametrize(
    "damage",
    [
        lambda lines: [lines[0], lines[1].replace("省能源局", "某某"), *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0], lines[0], *lines[1:]],
        lambda lines: [lines[0], "nonsense", *lines[2:]],
        lambda lines: [lines[0], lines[1].replace('"number":2', '"number": 2'), *lines[2:]],
        lambda lines: [lines[0], '{"number":2}', *lines[2:]],
        lambda lines: [lines[0], "", *lines[1:]],
        lambda lines: [lines[0], "[]", *lines[2:]],
    ],
)
def test_a_changed_missing_moved_or_added_line_is_found(path, damage):
    lead_to(path, State.SCREENING)
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(damage(lines)) + "\n", encoding="utf-8")
    with pytest.raises(LifecycleError, match=r"events\.jsonl:[12]: "):
        read_log(path)


def test_a_line_forged_with_a_checksum_of_its_own_breaks_the_chain(path):
    from dataclasses import replace

    lead_to(path, State.SCREENING)
    lines = path.read_text(encoding="utf-8").splitlines()
    forged = replace(read_log(path).events[1], who="某某").sealed().line().rstrip()
    path.write_text("\n".join([lines[0], forged, *lines[2:]]) + "\n", encoding="utf-8")
    with pytest.raises(LifecycleError, match=r"events\.jsonl:3: does not follow the line before it"):
        read_log(path)


def test_event_that_begins_in_another_state_is_found(path):
    from dataclasses import replace

    event = lead_to(path, State.LEAD)
    odd = replace(event, number=2, before=State.SCREENING, after=State.REJECTED, reason="x")
    path.write_text(event.line() + replace(odd, previous=event.checksum).sealed().line(), encoding="utf-8")
    with pytest.raises(LifecycleError, match="stands in lead, not in expert_screening"):
        read_log(path)


def test_torn_line_longer_than_the_next_one_leaves_nothing_behind(path):
    lead_to(path, State.LEAD)
    whole = path.read_bytes()
    path.write_bytes(whole + b"x" * 9000)
    event = advance(path, step("rejected", "2026-02-10", reason="不符"), RULES)
    assert path.read_bytes() == whole + event.line().encode()


def test_illegal_step_in_a_sound_chain_is_found(path):
    from dataclasses import replace

    event = lead_to(path, State.LEAD)
    odd = replace(event, number=2, before=State.LEAD, after=State.LIBRARY, previous=event.checksum).sealed()
    path.write_text(event.line() + odd.line(), encoding="utf-8")
    with pytest.raises(LifecycleError, match="may not follow lead"):
        read_log(path)


@pytest.mark.parametrize("kept", [1, 40, -1])
def test_torn_last_line_is_left_out_and_cut_off_by_the_next_writer(path, kept):
    """A crash in the middle of a write leaves the beginning of a line."""
    lead_to(path, State.FORMAL_REVIEW)
    whole = path.read_bytes()
    end = whole.rstrip(b"\n").rfind(b"\n") + 1
    path.write_bytes(whole[:end] + whole[end:][:kept])
    log = read_log(path)
    assert log.torn
    assert log.standings["warang_phs"].state is State.PROPOSED
    advance(path, step("formal_review", "2026-03-05 09:00"), RULES)
    assert path.read_bytes() == whole
    assert read_log(path).torn == b""


def test_log_survives_kill_9_with_at_most_the_last_line_torn(path, tmp_path):
    """A process that writes event after event is killed; the log reads, and goes on where it was."""
    code = (
        "import sys, pathlib; from tests.lifecycle.roads import *\n"
        "for n in range(100000): advance(pathlib.Path(sys.argv[1]), "
        "step('lead', '2026-02-01', f'p{n}'), RULES); print(n, flush=True)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
    said = [child.stdout.readline() for _ in range(15)]
    os.kill(child.pid, signal.SIGKILL)
    said += child.communicate()[0].splitlines(keepends=True)
    log = read_log(path)
    done = len([line for line in said if line.endswith("\n")])
    assert done <= len(log.events) <= done + 1
    advance(path, step("lead", "2026-02-01", "after"), RULES)
    assert read_log(path).events[-1].project == "after"


def test_two_writers_at_once_lose_nothing(path):
    code = (
        "import sys, pathlib; from tests.lifecycle.roads import *\n"
        "for n in range(25): advance(pathlib.Path(sys.argv[1]), "
        "step('lead', '2026-02-01', f'{sys.argv[2]}{n}'), RULES)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert {event.project for event in read_log(path).events} == {f"{a}{n}" for a in "ab" for n in range(25)}


def test_refused_first_step_leaves_no_file(path):
    refused(path, step("proposed", "2026-02-01"))
    assert not path.parent.exists()


def test_absent_log_is_empty(path):
    log = read_log(path)
    assert (log.events, log.standings, log.last_checksum) == ((), {}, BEGINNING)


def test_folder_in_place_of_a_log_is_told(tmp_path):
    with pytest.raises(LifecycleError, match="cannot be read"):
        read_log(tmp_path)


def test_every_state_can_be_reached_and_left_as_the_table_says():
    reached = {state for following in TRANSITIONS.values() for state in following}
    assert reached == set(State)
    assert set(TRANSITIONS) == {None, *State}
    assert [state for state, following in TRANSITIONS.items() if not following] == ["evaluated", "removed"]
