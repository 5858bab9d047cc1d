"""Settings of the shipped plan for every planning rule: some that it lets pass, and some that it refuses."""

from __future__ import annotations

from typing import NamedTuple


class Case(NamedTuple):
    """A rule with settings that it lets pass, settings that it refuses, and words of its message."""

    rule: str
    passing: tuple[str, ...]
    failing: tuple[str, ...]
    words: str
    others: int = 1
    """Most other rules that rightly speak too."""


ASSUMPTION = "{value: 1, unit: MW, low: 0, high: 2, source: made up here, confidence: assumed}"
LATE = "{in_service_year: 2031, reason: a reason}"
EIGHT = "xining: 0.3, haidong: 0, haibei: 0, huangnan: 0, hainan: 0, guoluo: 0, yushu: 0"

CASES = (
    Case(
        "horizon-order",
        ("horizon.end=2030-01-01",),
        ("horizon.start=2030-02-02", "horizon.end=2030-02-01"),
        "ends on 2030-02-01, before it starts",
    ),
    Case(
        "horizon-year",
        ("horizon.end=2031-01-01",),
        ("horizon.start=2031-01-01", "horizon.end=2031-01-02"),
        "2031-01-01 does not lie in the level year 2030",
    ),
    Case(
        "water-year-known",
        ("hydro.water_year=1998",),
        ("hydro.water_year=[1998, 1950]", "horizon.end=2031-12-31"),
        "the record of inflow has no year 1950",
    ),
    Case(
        "year-lists",
        ("hydro.water_year=[1998, synthetic-7]", "weather.year=[1, 0]", "horizon.end=2031-12-31"),
        ("weather.year=[1, 0]",),
        "2 years are listed, the horizon has 1 calendar years",
    ),
    Case(
        "workloads-add-up",
        ("computing.workloads.training.share=0.35", "computing.workloads.inference.share=0.45"),
        ("computing.workloads.training.share=0.35",),
        "the shares of backup, inference, rendering, training add up to 0.9",
    ),
    Case(
        "pue-falls",
        ("computing.pue={2025: 1.2, 2030: 1.2}",),
        ("computing.pue={2025: 1.2, 2030: 1.25}",),
        "the PUE of 2030 is 1.25, above 1.2 in 2025",
    ),
    Case(
        "flexible-part",
        ("flexibility.interruptible.aluminium={share: 1, price: 1 元/kWh}",),
        ("computing.migration=0.9",),
        "1.21 of computing may wait, be cut or move away",
    ),
    Case(
        "flexible-once",
        ("flexibility.shifting.heating={share: 0.1, window: 4 h}",),
        ("flexibility.shifting.computing={share: 0.1, window: 4 h}",),
        "computing may wait here and by computing.workloads",
    ),
    Case(
        "wait-length",
        ("flexibility.shifting.heating={share: 0.1, window: 168 h}",),
        ("flexibility.shifting.heating={share: 0.1, window: 169 h}",),
        "169 h is more than a week",
    ),
    Case(
        "cut-price",
        ("flexibility.interruptible.silicon={share: 0.1, price: 19 元/kWh}",),
        ("flexibility.interruptible.silicon={share: 0.1, price: 20 元/kWh}",),
        "20000 CNY/MWh is not below elastic.shed_price of 20000",
    ),
    Case(
        "published-months",
        ("demand.published_months=false",),
        ("demand.published_months=true",),
        "the consumption of each month of 2030 is not published",
    ),
    Case(
        "heating-day",
        ("thermal.heating_end=02-28",),
        ("thermal.heating_end=02-30",),
        "02-30: this day does not exist in 2030",
    ),
    Case(
        "heating-season",
        ("thermal.heating_start=11-01",),
        ("thermal.heating_start=04-15", "thermal.heating_end=10-15"),
        "leaves out the turn of the year",
    ),
    Case(
        "retrofit-known",
        ("thermal.retrofit.huadian_datong={min_load: 0.25, reason: 灵活性改造}",),
        ("thermal.retrofit.huadian_detong={min_load: 0.25, reason: 灵活性改造}",),
        "there is no coal or gas plant 'huadian_detong'",
    ),
    Case(
        "retrofit-lowers",
        ("thermal.retrofit.huadian_datong={min_load: 0.25, reason: 灵活性改造}",),
        ("thermal.retrofit.huadian_datong={min_load: 0.4, reason: 灵活性改造}",),
        "the least output of huadian_datong is 0.35 already",
    ),
    Case(
        "must-run-available",
        ("thermal.captive_p_min_pu=0.6",),
        ("thermal.captive_p_min_pu=0.95",),
        "0.95 of rating must run, but only 0.9 is available",
    ),
    Case(
        "base-counted-once",
        ("fleet.overrides.geermu_coal={p_nom: 660 MW, reason: one unit}",),
        ("fleet.overrides.geermu_coal={p_nom: 2640 MW, reason: counted twice}",),
        "add up to 2640 MW of coal behind qinggui, whose base has 1320 MW",
    ),
    Case(
        "source-has-base",
        ("storage.source_charges_from_grid=false",),
        ("storage.source_charges_from_grid=false", "fleet.scale.pv=0", "fleet.scale.wind=0"),
        "hainan_base_battery may charge from its base alone",
        9,
    ),
    Case(
        "user-classes-once",
        ("storage.user_classes=[computing]",),
        ("storage.user_classes=[computing, silicon, computing]",),
        "the class computing is listed 2 times",
    ),
    Case(
        "shares-add-up",
        ("demand_shares.base.xining=0.33", "demand_shares.base.haixi=0.23"),
        ("demand_shares.base.xining=0.33",),
        "add up to 0.99",
    ),
    Case(
        "class-has-shares",
        ("demand_shares.other={" + EIGHT + ", haixi: 0.7}",),
        (),
        "the class other has demand but no prefecture shares",
    ),
    Case(
        "demand-row",
        ("demand.energy=", "demand.level=high"),
        ("demand.energy=", "year=2019"),
        "has no central total of 2041",
    ),
    Case(
        "demand-plausible",
        ("demand.energy=1600亿千瓦时",),
        ("demand.energy=1485万千瓦时",),
        "is far from what is known for 2030",
    ),
    Case(
        "extra-size",
        ("demand.extra.computing=700亿千瓦时",),
        ("demand.extra.computing=800亿千瓦时",),
        "800 亿千瓦时 on top is more than half",
    ),
    Case(
        "grades-once",
        ("fleet.grades=[OP, G5, G4, A]",),
        ("fleet.grades=[OP, G5, G4, A, OP]",),
        "the grade OP is listed 2 times",
    ),
    Case(
        "grades-operating",
        ("fleet.grades=[OP]",),
        ("fleet.grades=[G5, G4, A]",),
        "the plants in operation (OP) are not counted",
        9,
    ),
    Case(
        "grades-firm",
        ("fleet.grades=[OP, G5, G4, G2]",),
        ("fleet.grades=[OP, G5, G4, G1]",),
        "the grade G1 is counted in 2030",
    ),
    Case(
        "override-known",
        (f"fleet.overrides.warang_1={LATE}",),
        (f"fleet.overrides.warang_9={LATE}",),
        "there is no plant 'warang_9'",
    ),
    Case(
        "override-once",
        (f"fleet.overrides.warang_1={LATE}",),
        (
            "fleet.overrides=[{id: warang_1, in_service_year: 2031, reason: late}, "
            "{id: warang_1, grade: G2, reason: again}]",
        ),
        "warang_1 is overridden a second time",
    ),
    Case(
        "override-changes",
        (f"fleet.overrides.warang_1={LATE}",),
        ("fleet.overrides.warang_1={reason: for no reason}",),
        "warang_1 has these values already",
    ),
    Case(
        "override-size",
        ("fleet.overrides.warang_1={p_nom: 5000 MW, grade: A, reason: assumed larger}",),
        ("fleet.overrides.warang_1={p_nom: 5000 MW, reason: a slip}",),
        "more than three times the 140 万千瓦 of the row",
    ),
    Case(
        "override-retired",
        ("fleet.overrides.geermu_gas={in_service_year: 2004, grade: G5, reason: earlier}",),
        ("fleet.overrides.geermu_gas={in_service_year: 2040, reason: too late}",),
        "geermu_gas retires in 2034",
        2,
    ),
    Case(
        "override-operating",
        ("fleet.overrides.geermu_gas={in_service_year: 2003, reason: earlier}",),
        ("fleet.overrides.geermu_gas={in_service_year: 2031, reason: later}",),
        "geermu_gas has been in operation since 2004",
    ),
    Case(
        "scale-known",
        ("fleet.scale.battery=0.5",),
        ("fleet.scale.batery=0.5",),
        "there is no technology 'batery'",
    ),
    Case("scale-size", ("fleet.scale.csp=5",), ("fleet.scale.csp=120",), "120 times the capacity of csp"),
    Case(
        "scale-hydro",
        ("fleet.scale.hydro=0.5",),
        ("fleet.scale.hydro=0",),
        "takes every turbine off the river",
    ),
    Case("fleet-counts", ("fleet.grades=[OP]",), ("fleet.grades=[G3]",), "no plant counts in 2030", 9),
    Case(
        "fleet-total",
        ("fleet.scale.pv=1.05",),
        ("fleet.scale.pv=1.5",),
        "is more than 5 % above the total of 16500 万千瓦",
    ),
    Case(
        "corridor-known",
        ("corridors.qingyu.loss=7 %",),
        (
            "corridors.qingyou={in_service: false, p_nom: 1 MW, p_min_pu: 0, loss: 0, contract: 0 MWh, "
            "price: 0.3 元/kWh, sending_station: tala}",
        ),
        "there is no corridor 'qingyou'",
    ),
    Case(
        "corridor-sending",
        ("corridors.qingyu.sending_station=tala",),
        ("corridors.qingyu.sending_station=''",),
        "has no sending station",
    ),
    Case(
        "corridor-station-known",
        ("corridors.qingyu.sending_station=tala",),
        ("corridors.qingyu.sending_station=tarla",),
        "there is no station 'tarla'",
    ),
    Case(
        "corridor-station-ready",
        ("corridors.qingyu.sending_station=songrugou",),
        ("fleet.grades=[OP, G5, A]", "ties.xinjiang.in_service=false"),
        "the sending station songrugou has the grade G4",
    ),
    Case(
        "corridor-ready",
        ("corridors.qinggui.in_service=false",),
        ("fleet.grades=[OP, G4, A]", "corridors.qingyue.in_service=false"),
        "青桂直流 has the grade G5",
    ),
    Case(
        "corridor-rating",
        ("corridors.qingyu.p_nom=8000 MW",),
        ("corridors.qingyu.p_nom=8000.1 MW",),
        "8000.1 MW is above the rating of 8000 MW",
    ),
    Case(
        "corridor-contract",
        ("corridors.qingyu.contract=650亿千瓦时",),
        ("corridors.qingyu.contract=660亿千瓦时",),
        "the contract of 660 亿千瓦时 is above the 658.75 亿千瓦时",
    ),
    Case(
        "corridor-minimum",
        ("corridors.qingyu.p_min_pu=0.9",),
        ("corridors.qingyu.p_min_pu=0.95",),
        "a minimum of 95% of the rating",
    ),
    Case(
        "corridor-loss", ("corridors.qingyu.loss=15 %",), ("corridors.qingyu.loss=60 %",), "a loss of 60.0%"
    ),
    Case(
        "tie-known",
        ("ties.gansu.in_service=false",),
        (
            "ties.gansuu={in_service: false, import_limit: 1 MW, export_limit: 1 MW, "
            "import_price: 0.3 元/kWh, export_price: 0.2 元/kWh}",
        ),
        "there is no tie 'gansuu'",
    ),
    Case(
        "tie-ready",
        ("ties.xinjiang.in_service=false",),
        ("fleet.grades=[OP, G5, A]", "corridors.qinggui.in_service=false"),
        "has the grade G4, which fleet.grades does not count",
    ),
    Case(
        "tie-limit",
        ("ties.gansu.import_limit=7500 MW",),
        ("ties.gansu.import_limit=22800 MW",),
        "22800 MW is above the transfer limit of 7500 MW",
    ),
    Case(
        "tie-prices",
        ("ties.gansu.export_price=0.35 元/kWh",),
        ("ties.gansu.export_price=0.36 元/kWh",),
        "an export price of 360 is above the import price of 350",
    ),
    Case(
        "corridor-curve",
        ("corridors.qingyu.curve=fixed", "corridors.qingyu.contract=350亿千瓦时"),
        ("corridors.qingyu.curve=fixed", "corridors.qingyu.contract=600亿千瓦时"),
        "above the rating of 8000 MW",
    ),
    Case(
        "hydro-plant",
        ("hydro.initial_levels={longyangxia: 2590 m}",),
        ("hydro.initial_levels={longyangxi: 2590 m}",),
        "'longyangxi' has no reservoir",
    ),
    Case(
        "hydro-range",
        ("hydro.end_levels={longyangxia: 2530 m, laxiwa: 2452 m}",),
        ("hydro.end_levels={longyangxia: 2601 m}",),
        "2601 m is not between dead and normal level of longyangxia",
    ),
    Case(
        "hydro-months",
        (f"hydro.rule_levels={{longyangxia: [{', '.join(['2585 m'] * 12)}]}}",),
        ("hydro.rule_levels={longyangxia: [2585 m, 2586 m]}",),
        "lists 2 months",
    ),
    Case(
        "hydro-value",
        ("hydro.end_level=value", "hydro.water_value=0.4 元/m3"),
        ("hydro.end_level=value",),
        "worth nothing",
    ),
    Case(
        "corridor-outage",
        ("corridors.qingyu.outages=[{start: 2030-04-01, end: 2030-04-01, share: 0.5}]",),
        ("corridors.qingyu.outages=[{start: 2030-04-10, end: 2030-04-01, share: 0.5}]",),
        "ends on 2030-04-01, before it starts on 2030-04-10",
    ),
    Case(
        "corridor-poles",
        ("corridors.qingyu.poles_out=1",),
        ("corridors.qingyu.poles_out=2",),
        "2 of 2 poles are out",
    ),
    Case(
        "corridor-ramp",
        ("corridors.qingyu.ramp=0.3",),
        ("corridors.qingyu.ramp=0.05",),
        "a ramp of 0.05 an hour is not above the least power of 0.1",
    ),
    Case(
        "corridor-steps",
        ("corridors.qingyu.steps={step_size: 500 MW}",),
        ("corridors.qingyu.steps={levels: [0.9, 1]}", "corridors.qingyu.poles_out=1"),
        "no set-point lies between 400 and 4000 MW",
    ),
    Case(
        "corridor-base",
        ("corridors.qinggui.clean_share_floor=0.5",),
        ("corridors.qingyu.clean_share_floor=0.5",),
        "no counted plant is built for this corridor",
    ),
    Case(
        "tie-months",
        ("ties.gansu.price_by_month=[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.1]",),
        ("ties.gansu.price_by_month=[1, 1]",),
        "price_by_month has 2 figures",
    ),
    Case(
        "tie-contract",
        ("ties.gansu.import_contract=100亿千瓦时", "ties.gansu.export_contract=100亿千瓦时"),
        ("ties.gansu.export_contract=600亿千瓦时",),
        "is above the",
    ),
    Case(
        "price-size",
        ("corridors.qingyu.price=0.45 元/kWh",),
        ("corridors.qingyu.price=0.30 元/MWh",),
        "0.3 CNY/MWh is no price of electricity",
    ),
    Case(
        "coal-price-size",
        ("thermal.coal_price=700 元/tce",),
        ("thermal.coal_price=0.9 元/tce",),
        "0.9 CNY a tonne is no price of standard coal",
    ),
    Case(
        "must-run",
        ("thermal.heating_p_min_pu=0.9",),
        ("thermal.heating_p_min_pu=0.95",),
        "must-run of 0.95 is above the availability of 0.9",
    ),
    Case(
        "must-run-season",
        ("thermal.summer_p_min_pu=0.45",),
        ("thermal.summer_p_min_pu=0.5",),
        "the must-run of summer (0.5) is above",
    ),
    Case(
        "shed-price",
        ("elastic.shed_price=10 元/kWh",),
        ("elastic.shed_price=0.55 元/kWh", "elastic.contract_shortfall_price=0.1 元/kWh"),
        "so load would be shed first",
    ),
    Case(
        "shortfall-price",
        ("elastic.contract_shortfall_price=19.6 元/kWh",),
        ("elastic.contract_shortfall_price=19.7 元/kWh",),
        "not less than unserved energy (20000)",
    ),
    Case(
        "dump-price",
        ("elastic.dump_price=1 元/MWh",),
        ("elastic.dump_price=0 元/MWh",),
        "surplus that nothing can take costs nothing",
    ),
    Case("hydro-level", ("hydro.initial_level=0.05",), ("hydro.initial_level=1",), "start and end at 100%"),
    Case(
        "hydro-release",
        ("hydro.minimum_release=1.5",),
        ("hydro.minimum_release=3",),
        "a minimum release of 1050 m3/s is above the mean inflow",
    ),
    Case(
        "line-loading",
        ("grid.line_loading=50 %",),
        ("grid.line_loading=0.7 %",),
        "leaves the province without a grid",
    ),
    Case(
        "target-year",
        ("targets.year=2035",),
        ("targets.year=2025",),
        "due in 2025, before the level year 2030",
    ),
    Case(
        "target-clean",
        ("targets.capacity_clean=1.65亿千瓦",),
        ("targets.capacity_clean=1.66亿千瓦",),
        "clean capacity of 16600 万千瓦 is above the total",
    ),
    Case(
        "target-total",
        ("targets.capacity_total=1.6亿千瓦",),
        ("targets.capacity_total=1.65万千瓦",),
        "in operation already",
        2,
    ),
    Case(
        "target-shares",
        ("targets.clean_generation_share=85 %",),
        ("targets.clean_generation_share=0.8 %",),
        "a target of 0.80% is no target",
    ),
    Case(
        "target-storage",
        ("targets.count_new_storage=false", "targets.new_storage_is_clean=false"),
        ("targets.new_storage_is_clean=true", "targets.count_new_storage=false"),
        "new_storage_is_clean is true while count_new_storage is false",
    ),
    Case(
        "profile-file",
        ("profiles.pv={pv}",),
        ("profiles.pv={folder}/none.nc", "profiles.wind={folder}/text.nc"),
        "does not exist",
        2,
    ),
    Case(
        "profile-variable",
        ("profiles.pv={pv}",),
        ("profiles.wind={pv}",),
        "holds no wind_p_max_pu over snapshot",
    ),
    Case(
        "profile-values",
        ("profiles.pv={pv}",),
        ("profiles.pv={high}",),
        "2 of 48 values of high.nc are not between 0 and 1",
    ),
    Case(
        "profile-pv-night",
        ("profiles.pv={pv}",),
        ("profiles.pv={utc}",),
        "has PV output in 10 values between 0 and 5 h",
    ),
    Case("assumption-once", (f"assumptions.a={ASSUMPTION}",), (), "stands here a second time"),
    Case(
        "assumption-unit",
        (f"assumptions.a={ASSUMPTION}",),
        (f"assumptions.a={ASSUMPTION}", "assumptions.a.unit=MWW"),
        "the unit 'MWW' is not known",
    ),
    Case(
        "assumption-range",
        (f"assumptions.a={ASSUMPTION}", "thermal.coal_price=1000 元/tce"),
        (f"assumptions.a={ASSUMPTION}", "assumptions.a.value=3", "thermal.coal_price=1000.1 元/tce"),
        "1000.1 元/tce is outside its range from 800 to 1000 in assumptions.thermal.coal_price",
    ),
    Case(
        "assumption-width",
        (f"assumptions.a={ASSUMPTION}",),
        (f"assumptions.a={ASSUMPTION}", "assumptions.a.low=1", "assumptions.a.high=1"),
        "its range is the one figure 1",
    ),
    Case(
        "assumption-agrees",
        ("demand.energy=1500亿千瓦时",),
        ("assumptions.demand.energy.value=1500",),
        "the assumption is 1500 亿千瓦时, but the scenario has 1485 亿千瓦时",
    ),
)
