"""The words of the command line, Chinese and English, in one place."""

from __future__ import annotations

from typing import Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
DEFAULT_LANG: Lang = "zh"

WORDS: dict[str, tuple[str, str]] = {
    # What help says of the program and its commands.
    "app": (
        "青海省能源与电网容量规划：逐小时调度（附最优性证书）、规划目标评分、项目清单。\n\n"
        "例：\n\n"
        "  qhgrid scenarios                 列出自带情景\n\n"
        "  qhgrid run 2030-plan             计算情景，写出运行文件夹\n\n"
        "  qhgrid compare RUN1 RUN2         并排比较评分\n\n"
        "English help: qhgrid --lang en --help, or set QHGRID_LANG=en.",
        "Energy and grid capacity planning for Qinghai: hourly dispatch with a certificate of optimality, "
        "planning targets, project lists.\n\n"
        "Examples:\n\n"
        "  qhgrid scenarios                 list the shipped scenarios\n\n"
        "  qhgrid run 2030-plan             run a scenario and write a run folder\n\n"
        "  qhgrid compare RUN1 RUN2         put scorecards side by side\n\n"
        "中文帮助：qhgrid --lang zh --help。",
    ),
    "run": (
        "计算一个情景，把调度、评分、清单与报告写入运行文件夹。\n\n"
        "例：\n\n"
        "  qhgrid run 2030-plan\n\n"
        "  qhgrid run my.yaml --out results --set hydro.water_year=dry\n\n"
        "  qhgrid run 2030-plan --set horizon.start=2030-01-15 --set horizon.end=2030-01-21",
        "Run a scenario: network, hourly dispatch, scorecard, project list and report, in a run folder.\n\n"
        "Examples:\n\n"
        "  qhgrid run 2030-plan\n\n"
        "  qhgrid run my.yaml --out results --set hydro.water_year=dry\n\n"
        "  qhgrid run 2030-plan --set horizon.start=2030-01-15 --set horizon.end=2030-01-21",
    ),
    "check": (
        "检查情景，一次列出全部错误及改法，不计算。\n\n例：\n\n  qhgrid check my.yaml",
        "Check a scenario and list every fault with its mend, without running it.\n\n"
        "Example:\n\n  qhgrid check my.yaml",
    ),
    "schema": (
        "打印情景文件的 JSON Schema，供编辑器补全与检查。\n\n例：\n\n  qhgrid schema > scenario.schema.json",
        "Print the JSON Schema of scenario files, so that editors complete and check them.\n\n"
        "Example:\n\n  qhgrid schema > scenario.schema.json",
    ),
    "scenarios": ("列出自带情景。", "List the shipped scenarios."),
    "projects": (
        "能源领域项目清单：登记、价值、财务、遴选、流程与文件。",
        "The list of energy projects: register, value, finance, selection, procedure and papers.",
    ),
    "projects.list": (
        "列出清单项目：成熟度、投资、情景计入容量；可按市州、领域、成熟度、流程状态筛选。\n\n"
        "例：\n\n"
        "  qhgrid projects list 2030-plan\n\n"
        "  qhgrid projects list --prefecture haixi --sector energy --grade G4\n\n"
        "  qhgrid projects list --state in_library --log projects/events.jsonl",
        "List the projects with grade, investment and the capacity that the scenario counts; by prefecture, "
        "sector, grade or state.\n\n"
        "Examples:\n\n"
        "  qhgrid projects list 2030-plan\n\n"
        "  qhgrid projects list --prefecture haixi --sector energy --grade G4\n\n"
        "  qhgrid projects list --state in_library --log projects/events.jsonl",
    ),
    "projects.show": (
        "显示一个项目的全部登记内容、模型要素与流程记录；未知者为待定。\n\n"
        "例：\n\n  qhgrid projects show warang_phs\n\n  qhgrid projects show R19 --log projects/events.jsonl",
        "Show all that the register says of a project, its model elements and the steps taken.\n\n"
        "Examples:\n\n  qhgrid projects show warang_phs\n\n"
        "  qhgrid projects show R19 --log projects/events.jsonl",
    ),
    "projects.advance": (
        "使项目进入下一状态，记入流程日志；不可行时逐条说明理由，日志不变。\n\n"
        "例：\n\n"
        "  qhgrid projects advance warang_phs lead --who 省能源局 --when '2026-02-01 09:00'\n\n"
        "  qhgrid projects advance warang_phs 申报 --year 2026 --who 省能源局 --evidence 建议书.docx\n\n"
        "  qhgrid projects advance warang_phs in_library --who 省发展改革委 "
        "--evidence 评估.pdf=K1.macro_control,K4.safety --na K3.local_bond=不发债 --value 3f0c77aa10de",
        "Take a project to its next state and write that into the log; where it may not go, every reason is "
        "given and the log stays as it is.\n\n"
        "Examples:\n\n"
        "  qhgrid projects advance warang_phs lead --who Bureau --when '2026-02-01 09:00'\n\n"
        "  qhgrid projects advance warang_phs proposed --year 2026 --who Bureau --evidence proposal.docx\n\n"
        "  qhgrid projects advance warang_phs in_library --who Commission "
        "--evidence study.pdf=K1.macro_control,K4.safety --na K3.local_bond=none --value 3f0c77aa10de",
    ),
    "projects.board": (
        "项目谋划看板：8市州×8领域对目标、缺口、分档、批次、逾期、转化率；能源项目按每亿元对目标的贡献排序。\n\n"
        "例：\n\n"
        "  qhgrid projects board\n\n"
        "  qhgrid projects board --value 3f0c77aa10de --log projects/events.jsonl --out board",
        "The board of the campaign: 8 prefectures by 8 sectors against their quotas, gaps, tiers, batches, "
        "overdue units, conversion; energy projects ranked by what their money does for the targets.\n\n"
        "Examples:\n\n"
        "  qhgrid projects board\n\n"
        "  qhgrid projects board --value 3f0c77aa10de --log projects/events.jsonl --out board",
    ),
    "projects.finance": (
        "项目财务与国民经济评价：投资、收入、贷款、税、内部收益率、净现值、回收期、度电成本、敏感性，"
        "附现金流量表等附表。\n\n例：\n\n"
        "  qhgrid projects finance 978b6e7359fa\n\n"
        "  qhgrid projects finance 978b6e7359fa --project warang_phs --price contract\n\n"
        "  qhgrid projects finance 978b6e7359fa --value 3f0c77aa10de",
        "Evaluate the projects of a run: investment, revenue, loan, tax, internal rates, present value, "
        "payback, levelised cost, sensitivity, with the annex tables.\n\nExamples:\n\n"
        "  qhgrid projects finance 978b6e7359fa\n\n"
        "  qhgrid projects finance 978b6e7359fa --project warang_phs --price contract\n\n"
        "  qhgrid projects finance 978b6e7359fa --value 3f0c77aa10de",
    ),
    "projects.value": (
        "计算各项目的价值：逐个移除（out）、逐个加入（in）、与先后顺序无关的沙普利值（shapley），"
        "每个数附区间与符号（正、负、未定）。\n\n"
        "例：\n\n"
        "  qhgrid projects value 2030-plan                        逐个移除，全年逐小时\n\n"
        "  qhgrid projects value 2030-plan --project geermu_coal,qinggui_dc\n\n"
        "  qhgrid projects value 2030-plan --method out,in,shapley --permutations 200\n\n"
        "算完的每个组合都留存，中断后再次执行即可续算；结果与进程数无关。",
        "Find out what each project is worth: taken out one at a time (out), put in one at a time (in), and "
        "free of any order (shapley), each with its interval and sign.\n\n"
        "Examples:\n\n"
        "  qhgrid projects value 2030-plan                        take out, a full year of hours\n\n"
        "  qhgrid projects value 2030-plan --project geermu_coal,qinggui_dc\n\n"
        "  qhgrid projects value 2030-plan --method out,in,shapley --permutations 200\n\n"
        "Each case is kept as it ends; an interrupted study goes on where it stopped. The number of "
        "processes does not change the result.",
    ),
    "projects.template": (
        "写出自带的建议书模板，供修改后用 --template 代入。\n\n"
        "例：\n\n  qhgrid projects template --out 本局模板.docx",
        "Write the shipped template of the proposals, to be changed and given with --template.\n\n"
        "Example:\n\n  qhgrid projects template --out ours.docx",
    ),
    "projects.forms": (
        "由一次运行写出附表1 重大项目建议表（Excel）和附表2 重大项目建议书（每个项目一个 Word 文档）。"
        "每个数值带引用键，可用 qhgrid cite verify 复算；同样的输入得到同样的字节。\n\n"
        "例：\n\n"
        "  qhgrid projects forms runs/2030-plan-0123456789ab\n\n"
        "  qhgrid projects forms 0123456789ab --value runs/2030-plan-value-ba9876543210 "
        "--project warang_phs --template 本局模板.docx --out papers",
        "Write the papers of a run: the list of projects as one Excel workbook, and one Word document a "
        "project. Every figure carries a citation key that `qhgrid cite verify` makes again; the same inputs "
        "give the same bytes.\n\n"
        "Examples:\n\n"
        "  qhgrid projects forms runs/2030-plan-0123456789ab\n\n"
        "  qhgrid projects forms 0123456789ab --value runs/2030-plan-value-ba9876543210 "
        "--project warang_phs --template ours.docx --out papers",
    ),
    "projects.select": (
        "在预算内遴选申报项目：年化投资与运行成本之和最小，满足规划目标；给出与最优至多相差多少的证明和1%以内的备选。"
        "投资待定的项目不占预算，随情景建设。\n\n"
        "例：\n\n"
        "  qhgrid projects select 2030-plan --budget 3000亿元\n\n"
        "  qhgrid projects select 2030-plan --budget 3000亿元 --budget-prefecture haixi=1200亿元\n\n"
        "  qhgrid projects select 2030-plan --budget 3000亿元 --assume-costs\n\n"
        "  qhgrid projects select 2030-plan --options select.yaml --aim clean_capacity\n\n"
        "中断后再次执行即可续算。",
        "Choose projects under a budget: least yearly cost of investment and operation, the targets met; "
        "with a proof of how far from the best that is, and alternatives within 1 %. Projects of unknown "
        "investment take nothing of the budget and are built as in the scenario.\n\n"
        "Examples:\n\n"
        "  qhgrid projects select 2030-plan --budget 3e11CNY\n\n"
        "  qhgrid projects select 2030-plan --budget 3e11CNY --budget-prefecture haixi=1.2e11CNY\n\n"
        "  qhgrid projects select 2030-plan --budget 3e11CNY --assume-costs\n\n"
        "  qhgrid projects select 2030-plan --options select.yaml --aim clean_capacity\n\n"
        "Interrupted, it goes on where it stopped.",
    ),
    "profiles": (
        "逐小时出力、来水、负荷曲线（合成并校准）。",
        "Hourly series of sun, wind, water and demand (synthetic, calibrated).",
    ),
    "profiles.build": (
        "由气候表重新生成曲线；同样的输入得到同样的字节。",
        "Build the series again from the climatology tables; the same inputs give the same bytes.",
    ),
    "profiles.list": ("列出曲线文件及其校验和。", "List the files of series with their checksums."),
    "profiles.show": (
        "显示一个曲线文件的来源与统计量。",
        "Show where a file of series comes from, and its figures.",
    ),
    "profiles.years": (
        "逐年列出气象年：利用小时、气温、无风阴天周与寒潮期；0 为水平年。\n\n"
        "例：\n\n  qhgrid profiles years --count 30",
        "Print weather years in figures: full-load hours, cold, calm and dark weeks; 0 is the level year.\n\n"
        "Example:\n\n  qhgrid profiles years --count 30",
    ),
    "profiles.water": (
        "并列唐乃亥实测系列与模拟来水年的统计量。",
        "Print the record of the river and generated years side by side.",
    ),
    "profiles.calibrate": (
        "由气候表重新率定气象年模型，约一分钟；同样的输入得到同样的模型。",
        "Calibrate the weather years to the climatology tables again; about a minute.",
    ),
    "profiles.import": (
        "导入实测或再分析序列（CSV、NetCDF、atlite 结果、EPW），检查单位、时区、缺口、重复、夜间光伏与取值，"
        "写成本系统格式，附来源与校验和。\n\n"
        "例：\n\n"
        "  qhgrid profiles import meas.csv --variable wind --unit MW --capacity 850 --time-zone +08:00 "
        "--column 出力=haixi --rest shipped --out my-wind.nc\n\n"
        "  qhgrid profiles import era5.nc --variable pv --unit 1 --time-zone UTC --out my-pv.nc\n\n"
        "之后在情景的 profiles 下写 wind: my-wind.nc。",
        "Take in a measured or reanalysis series (CSV, netCDF, a result of atlite, EPW): unit, time zone, "
        "gaps, duplicates, PV at night and range are checked; source and checksum go into the file.\n\n"
        "Examples:\n\n"
        "  qhgrid profiles import meas.csv --variable wind --unit MW --capacity 850 --time-zone +08:00 "
        "--column output=haixi --rest shipped --out my-wind.nc\n\n"
        "  qhgrid profiles import era5.nc --variable pv --unit 1 --time-zone UTC --out my-pv.nc\n\n"
        "Then write wind: my-wind.nc under profiles: of a scenario.",
    ),
    "compare": (
        "并排比较两个或多个运行的评分及其差值；运行可写文件夹或运行号。\n\n"
        "例：\n\n  qhgrid compare runs/2030-plan-0123456789ab runs/2030-dry-year-ba9876543210 --csv diff.csv",
        "Put the scorecards of runs side by side, with differences; a run is a folder or a run id.\n\n"
        "Example:\n\n"
        "  qhgrid compare runs/2030-plan-0123456789ab runs/2030-dry-year-ba9876543210 --csv diff.csv",
    ),
    "dispatch": (
        "对任意 PyPSA 网络文件做最优调度，并给出最优性证书。\n\n"
        "例：\n\n  qhgrid dispatch network.nc --out results.nc",
        "Dispatch any PyPSA network file at least cost, with a certificate.\n\n"
        "Example:\n\n  qhgrid dispatch network.nc --out results.nc",
    ),
    "cite": (
        "由引用键查回数值、单位、定义和全部输入；或复算文件中的每个数值。\n\n"
        "例：\n\n"
        "  qhgrid cite qhgrid:0123456789ab/energy_balance/hydro/m07\n\n"
        "  qhgrid cite verify 附表2.docx",
        "Walk from a citation key back to value, unit, definition and every input; or make every figure of a "
        "paper again.\n\n"
        "Examples:\n\n"
        "  qhgrid cite qhgrid:0123456789ab/energy_balance/hydro/m07\n\n"
        "  qhgrid cite verify proposal.docx",
    ),
    "cite.key": (
        "由引用键查回数值（可省略 key 一词）。\n\n"
        "例：\n\n  qhgrid cite qhgrid:0123456789ab/energy_balance/hydro/m07",
        "Walk from a citation key back to its inputs (the word key may be left out).\n\n"
        "Example:\n\n  qhgrid cite qhgrid:0123456789ab/energy_balance/hydro/m07",
    ),
    "cite.verify": (
        "按今天的数据与程序重算文件所引的运行与测算，逐个数值比较，标明一致、不一致或无法复算；"
        "全部一致时返回 0，否则返回 1。\n\n"
        "例：\n\n"
        "  qhgrid cite verify papers/附表1-重大项目建议表.xlsx\n\n"
        "  qhgrid cite verify 附表2.docx --quick        只与运行文件夹比较，不重算",
        "Run what a paper cites again with today's data and code, and compare figure by figure: same, "
        "different, or not to be made again. Exit code 0 if all are the same, else 1.\n\n"
        "Examples:\n\n"
        "  qhgrid cite verify papers/list.xlsx\n\n"
        "  qhgrid cite verify proposal.docx --quick      compare with the run folders; run nothing",
    ),
    "verify": (
        "核对运行文件夹的校验和，再按其情景重算一遍，逐字节比较。",
        "Check the checksums of a run folder, then run its scenario again and compare byte by byte.",
    ),
    "path": (
        "逐年计算同一情景（2025至2030年，可到2035年）：各年机组、负荷与通道，逐年评分、新增装机与碳达峰判定。\n\n"
        "例：\n\n"
        "  qhgrid path 2030-plan\n\n"
        "  qhgrid path 2030-plan --years 2025,2030,2035\n\n"
        "已算过的年份不再重算，中断后再次执行即可续算。",
        "Run a scenario year by year (2025 to 2030, at most 2035): fleet, demand and corridors of each year, "
        "scorecards, yearly build, and whether CO2 peaks before 2030.\n\n"
        "Examples:\n\n"
        "  qhgrid path 2030-plan\n\n"
        "  qhgrid path 2030-plan --years 2025,2030,2035\n\n"
        "Years that were run already are not run again; an interrupted path goes on where it stopped.",
    ),
    "assumptions": (
        "列出情景的全部假设（取值、区间、来源），按各自在区间内对评分的影响排序：逐项取两端，其余不变。\n\n"
        "例：\n\n"
        "  qhgrid assumptions 2030-plan --list     只列出，不计算\n\n"
        "  qhgrid assumptions 2030-plan            逐项运行并排序（全年约一刻钟）\n\n"
        "  qhgrid assumptions 2030-plan --facts    连同数据表中的假设行\n\n"
        "算完的每一项都留存，中断后再次执行即可续算。",
        "List what a scenario assumes, with value, range and source, by how much each moves the scorecard: "
        "each at both ends of its range, the others unchanged.\n\n"
        "Examples:\n\n"
        "  qhgrid assumptions 2030-plan --list     list them, run nothing\n\n"
        "  qhgrid assumptions 2030-plan            run and rank (a quarter of an hour for a year)\n\n"
        "  qhgrid assumptions 2030-plan --facts    the assumed rows of the tables too\n\n"
        "Each case is kept as it ends; an interrupted ranking goes on where it stopped.",
    ),
    "backcast": (
        "把2020至2023年按当年的机组、来水、负荷与通道重算一遍，与公布数逐项对照：误差、允许范围、是否合格、"
        "是否为检验年（未参与率定）。\n\n"
        "例：\n\n"
        "  qhgrid backcast 2021\n\n"
        "  qhgrid backcast 2020 2021 2022 2023 --out docs/validation\n\n"
        "  qhgrid backcast --report                由 docs/validation 写出 docs/validation.md",
        "Run the years 2020 to 2023 again with the fleet, water, demand and corridors of each, and compare "
        "them with what was published: error, band, and whether the year was held out.\n\n"
        "Examples:\n\n"
        "  qhgrid backcast 2021\n\n"
        "  qhgrid backcast 2020 2021 2022 2023 --out docs/validation\n\n"
        "  qhgrid backcast --report                write docs/validation.md from docs/validation",
    ),
    # What help says of arguments and options.
    "arg.backcast": ("年份：2020至2023，可列多个；不写为全部。", "Years, 2020 to 2023; all by default."),
    "opt.out.backcast": (
        "写各年数字文件的文件夹；与 --report 合用时为网页所在文件夹。",
        "Folder for the figures file of each year; with --report, folder of the page.",
    ),
    "opt.report": ("由数字文件写出验证页，不计算。", "Write the page from the figures files; run nothing."),
    "arg.scenario": ("情景名或 YAML 文件。", "Name of a shipped scenario, or a YAML file."),
    "arg.runs": ("运行文件夹或运行号。", "Run folders or run ids."),
    "arg.run": ("运行文件夹或运行号。", "Run folder or run id."),
    "arg.network": ("PyPSA 网络文件（netCDF）。", "PyPSA network file (netCDF)."),
    "arg.key": (
        "引用键，如 qhgrid:<运行号>/<指标> 或 qhgrid:<运行号>/<表>/<行>/<列>。",
        "Citation key, such as qhgrid:<run id>/<figure> or qhgrid:<run id>/<table>/<row>/<column>.",
    ),
    "arg.paper": ("附表1（.xlsx）或附表2（.docx）。", "A paper: .xlsx or .docx."),
    "opt.cite.quick": ("只与运行文件夹比较，不重算。", "Compare with the run folders; run nothing again."),
    "opt.template.out": ("写入此文件。", "File to write."),
    "opt.out.forms": ("文件写入此目录。", "Folder to write the papers into."),
    "opt.forms.value": ("项目价值测算的文件夹或编号。", "Folder or id of a value study."),
    "opt.forms.finance": ("财务测算的文件夹或编号。", "Folder or id of a finance study."),
    "opt.forms.project": (
        "只为此项目写建议书，可多次给出；不写为全部项目。",
        "Write the proposal of this project alone; may be given more than once.",
    ),
    "opt.forms.template": (
        "建议书的 Word 模板，缺省用自带模板。",
        "Word template of the proposals; the shipped one by default.",
    ),
    "arg.profile": ("曲线文件名，如 pv.nc。", "Name of a file of series, such as pv.nc."),
    "opt.value.method": (
        "方法，以逗号分隔：out、in、shapley。",
        "Methods with commas between: out, in, shapley.",
    ),
    "opt.value.project": ("只算这些项目（可重复，或以逗号分隔）。", "Only these projects; may be repeated."),
    "opt.value.permutations": ("沙普利值抽取的顺序数。", "Orders drawn for the Shapley values."),
    "opt.value.exact": ("沙普利值的精确调度次数上限。", "Exact dispatches for Shapley values at most."),
    "opt.value.pairs": (
        "考察相互影响的项目对数，0为不考察。",
        "Pairs to look at for interaction; 0 for none.",
    ),
    "opt.value.seed": ("抽样种子。", "Seed of what is drawn at random."),
    "opt.value.workers": ("并行进程数，不影响结果。", "Processes at once; the result does not depend on it."),
    "opt.value.cluster": (
        "Dask 调度器地址，如 tcp://10.0.0.1:8786，代替本机进程。",
        "Address of a Dask scheduler, such as tcp://10.0.0.1:8786, instead of processes here.",
    ),
    "stage.value.prepare": ("全部项目在场的调度", "dispatch with all projects"),
    "stage.value.out": ("逐个移除", "taking out one at a time"),
    "stage.value.in": ("逐个加入", "putting in one at a time"),
    "stage.value.pairs": ("项目对", "pairs"),
    "stage.value.shapley": ("沙普利值", "Shapley values"),
    "opt.select.budget": ("入选项目投资合计上限，如 3000亿元。", "Investment at most, such as 3e11CNY."),
    "opt.select.prefecture": (
        "某市州的预算，可重复，如 haixi=1200亿元。",
        "Budget of a prefecture, such as haixi=1.2e11CNY; repeatable.",
    ),
    "opt.select.tier": (
        "某档的预算，可重复：leading、demonstration、supporting、below。",
        "Budget of a tier, repeatable: leading, demonstration, supporting, below.",
    ),
    "opt.select.keep": ("必须入选的项目，可重复。", "Project that is chosen in any case; repeatable."),
    "opt.select.drop": ("不建的项目，可重复。", "Project that is not built; repeatable."),
    "opt.select.rest": (
        "投资待定的项目：in 随情景建设，out 不建。",
        "Projects of unknown investment: in, built as in the scenario; out, not built.",
    ),
    "opt.select.assume": (
        "投资待定的项目以 data/costs.csv 的单位造价（假设）代替。",
        "Let assumed unit costs of data/costs.csv stand in where no investment is published.",
    ),
    "opt.select.aim": (
        "目标：cost 年成本最小；capacity、clean_capacity 每亿元新增（清洁）装机最多。",
        "cost, the least yearly cost; capacity or clean_capacity, most of it for the money.",
    ),
    "opt.select.targets": (
        "须满足的目标，以逗号分隔：capacity_total、capacity_clean、clean_share、unserved、corridors、utilisation。",
        "Targets to meet, with commas between: capacity_total, capacity_clean, clean_share, unserved, "
        "corridors, utilisation.",
    ),
    "opt.select.options": (
        "选项文件（YAML），键同上：budget、prefectures、tiers、keep、drop 等。",
        "YAML file of these options: budget, prefectures, tiers, keep, drop and so on.",
    ),
    "opt.select.dispatches": ("精确调度次数上限。", "Exact dispatches at most."),
    "stage.select.prepare": ("全部项目在场的调度", "dispatch with all projects"),
    "stage.select.search": ("逐个组合调度", "dispatching choices"),
    "opt.facts": ("连同数据表中的假设行。", "Turn the assumed rows of the fact tables too."),
    "opt.list": ("只列出，不计算。", "List them and run nothing."),
    "opt.years": ("年份：2025-2030，或以逗号分隔。", "Years: 2025-2030, or single years with commas."),
    "opt.out": ("运行文件夹所在目录。", "Folder that holds the run folders."),
    "opt.out.file": ("把逐小时结果写入此 netCDF 文件。", "Write the hourly result to this netCDF file."),
    "opt.out.profiles": (
        "写入此目录，而不是自带数据目录。",
        "Write to this folder instead of the shipped one.",
    ),
    "opt.set": (
        "改写一个情景键，可重复，如 hydro.water_year=dry。",
        "Override one key of the scenario; may be repeated, such as hydro.water_year=dry.",
    ),
    "opt.lang": (
        "语言：zh 或 en（默认取环境变量 QHGRID_LANG，否则 zh）。",
        "Language, zh or en (default: QHGRID_LANG, else zh).",
    ),
    "opt.json": ("在标准输出打印 JSON。", "Print JSON on standard output."),
    "opt.debug": ("程序自身出错时打印调用栈。", "Print the traceback when qhgrid itself fails."),
    "arg.project": (
        "项目代码（如 warang_phs）或登记号（如 R19）。",
        "Id (such as warang_phs) or register key (R19) of a project.",
    ),
    "arg.state": (
        "要进入的状态，写代码或中文名，如 proposed 或 申报。",
        "State to go to, by id or name, such as proposed.",
    ),
    "opt.log": (
        "流程日志；缺省 projects/events.jsonl。",
        "The log of steps; projects/events.jsonl if not given.",
    ),
    "opt.scenario": ("以哪个情景看计入容量。", "Scenario that says which capacity counts."),
    "opt.prefecture": (
        "只列在此市州有份额的项目，如 haixi。",
        "Projects with a share in this prefecture alone, such as haixi.",
    ),
    "opt.sector": (
        "只列此领域，如 能源 或 energy。",
        "Projects of this sector alone, such as energy.",
    ),
    "opt.grade": ("只列此成熟度，如 G4。", "Projects of this grade alone, such as G4."),
    "opt.state": (
        "只列处于此状态的项目，如 in_library。",
        "Projects in this state alone, such as in_library.",
    ),
    "opt.who": ("谁作出决定。", "Who decides."),
    "opt.when": (
        "时间（北京时间），如 '2026-02-28 16:30'；缺省为现在。",
        "When, Beijing time, such as '2026-02-28 16:30'; now if not given.",
    ),
    "opt.year": (
        "行动年份；方案只写月日，申报时必须给出。",
        "Year of the campaign; the action plan names days alone, so a proposal must give it.",
    ),
    "opt.evidence": (
        "材料文件及其所答的核对项，可重复；一份材料可答多项。",
        "A document and the items it answers; may be repeated, and one document may answer many.",
    ),
    "opt.reason": ("理由；退回、暂缓、不予入库等必须写明。", "Why; needed for states beside the road."),
    "opt.na": ("不适用的核对项及其理由，可重复。", "An item that does not apply, and why; may be repeated."),
    "opt.rules": (
        "核对规则文件，缺省为自带的 data/lifecycle/gates.yaml。",
        "Rule file of the gates; the shipped data/lifecycle/gates.yaml if not given.",
    ),
    "opt.evidence.run": (
        "用作计算依据的运行：计入容量。",
        "Run used as computed evidence: capacity that counts.",
    ),
    "opt.evidence.value": (
        "项目价值研究（文件夹或编号）。",
        "Study of values (folder or id).",
    ),
    "opt.evidence.finance": (
        "项目财务研究（文件夹或编号）。",
        "Study of finance (folder or id).",
    ),
    "opt.as_of": (
        "按此时刻（北京时间）判断逾期；缺省为日志最后一步的时刻。",
        "Moment at which deadlines are looked at; that of the last step if not given.",
    ),
    "opt.out.board": (
        "把看板的网页、Excel 与数据写入此文件夹。",
        "Folder to write page, workbook and tables of the board into.",
    ),
    "advance.done": (
        "{project} → {state}，{when}；已记入 {log} 第 {number} 行，校验和 {checksum}…",
        "{project} → {state}, {when}; line {number} of {log}, checksum {checksum}…",
    ),
    "opt.finance.project": ("只评价此项目，可重复。", "Evaluate this project alone; may be repeated."),
    "opt.finance.value": (
        "价值研究的文件夹或编号：以其系统费用节约作为国民经济效益。",
        "Folder or id of a value study: its saving of system cost is the benefit to the economy.",
    ),
    "opt.finance.price": (
        "电价口径：market 节点边际电价，contract 合同与基准电价。",
        "Prices: market (marginal prices of the run) or contract (contract and benchmark prices).",
    ),
    "opt.finance.repayment": (
        "还款方式：equal-principal 等额本金，equal-instalment 等额本息。",
        "Repayment in equal principal or in equal instalments.",
    ),
    "opt.finance.holiday": ("所得税三免三减半。", "No income tax for three years, half for three more."),
    "opt.finance.scale": (
        "运行不满一年时按小时数折算到全年（只看方法）；否则拒绝。",
        "Scale a run that is shorter than a year to one, to look at the method; it is refused otherwise.",
    ),
    "opt.force": ("即使已有同号运行也重新计算并替换。", "Run again and replace a run of the same id."),
    "opt.csv": ("把比较表写入此 CSV 文件。", "Write the comparison to this CSV file."),
    "opt.quick": ("只核对校验和，不重算。", "Compare checksums only; do not run again."),
    "arg.import": ("CSV、NetCDF 或 EPW 文件。", "CSV, netCDF or EPW file."),
    "opt.import.variable": (
        "序列：pv、wind、dni、temperature、demand、inflow。",
        "Series: pv, wind, dni, temperature, demand, inflow.",
    ),
    "opt.import.out": ("写入此文件。", "File to write."),
    "opt.import.unit": (
        "数值单位，如 1、%、MW、degC、K、m3/s；文件自带则不必。",
        "Unit of the values, such as 1, %, MW, degC, K, m3/s; not needed where the file says it.",
    ),
    "opt.import.zone": (
        "时区，如 UTC 或 +08:00；文件自带则不必。",
        "Time zone, such as UTC or +08:00; not needed where the file says it.",
    ),
    "opt.import.label": (
        "时刻指小时的开始（start）还是结束（end）。",
        "Whether a time names the start or the end of its hour.",
    ),
    "opt.import.year": ("文件含多年时取哪一年。", "Which year of a file with several."),
    "opt.import.field": (
        "NetCDF 文件含多个变量时取哪一个。",
        "Which variable of a netCDF file with several.",
    ),
    "opt.import.column": (
        "列名与市州（或负荷类别）的对应，可重复，如 出力=haixi。",
        "Which label a column stands for; may be repeated, such as output=haixi.",
    ),
    "opt.import.capacity": (
        "以 MW 计的数值所对应的装机，一个数或 标签=数。",
        "Rated power behind values in MW: one number, or LABEL=MW.",
    ),
    "opt.import.fill": (
        "允许填补的最长缺口（小时）；0 为不填。",
        "Longest gap to fill, in hours; 0 refuses any.",
    ),
    "opt.import.rest": (
        "文件缺的市州取自带序列（shipped）。",
        "Take missing labels from the shipped series.",
    ),
    "opt.import.source": ("来源说明，写入文件。", "Where the file comes from; written into it."),
    "opt.years.count": ("年数。", "How many years."),
    "opt.years.first": ("首年编号，0 为水平年。", "Number of the first year; 0 is the level year."),
    "opt.years.page": (
        "同时更新此页（docs/profiles.md）中由程序生成的表与图。",
        "Also renew the generated tables and pictures of this page (docs/profiles.md).",
    ),
    "opt.water.count": ("模拟年数。", "How many generated years."),
    "opt.version": ("打印版本号。", "Print the version."),
    "help.option": ("显示帮助。", "Show this help."),
    "panel.options": ("选项", "Options"),
    "panel.arguments": ("参数", "Arguments"),
    "panel.commands": ("命令", "Commands"),
    # Stages of a run.
    "stage.scenario": ("读取情景", "Read the scenario"),
    "stage.profiles": ("读取逐小时曲线", "Load the hourly series"),
    "stage.network": ("建立网络", "Build the network"),
    "stage.dispatch": ("逐小时调度", "Dispatch hour by hour"),
    "stage.compile": (
        "首次运行：编译调度内核，约一分钟，只此一次",
        "First run: compiling the dispatch kernels, about a minute, once",
    ),
    "stage.indicators": ("计算指标与平衡表", "Measure targets and balances"),
    "stage.finance_read": ("读取运行结果", "Read the run"),
    "stage.finance_evaluate": ("逐项评价", "Evaluate the projects"),
    "stage.finance_write": ("写财务评价", "Write the evaluation"),
    "stage.projects": ("编制项目清单", "Draw up the project list"),
    "stage.write": ("写出结果与报告", "Write results and reports"),
    "stage.finish": ("落盘与校验", "Seal the run folder"),
    "stage.build": ("生成曲线", "Build the series"),
    "stage.weather": ("生成气象年", "Make the weather years"),
    "stage.calibrate": ("率定气象年模型", "Calibrate the weather years"),
    # What the commands say.
    "crash": (
        "qhgrid 内部错误：{what}。这是程序缺陷，不是输入问题；加 --debug 可见调用栈。",
        "qhgrid failed: {what}. This is a bug of qhgrid, not of your input; --debug shows the traceback.",
    ),
    "interrupted": ("已中断，没有留下半成品。", "Interrupted; nothing half-written is left."),
    "tables.written": ("已写入：{folder}", "Written to {folder}"),
    "run.done": ("运行文件夹：{folder}", "Run folder: {folder}"),
    "run.reused": (
        "同样的输入已有完好的运行，直接取用（--force 可重算）。",
        "These inputs have been run already and the run is intact: reused (--force runs it again).",
    ),
    "run.cost": (
        "系统成本 {yi:,.2f} 亿元，最优性差距 {gap:.1e}",
        "System cost {cost:,.0f} CNY, optimality gap {gap:.1e}",
    ),
    "run.shortage": (
        "缺口 {count} 处，共 {energy:,.1f} MWh：",
        "Shortages: {count}, {energy:,.1f} MWh in all:",
    ),
    "run.no_shortage": ("没有缺电，也没有无处可去的电。", "No load shed, no energy dumped."),
    "check.ok": ("{name}：无误（{files}）。", "{name}: no fault found ({files})."),
    "dispatch.done": (
        "{status}：成本 {cost:,.2f}，下界 {bound:,.2f}，差距 {gap:.1e}",
        "{status}: cost {cost:,.2f}, lower bound {bound:,.2f}, gap {gap:.1e}",
    ),
    "files.written": ("已写入 {path}", "Written to {path}"),
    "dispatch.written": ("结果写入 {path}", "Result written to {path}"),
    "profiles.built": ("曲线写入 {folder}", "Series written to {folder}"),
    "import.done": ("已导入 {variable}：{labels}", "Imported {variable}: {labels}"),
    "profiles.written": ("已写入 {path}", "Written to {path}"),
    "water.report": (
        "实测 {first}–{last} 年；典型年 {typical}；模拟 {count} 年",
        "Record {first} to {last}; typical years {typical}; {count} generated years",
    ),
    "period.year": ("全年", "year"),
    "figure.mean": ("均值", "mean"),
    "figure.deviation": ("标准差", "standard deviation"),
    "figure.skew": ("偏态系数", "skew"),
    "figure.memory": ("年际相关", "year to year"),
    "figure.p10": ("10%分位", "10th percentile"),
    "figure.p50": ("中位数", "median"),
    "figure.p90": ("90%分位", "90th percentile"),
    "forms.list": ("附表1 重大项目建议表", "List of projects"),
    "papers.checked": ("{paper}：{count} 个数值。", "{paper}: {count} figures."),
    "papers.same": ("一致", "same"),
    "papers.differs": ("不一致", "different"),
    "papers.unknown": ("无法复算", "cannot be made again"),
    "papers.why.edited": ("文中数值被改动。", "The paper was edited."),
    "papers.why.changed": ("输入数据或程序已变。", "Inputs or code have changed."),
    "papers.why.unit": ("单位已变：", "The unit has changed:"),
    "papers.why.gone": ("复算结果中没有这个数值。", "The figure is no longer there."),
    "papers.why.method": ("没有复算此类测算的方法：", "No method makes this kind of study again:"),
    "papers.why.folder": ("找不到或不能重算所引的文件夹：", "The folder cannot be had or made again:"),
    "papers.figure": (
        "{place}  {cited}：文中 {text}，复算 {again}",
        "{place}  {cited}: printed {text}, now {again}",
    ),
    "verify.same": ("{run}：{count} 个文件全部一致。", "{run}: all {count} files are the same."),
    "verify.differs": (
        "{run}：{count} 个文件中有 {bad} 个不一致：",
        "{run}: {bad} of {count} files are not the same:",
    ),
    "verify.inputs": ("输入已变：{names}", "Inputs that have changed since: {names}"),
    "outcome.differs": ("内容不同", "differs"),
    "outcome.missing": ("缺失", "missing"),
    "outcome.unexpected": ("多余", "unexpected"),
    "and_more": ("……另有 {count} 项", "… and {count} more"),
    # Headings.
    "scorecard": ("目标评分", "Scorecard"),
    "head.weather_year": ("气象年", "Year"),
    "head.pv_hours": ("光伏 [h]", "PV [h]"),
    "head.wind_hours": ("风电 [h]", "Wind [h]"),
    "head.csp_hours": ("镜场 [h]", "Field [h]"),
    "head.mean_degc": ("均温 [℃]", "Mean [°C]"),
    "head.coldest_day_degc": ("最冷日 [℃]", "Coldest [°C]"),
    "head.degree_days": ("采暖度日", "Heating [K·d]"),
    "head.lowest_week": ("最低周", "Lowest week"),
    "head.calm_dark_weeks": ("无风阴天周", "Calm-dark weeks"),
    "head.calm_dark_days": ("天数", "days"),
    "head.cold_spells": ("寒潮期", "Cold spells"),
    "head.cold_days": ("天数", "days"),
    "head.spread": ("标准差", "Spread"),
    "head.period": ("时段", "Period"),
    "head.record": ("实测", "Record"),
    "head.made": ("模拟", "Generated"),
    "head.error": ("实测标准误", "Standard error"),
    "head.target": ("目标", "Target"),
    "head.value": ("数值", "Value"),
    "head.threshold": ("要求", "Required"),
    "head.margin": ("裕度", "Margin"),
    "head.unit": ("单位", "Unit"),
    "head.passed": ("达标", "Met"),
    "head.figure": ("指标", "Figure"),
    "head.name": ("名称", "Name"),
    "head.title": ("标题", "Title"),
    "head.file": ("文件", "File"),
    "head.column": ("序列", "Column"),
    "head.full_load_hours": ("满发小时 [h]", "Full-load hours [h]"),
    "head.mean": ("均值", "Mean"),
    "head.min": ("最小", "Min"),
    "head.max": ("最大", "Max"),
    "pass": ("达标", "met"),
    "fail": ("未达标", "missed"),
    "unknown": ("无法判断", "cannot tell"),
    "cite.value": ("数值", "Value"),
    "cite.definition": ("定义", "Definition"),
    "cite.made_from": ("由何而来", "Made from"),
    "cite.run": ("运行", "Run"),
    "cite.scenario": ("情景", "Scenario"),
    "cite.facts": ("数据表", "Fact tables"),
    "cite.profiles": ("曲线", "Series"),
    "cite.certificate": ("证书", "Certificate"),
    "cite.code": ("程序", "Code"),
    "cite.reproduce": ("复现", "Reproduce"),
    "cite.gap": (
        "最优性差距 {gap:.1e}，最大越限 {violation:.1e} MW",
        "gap {gap:.1e}, largest violation {violation:.1e} MW",
    ),
}
"""Chinese and English words by key."""


def say(key: str, lang: Lang, **values: object) -> str:
    """Return the words of `key` in `lang`, with `values` filled in."""
    return WORDS[key][LANGS.index(lang)].format(**values)
