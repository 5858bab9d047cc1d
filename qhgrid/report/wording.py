"""The words of the report, Chinese and English, in one place."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    # Title block.
    "report": ("规划情景评估报告", "Planning scenario report"),
    "province": ("青海省能源与电网容量规划", "Energy and grid capacity planning, Qinghai"),
    "head.scenario": ("情景", "Scenario"),
    "head.year": ("水平年", "Level year"),
    "head.hours": ("调度时段", "Hours dispatched"),
    "head.hours.text": (
        "{start} 至 {end}，逐小时，共 {hours:g} h（北京时间）",
        "{start} to {end}, hourly, {hours:g} h (Beijing time)",
    ),
    "head.part": ("不足全年，数值不外推", "less than a year, nothing is extrapolated"),
    "head.grid": ("电网", "Grid"),
    "head.grid.text": ("{resolution}，{flow}", "{resolution}, {flow}"),
    "grid.prefecture": ("8 个市州节点", "8 prefecture buses"),
    "grid.station": ("750 千伏站节点", "750 kV station buses"),
    "grid.kirchhoff": ("交流线路满足基尔霍夫电压定律", "Kirchhoff's voltage law on AC lines"),
    "grid.transport": ("输送模型", "transport model"),
    "head.water": ("来水", "Water year"),
    "head.weather": ("气象", "Weather year"),
    "head.demand": ("负荷水平", "Demand level"),
    "demand.low": ("低方案", "low"),
    "demand.central": ("中方案", "central"),
    "demand.high": ("高方案", "high"),
    "head.run": ("运行编号", "Run id"),
    "head.version": ("程序版本", "Version"),
    "head.certificate": ("最优性证书", "Certificate"),
    "certificate.text": (
        "总费用 {cost:,.4f} 亿元，下界 {bound:,.4f} 亿元，间隙 {gap:.1e}；"
        "最大越限 {mw:.1e} MW、{mwh:.1e} MWh",
        "cost {cost_bn:,.5f} bn CNY, lower bound {bound_bn:,.5f} bn CNY, gap {gap:.1e}; "
        "largest violation {mw:.1e} MW, {mwh:.1e} MWh",
    ),
    "certificate.valid": ("有效", "valid"),
    "certificate.invalid": ("无效", "not valid"),
    # Sections.
    "sec.scorecard": ("规划目标评分", "Scorecard of targets"),
    "sec.energy": ("电量平衡", "Energy balance"),
    "sec.demand": ("用电构成与可调节负荷", "Demand and its flexibility"),
    "sec.weeks": ("典型周逐小时运行", "Hour by hour"),
    "sec.corridors": ("外送通道与省际联络", "Corridors and ties"),
    "sec.curtailment": ("新能源利用与弃电", "Curtailment"),
    "sec.map": ("电网潮流分布", "Map of flows"),
    "sec.capacity": ("装机构成与落实程度", "Capacity and how certain it is"),
    "sec.balance": ("电力平衡与调峰平衡", "Power and flexibility balances"),
    "sec.cost": ("费用与边际电价", "Cost and marginal prices"),
    "sec.hydrology": ("黄河上游水情与梯级", "Hydrology of the upper Yellow River"),
    "sec.storage": ("水库与储能运行", "Reservoirs and storage"),
    "sec.projects": ("项目清单", "Project list"),
    "sec.shortages": ("缺口与盈余", "Shortages and surpluses"),
    "sec.other": ("其他表", "Other tables"),
    "sec.assumptions": ("假设", "Assumptions"),
    "sec.sources": ("数据、方法与许可", "Data, method and licences"),
    # Paragraphs.
    "cite.how": (
        "本报告每个数字都可引用：点击数字复制引用键 qhgrid:{run}/…，用 qhgrid cite 查其定义与来源。"
        "标有“假设”的数值无公开出处，为取值假设，其范围与来源见“假设”一节。",
        "Every number here can be cited: click it to copy its key qhgrid:{run}/…, and ask qhgrid cite for "
        "its definition and inputs. Numbers marked 假设 (assumed) have no published source; their range and "
        "reason stand in the section Assumptions.",
    ),
    "targets.count": (
        "{passed} 项达标，{failed} 项未达标，{open} 项无法判定。",
        "{passed} met, {failed} missed, {open} cannot be told.",
    ),
    "targets.note": (
        "同一目标按不同统计口径分行列出，粗体为情景采用的口径；裕度＝取值－目标值。",
        "One row for each reading of a target; bold: the reading that the scenario chose. "
        "Margin = value - target.",
    ),
    "figures.title": ("全部指标及其定义", "All figures and their definitions"),
    "part.year": (
        "本次只调度 {hours:g} 小时，不足全年：电量类指标只代表这一时段，不能与全年目标直接比较。",
        "Only {hours:g} hours were dispatched: energy figures stand for these hours and cannot be compared "
        "with yearly targets as they are.",
    ),
    "shortage.none": (
        "全部时段电力电量平衡，无切负荷、无弃水弃电以外的盈余。",
        "Every hour is balanced: no unserved energy and no forced surplus.",
    ),
    "shortage.some": (
        "共 {count} 段，按电量从大到小列出前 {shown} 段：",
        "{count} spells, the largest {shown} by energy:",
    ),
    # Chart words.
    "source.run": ("来源：本次逐小时调度结果", "Source: hourly results of this run"),
    "source.fleet": (
        "来源：data/fleet.csv、data/hydro_plants.csv，经情景筛选",
        "Source: data/fleet.csv and data/hydro_plants.csv as counted by the scenario",
    ),
    "demand": ("省内负荷", "Demand"),
    "demand.months": ("分类用电（月）", "Demand by class and month"),
    "demand.day": ("平均日负荷：需要与实际", "Mean day of demand: asked for and drawn"),
    "demand.day.note": (
        "差别为推迟、补用、削减与迁出；电解槽用电两线均计入",
        "the difference is load put off, caught up, cut or moved away; electrolysers are in both",
    ),
    "demand.asked": ("需要", "asked for"),
    "demand.drawn": ("实际", "drawn"),
    "demand.exports": ("负荷＋外送", "Demand + exports"),
    "import": ("省外受入", "Imports"),
    "export": ("外送", "Exports"),
    "shed": ("缺口", "Unserved"),
    "month": ("月", "Month"),
    "hour": ("时（北京时间）", "Hour (Beijing time)"),
    "day": ("日", "Day"),
    "duration": ("持续时间", "Hours at or above"),
    "monthly": (
        "分月电量：发电、受入与用电、外送",
        "Energy by month: generation and imports against use and exports",
    ),
    "monthly.note": (
        "柱为本省各类电源净发电量与省外受入，线为省内用电与“用电＋外送”；柱顶与虚线之差为储能损耗与库存变化。",
        "Bars: local generation net of curtailment, and imports. Lines: demand, and demand plus exports. "
        "Bars and dashed line differ by what storage loses and holds.",
    ),
    "week.winter": (
        "冬季周（12–2 月净负荷最高的连续七天）",
        "Winter week (seven days of highest net load, Dec–Feb)",
    ),
    "week.summer": (
        "夏季周（6–8 月风光可发最多的连续七天）",
        "Summer week (seven days with most wind and sun available, Jun–Aug)",
    ),
    "week.other": ("所算时段的首七天", "First seven days of the horizon"),
    "week.note": (
        "横轴以上为储能放电，以下为充电；面积顶＝负荷＋外送＋充电。净负荷＝负荷＋外送－风光可发。",
        "Storage discharges above zero and charges below. The top of the stack is demand plus exports plus "
        "charging. Net load = demand + exports - available wind and sun.",
    ),
    "week.missing": (
        "调度时段不含{season}，未绘该季典型周。",
        "The horizon holds no {season}; its week is not drawn.",
    ),
    "season.winter": ("完整的冬季（12–2 月）七天", "full seven days of winter (Dec–Feb)"),
    "season.summer": ("完整的夏季（6–8 月）七天", "full seven days of summer (Jun–Aug)"),
    "corridors": ("外送通道持续功率曲线", "Duration curves of the corridors"),
    "corridors.note": (
        "送端功率，由大到小排列；虚线为额定功率。",
        "Power at the sending end, highest first; dashed: rating.",
    ),
    "rating": ("{name}额定", "{name} rating"),
    "corridor.day": ("外送通道日内平均功率", "Corridors through the day"),
    "corridor.schedule": ("{name}典型日曲线：月 × 时", "{name}: typical day of each month"),
    "corridor.steps": ("{name}台阶曲线（差别最大的一周）", "{name}: steps in the week that differs most"),
    "corridor.steps.note": (
        "实线为台阶曲线，虚线为无台阶约束时的最优曲线。",
        "Solid: the stepped schedule; dashed: the best flow without steps.",
    ),
    "corridor.stepped": ("台阶曲线", "stepped"),
    "corridor.free": ("自由曲线", "free"),
    "corridor.holds": ("设定值保持时间分布（小时）", "How long set-points are held (hours)"),
    "corridor.months": ("受端电量与合同（分月）", "Energy received against the contract, by month"),
    "corridor.months.note": (
        "虚线为按小时均摊的合同电量；合同只要求全年完成。",
        "Dashed: the contract spread evenly over the hours; only the year has to meet it.",
    ),
    "corridor.contract": ("{name}合同", "{name}, contract"),
    "corridor.clean": (
        "外送清洁电量占比（分月，潮流追踪）",
        "Clean share of exports by month, flows followed",
    ),
    "corridor.clean.note": (
        "逐时按比例追踪送端母线来电，以送出功率加权；外购电不计清洁。",
        "What comes in at the sending bus is followed hour by hour and weighted by power sent; "
        "imports are not clean.",
    ),
    "corridor.rule": ("新建通道要求", "rule for new corridors"),
    "corridor.prices": (
        "受端电价与送端到岸成本（日内平均）",
        "Receiving price and delivered marginal price by hour",
    ),
    "corridor.prices.note": (
        "实线为受端电价，虚线为送端边际电价除以（1－损耗）。",
        "Solid: price at the receiving end; dashed: marginal price at the sending end over what arrives.",
    ),
    "corridor.sending": ("{name}送端", "{name}, delivered"),
    "ties": (
        "省际联络线持续功率曲线（正为受入，负为送出）",
        "Duration curves of the ties (imports above zero)",
    ),
    "heat.month": ("弃电功率：月 × 时", "Curtailed power by month and hour"),
    "heat.month.note": (
        "每格为该月该时的平均弃电功率（风电＋光伏＋光热）。",
        "Each cell: mean curtailed power (wind, PV and CSP) of that hour in that month.",
    ),
    "heat.day": ("弃电功率：日 × 时", "Curtailed power by day and hour"),
    "curtail.monthly": ("分月弃电量", "Curtailed energy by month"),
    "map": ("平均潮流与通道方向", "Mean flows and directions"),
    "map.note": (
        "线宽与平均功率成正比，颜色表示平均负载率（平均功率／额定）；箭头为净流向，虚线为省际联络线，"
        "伸向图边的粗线为直流外送通道，数字为平均功率。底色深浅为市州用电量，圆圈大小为节点平均负荷。站点坐标为县级近似，底图只作示意，不作界线依据。",
        "Width: mean power; colour: mean loading (mean power over rating); arrows: net direction; "
        "dashed: ties; thick lines to the edge: DC corridors, with their mean power. Shading: electricity "
        "use of the prefecture; circles: mean load of the bus. Station positions are approximate; "
        "the outlines are illustrative and settle no boundary.",
    ),
    "map.region": ("用电量", "Demand"),
    "map.load.0": ("平均负载率低于 40%", "mean loading below 40 %"),
    "map.load.1": ("40%–70%", "40–70 %"),
    "map.load.2": ("70% 及以上", "70 % and more"),
    "grades": ("装机按落实程度构成", "Capacity by technology and maturity grade"),
    "grade.OP": ("OP 在运", "OP in operation"),
    "grade.G5": ("G5 建成", "G5 completed"),
    "grade.G4": ("G4 在建", "G4 under construction"),
    "grade.G3": ("G3 开工", "G3 starting"),
    "grade.G2": ("G2 适时推进", "G2 option"),
    "grade.G1": ("G1 谋划", "G1 candidate"),
    "grade.G0": ("G0 鼓励引导", "G0 encouraged"),
    "grade.A": ("A 假设", "A assumed (假设)"),
    "grades.note": (
        "颜色越深越落实；A 为补足规划总量的命名假设（假设），理由与范围见“假设”一节。",
        "The darker, the surer. A: named assumption that closes the distance to the plan's totals (assumed); "
        "its reason and range stand in the section Assumptions.",
    ),
    "prefecture.capacity": ("装机按市州构成", "Capacity by prefecture"),
    "fleet.energy": ("各类电源发电量", "Generation by technology"),
    "used": ("上网", "Used"),
    "curtailed": ("弃电", "Curtailed"),
    "cost": ("费用构成", "Cost by component"),
    "cost.paid": ("费用", "Cost"),
    "cost.earned": ("收入（负）", "Revenue (negative)"),
    "prices": ("节点边际电价持续曲线", "Duration curves of marginal prices"),
    "prices.note": (
        "边际电价为节点功率平衡的影子价格；为便于阅读，纵轴只画 1% 至 99% 分位，"
        "超出者截于边界（最低 {low:,.0f}，最高 {high:,.0f}）。",
        "Shadow price of the balance at each bus. The axis shows the 1st to 99th percentile; values beyond "
        "are drawn at its edge (lowest {low:,.0f}, highest {high:,.0f}).",
    ),
    "price.day": ("边际电价：月 × 时（按负荷加权）", "Marginal price by month and hour, weighted by load"),
    "reservoir": ("水库蓄水量", "Water in reservoirs"),
    "reservoir.note": (
        "可调库容内的蓄水量，每日末值。",
        "Water within the regulating storage at the end of each day.",
    ),
    "river.flows": ("天然来水与下泄（日平均）", "Natural inflow and releases, daily means"),
    "river.flows.note": (
        "天然来水为各级区间来水之和；调节库容最大的水库另列下泄流量。",
        "Natural inflow is the sum of all side inflows; the release is that of the largest reservoir.",
    ),
    "river.natural": ("天然来水", "natural inflow"),
    "river.release": ("{name}下泄", "release of {name}"),
    "river.outflow": ("出省流量", "leaves the province"),
    "river.level": ("水位", "level"),
    "river.rule": ("多年平均水位", "rule curve"),
    "river.limit": ("水位上限", "highest level"),
    "river.level.of": ("{name}水位", "Level of {name}"),
    "river.level.note": (
        "每日末值；虚线为分月的多年平均水位与汛限、正常蓄水位。",
        "At the end of each day; dashed: the rule curve and the highest level by month.",
    ),
    "river.positions": ("各库可调库容占用", "How full the reservoirs are"),
    "river.positions.note": (
        "死水位至正常蓄水位之间库容的占用比例，每日末值。",
        "Share of the storage between dead and normal level, at the end of each day.",
    ),
    "river.map": ("梯级分布与平均下泄流量", "The cascade and its mean releases"),
    "river.map.note": (
        "箭头为相邻两级之间的平均下泄流量，颜色为上一级机组过流能力的平均利用程度；底色为市州梯级发电量。",
        "Arrows: mean release to the next plant, coloured by the mean use of the turbines above; shade: "
        "energy of the cascade in the prefecture.",
    ),
    "river.load.0": ("机组平均利用低于 40%", "turbines used below 40 %"),
    "river.load.1": ("40%–70%（机组）", "40–70 % (turbines)"),
    "river.load.2": ("70% 及以上（机组）", "70 % and more (turbines)"),
    "river.energy": ("各级发电量与弃水折算电量", "Energy by plant, and what its spill would have made"),
    "river.energy.note": ("自上而下为上游至下游。", "From upstream at the top to downstream."),
    "river.made": ("发电量", "generation"),
    "river.spill": ("弃水折算电量", "energy of spilled water"),
    "river.rate.of": ("{name}耗水率", "Water rate of {name}"),
    "river.rate.used": ("计算所用（分段）", "as run, in steps"),
    "river.rate.curve": ("按所达水位的曲线", "on the curve at the level reached"),
    "river.rate.note": ("每日末值。", "At the end of each day."),
    "storage": ("储能电站存量（逐时）", "Energy held in storage, hour by hour"),
    "storage.days": (
        "储能电站存量（每日最高与最低）",
        "Energy held in storage: highest and lowest of each day",
    ),
    "capacity": ("装机", "Capacity"),
    "level": ("{name}（可调 {full:.1f}）", "{name} (of {full:.1f})"),
    "storage.note": ("实线为当日最高，虚线为当日最低。", "Solid: highest of the day; dashed: lowest."),
    # Tables that the report makes itself.
    "t.assumptions": ("情景假设", "Assumptions of the scenario"),
    "t.assumed_facts": ("事实表中的假设行", "Assumed rows of the fact tables"),
    "t.overrides": ("情景对装机表的改动", "Changes of the scenario to the fleet"),
    "t.checksums": ("输入文件校验和", "Checksums of the inputs"),
    "t.certificate": ("最优性证书", "Certificate of optimality"),
    "t.targets": ("规划目标", "Targets"),
    "t.figures": ("指标", "Figures"),
    "c.value": ("取值", "Value"),
    "c.unit": ("单位", "Unit"),
    "c.low": ("下限", "Low"),
    "c.high": ("上限", "High"),
    "c.source": ("来源", "Source"),
    "c.confidence": ("可信度", "Confidence"),
    "c.threshold": ("目标值", "Target"),
    "c.margin": ("裕度", "Margin"),
    "c.verdict": ("判定", "Verdict"),
    "c.reading": ("口径", "Counting rule"),
    "c.definition": ("定义", "Definition"),
    "c.table": ("表", "Table"),
    "c.reason": ("理由", "Reason"),
    "c.change": ("改动", "Change"),
    "c.sha256": ("SHA-256", "SHA-256"),
    "confidence.official": ("官方", "official"),
    "confidence.published": ("公开发表", "published"),
    "confidence.derived": ("推算", "derived"),
    "confidence.assumed": ("假设", "assumed"),
    "verdict.pass": ("达标", "met"),
    "verdict.fail": ("未达标", "missed"),
    "verdict.open": ("无法判定", "open"),
    "source.scenario": ("情景文件 {name}", "Scenario {name}"),
    "source.data": ("data/*.csv", "data/*.csv"),
    "note.assumed_facts": (
        "无公开数值、取假设值的行，共 {count} 行；各带范围与理由。",
        "Rows without a published figure, {count} in all, each with range and reason.",
    ),
    # Last section.
    "chain.title": ("从输入到数字", "From inputs to numbers"),
    "chain.scenario": ("情景文件（先后继承）：{files}", "Scenario files, base first: {files}"),
    "chain.digest": ("解析后情景 SHA-256：{digest}", "SHA-256 of the resolved scenario: {digest}"),
    "chain.facts": (
        "事实表 data/*.csv：每行有数值、单位、来源与可信度。",
        "Fact tables data/*.csv: value, unit, source and confidence in each row.",
    ),
    "chain.profiles": (
        "逐小时曲线 data/profiles/*.nc：合成并校准，非实测；复现公布的月、年数值。",
        "Hourly series data/profiles/*.nc: synthetic and calibrated, not measured; they reproduce the "
        "published monthly and yearly figures.",
    ),
    "chain.network": (
        "电网模型：标准 PyPSA 网络 network.nc；逐小时线性优化调度（{method}），结果 results.nc。",
        "Network: a standard PyPSA network, network.nc; hourly linear dispatch ({method}), results.nc.",
    ),
    "chain.certificate": (
        "证书只由方案与影子价格独立复算费用、下界与越限。",
        "The certificate recomputes cost, bound and violations from plan and prices alone.",
    ),
    "licences.title": ("所含第三方内容", "Third-party content in this page"),
    "licence.echarts": (
        "图表库 Apache ECharts 5.6.0，Apache License 2.0（内含 d3 部分代码，BSD 3-Clause）",
        "Charts: Apache ECharts 5.6.0, Apache License 2.0 (parts from d3, BSD 3-Clause)",
    ),
    "licence.map": (
        "市州轮廓：Apache ECharts 4.9.0 所附 map/json/province/qinghai.json，Apache License 2.0；仅作示意",
        "Prefecture outlines: map/json/province/qinghai.json of Apache ECharts 4.9.0, Apache License 2.0; "
        "illustrative only",
    ),
    "licence.font": (
        "字体：Noto Sans SC 子集（© 2014–2021 Adobe），SIL Open Font License 1.1",
        "Font: subset of Noto Sans SC (© 2014–2021 Adobe), SIL Open Font License 1.1",
    ),
    # Page furniture.
    "contents": ("目录", "Contents"),
    "figure": ("图", "Figure"),
    "table": ("表", "Table"),
    "unit": ("单位", "Unit"),
    "source": ("来源", "Source"),
    "note": ("说明", "Note"),
    "cite.key": ("引用键", "Citation key"),
    "copied": ("已复制", "Copied"),
    "unfold": ("展开全表（{rows} 行）", "Show all {rows} rows"),
    "missing.font": (
        "内嵌字体缺以下字，由浏览器字体代替：{letters}",
        "The embedded font lacks these characters; the browser's own stand in: {letters}",
    ),
    "noscript": (
        "浏览器未启用脚本：图不显示，表照常可读。",
        "Scripts are off: charts do not show; the tables read as usual.",
    ),
    "sheet.contents": ("目录", "Contents"),
    "sheet.scorecard": ("评分", "Scorecard"),
    "sheet.targets": ("目标", "Targets"),
    "sheet": ("工作表", "Sheet"),
    "sheet.title": ("标题", "Title"),
    "row.key": ("行引用键", "Row key"),
    "item": ("项目", "Item"),
    "mark": ("标记", "Mark"),
}
"""Each wording as (Chinese, English), to be filled with ``str.format``."""


def say(key: str, lang: str, **values: object) -> str:
    """Return wording `key` in `lang`, filled with `values`."""
    text = WORDS[key][0 if lang == "zh" else 1]
    return text.format(**values) if values else text


def unit_name(unit: str) -> str:
    """Return a unit as it is printed; nothing for a plain number, a count, a year or text."""
    return "" if unit in ("1", "text", "unit", "year") else unit
