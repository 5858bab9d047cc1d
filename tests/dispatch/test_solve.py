"""States of a solve, in words; degenerate networks; laws that any dispatch keeps."""

from __future__ import annotations

import pytest

from qhgrid.dispatch import ElasticPrices, certify, method_names, solve
from qhgrid.dispatch import solve as solve_function
from qhgrid.dispatch.extract import read_program
from qhgrid.dispatch.infeasible import contradictions
from qhgrid.dispatch.methods import Options, Solution, Status, find_method, register_method
from qhgrid.dispatch.prices import Prices
from qhgrid.dispatch.solve import _why_not
from qhgrid.errors import DispatchError
from tests.dispatch.systems import Draft, random_islands


def one_bus(load: object = 10.0, **generator: object) -> Draft:
    draft = Draft(2)
    draft.add("Carrier", "AC")
    draft.add("Bus", "a", carrier="AC")
    draft.add("Load", "load", bus="a", p_set=load)
    draft.add("Generator", "g", bus="a", **({"p_nom": 20.0, "marginal_cost": 1.0} | generator))
    return draft


def message(draft: Draft, **options: object) -> str:
    with pytest.raises(DispatchError) as caught:
        solve(draft.network(), **options)
    return str(caught.value)


def test_method_that_does_not_exist_names_those_that_do():
    text = message(one_bus(), method="guess")
    assert text.startswith("method 'guess': there is no such method of dispatch. Use one of: ")
    assert "highs" in text


def test_highs_is_there_in_all_its_algorithms():
    assert {"highs", "highs-ipm", "highs-simplex"} <= set(method_names())


@pytest.mark.parametrize("method", ["highs-ipm", "highs-simplex"])
def test_every_algorithm_finds_the_same_cost(method):
    found = solve(one_bus().network(), method=method, elastic=None)
    assert found.objective == pytest.approx(20.0)
    assert found.certificate.is_valid
    assert found.method == method


def test_lack_of_power_without_elastic_layer_names_bus_and_hour():
    text = message(one_bus([10.0, 30.0]), elastic=None)
    assert text.startswith(
        "Bus a at 2030-01-15 19:00:00: load or feed-in is more than everything connected can serve"
    )


def test_infeasible_by_several_hours_is_said_with_the_least_that_is_short():
    """10 MWh must be in store at the end, 15 MW at most flow in: 5 MW are short in all, where it may be."""
    draft = one_bus(0.0, p_min_pu=0.0)
    draft.add("StorageUnit", "s", bus="a", p_nom=5.0, max_hours=2.0, state_of_charge_set=[float("nan"), 10.0])
    draft.add("Load", "more", bus="a", p_set=[16.0, 19.0])
    assert "infeasible: the least that is missed in all is 5 MW or MWh: Bus a" in message(draft, elastic=None)
    assert "infeasible: no plan serves every load" in message(draft, elastic=None, method="highs")
    assert solve(draft.network()).shortages[0].bus == "a"


def test_infeasible_with_elastic_layer_points_at_what_is_left():
    draft = one_bus(10.0, e_sum_min=15.0, p_min_pu=0.0, ramp_limit_up=0.0, ramp_limit_down=0.0, p_init=1.0)
    assert "infeasible, although load may be shed" in message(draft, method="highs")
    text = message(draft)
    assert "infeasible: the least that is missed in all is 6.5 MW or MWh: Generator g, generator_ramp" in text


def test_energy_for_nothing_is_unbounded():
    draft = one_bus(p_nom=float("inf"), marginal_cost=-1.0)
    draft.add("Generator", "sink", bus="a", sign=-1.0, p_nom=float("inf"))
    text = message(draft, elastic=None)
    assert "unbounded" in text or "infeasible" in text


def test_time_limit_is_said():
    assert "stopped at the time limit of 1e-09 s" in message(one_bus(), time_limit=1e-9, method="highs-ipm")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.UNBOUNDED, "unbounded: some dispatch earns money without end"),
        (Status.TIME_LIMIT, "stopped at the time limit of 5 s without a plan"),
        (Status.FAILED, "the solver ended with: odd"),
    ],
)
def test_every_state_has_its_words(status, words):
    assert words in str(_why_not(Solution(status, Prices(), "odd"), None, 5.0))


def test_plan_that_is_not_proved_is_an_error():
    """An engine that leaves an old plan with prices of nothing must not get through."""

    def lazy(network, program, options, progress):
        find_method("highs")(network, program, options, progress)
        network.c["Generator"].dynamic["p"].iloc[0, 0] += 1.0
        return Solution(Status.OPTIMAL, Prices())

    register_method("lazy", lazy)
    text = message(one_bus(), method="lazy")
    assert "certificate: Bus a, bus_balance at 2030-01-15 18:00:00: 1 MW is above the tolerance" in text
    assert "and the gap should be at most 1e-06" in text


def test_nothing_to_dispatch_is_an_error_without_elastic_layer():
    draft = Draft(1)
    draft.add("Bus", "a", carrier="AC")
    with pytest.raises(DispatchError, match="nothing in it can be dispatched"):
        solve(draft.network(), elastic=None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"p_min_pu": 0.9, "p_max_pu": 0.5},
            "Generator g at 2030-01-15 18:00:00: p must be at least 18 and at most 10",
        ),
        ({"e_sum_min": 1000.0}, "Generator g: the energy of the horizon is outside e_sum_min and e_sum_max"),
        ({"p_set": 25.0}, "p must be at least 25 and at most 20"),
        (
            {"p_init": 19.0, "ramp_limit_down": 0.1, "p_max_pu": 0.5},
            "ramp_limit_up or ramp_limit_down cannot hold",
        ),
    ],
)
def test_contradictions_are_named_without_a_solver(change, words):
    program = read_program(one_bus(10.0, **change).network())
    assert words in "\n".join(str(fault) for fault in contradictions(program))


def test_progress_is_told_stage_by_stage():
    stages = []
    solve(one_bus().network(), progress=lambda stage, fraction: stages.append((stage, fraction)))
    names = list(dict.fromkeys(stage for stage, _ in stages))
    equal = "choose among equal plans"
    assert names == ["check", "model", "solve", equal, "read results", "certify", "done"]
    assert stages[-1][1] == 1.0
    shares = [share for stage, share in stages if stage == "solve"]
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] == 1.0


def test_solver_prints_nothing_unless_asked(capfd):
    solve(one_bus().network())
    assert capfd.readouterr() == ("", "")


def degenerate() -> Draft:
    """No cost, no capacity, no component, one snapshot, all at once in islands."""
    draft = Draft(1)
    draft.add("Carrier", "AC")
    for name in "abcd":
        draft.add("Bus", name, carrier="AC")
    draft.add("Generator", "nothing", bus="a", p_nom=0.0)
    draft.add("Line", "thin", bus0="a", bus1="b", x=1.0, r=1.0, s_nom=0.0)
    draft.add("StorageUnit", "flat", bus="b", p_nom=0.0, cyclic_state_of_charge=True)
    draft.add("Store", "tank", bus="b", e_nom=0.0, e_cyclic=True)
    draft.add("Load", "off", bus="c", p_set=5.0, active=False)
    return draft


def test_network_without_any_cost_has_a_plan():
    found = solve(degenerate().network(), elastic=None)
    assert (found.objective, found.status) == (0.0, "optimal")
    assert found.certificate.is_valid


def test_degenerate_network_with_elastic_layer_needs_nothing_of_it():
    found = solve(degenerate().network())
    assert found.objective == 0.0
    assert found.shortages == ()


def test_bus_with_many_components_is_certified_too():
    """PyPSA balances buses with more than 30 components in a constraint of another name."""
    draft = one_bus(200.0, p_nom=5.0)
    draft.add("Bus", "b", carrier="AC")
    draft.add("Load", "small", bus="b", p_set=7.0)
    draft.add("Generator", "alone", bus="b", p_nom=9.0, marginal_cost=3.0)
    for i in range(35):
        draft.add("Generator", f"g {i:02d}", bus="a", p_nom=10.0, marginal_cost=float(i))
    found = solve(draft.network(), elastic=None)
    assert found.certificate.is_valid
    assert found.objective == pytest.approx(2 * (5 * 1 + sum(range(20)) * 10 - 5 * 19 + 7 * 3))
    assert found.network.buses_t.marginal_price.iloc[0].tolist() == pytest.approx([19.0, 3.0])


def test_constraints_on_capacities_and_on_nothing_bind_nothing():
    draft = one_bus()
    draft.add("GlobalConstraint", "lines", type="transmission_volume_expansion_limit", carrier_attribute="AC",
              sense="<=", constant=1.0)  # fmt: skip
    draft.add("GlobalConstraint", "co2", sense="<=", constant=0.0)
    draft.add(
        "GlobalConstraint",
        "none",
        type="operational_limit",
        carrier_attribute="peat",
        sense=">=",
        constant=5.0,
    )
    assert solve(draft.network(), elastic=None).objective == pytest.approx(20.0)


def test_large_programmes_go_to_hipo_and_small_ones_to_simplex(monkeypatch):
    chosen = []

    def note(network, program, options, progress, *, algorithm):
        chosen.append(algorithm)
        return Solution(Status.FAILED, Prices(), "noted")

    monkeypatch.setattr("qhgrid.dispatch.highs.solve_with_highs", note)
    for columns in (10, 0):
        monkeypatch.setattr("qhgrid.dispatch.highs.SIMPLEX_COLUMNS", columns)
        message(one_bus(), method="highs")
    assert chosen == ["simplex", "hipo"]


def test_doubling_every_power_doubles_the_cost(some_islands):
    double = random_islands(7, 12)
    for component, attributes in {
        "Generator": ("p_nom", "p_set", "p_init", "e_sum_min", "e_sum_max"),
        "Load": ("p_set",),
        "StorageUnit": ("p_nom", "inflow", "state_of_charge_initial", "state_of_charge_set"),
        "Store": ("e_nom", "e_initial", "e_set"),
        "Link": ("p_nom", "p_set"),
        "Process": ("p_nom",),
        "Line": ("s_nom", "v_ang_max"),
        "Transformer": ("s_nom", "x", "r", "phase_shift", "phase_shift_min", "phase_shift_max", "v_ang_max"),
        "GlobalConstraint": ("constant",),
    }.items():
        members = double.c[component]
        for attribute in attributes:
            members.static[attribute] = members.static[attribute] * 2
            if attribute in members.dynamic:
                members.dynamic[attribute] = members.dynamic[attribute] * 2
    assert solve(double).objective == pytest.approx(2 * some_islands.objective, rel=1e-9)


def test_order_of_components_does_not_change_the_cost(some_islands):
    turned = random_islands(7, 12)
    for component in ("Bus", "Generator", "Load", "StorageUnit", "Line", "Link"):
        members = turned.c[component]
        members.static = members.static.iloc[::-1]
    found = solve(turned)
    assert found.objective == pytest.approx(some_islands.objective, rel=1e-9)
    assert found.certificate.is_valid


def test_solved_network_can_be_copied_and_solved_again():
    found = solve(one_bus().network(), elastic=ElasticPrices())
    again = solve_function(found.network.copy())
    assert again.objective == found.objective
    assert certify(again.network, again.prices) == again.certificate


def test_options_are_off_by_default():
    assert Options() == Options(1e-6, 1, None, False)
