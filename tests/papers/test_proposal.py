"""附表2: headings, keys, marks, fonts, and a template that may be replaced."""

from __future__ import annotations

import zipfile

import pytest
from docx import Document

from qhgrid.errors import ReportError
from qhgrid.papers.forms import open_sources
from qhgrid.papers.pieces import Paragraph, check_paper, figures_of, gaps_of
from qhgrid.papers.proposal import proposal
from qhgrid.papers.template import DEFAULT, OUTLINE, template_bytes
from qhgrid.papers.word import TAG, write_word

PROJECT = "warang_phs"
SECTIONS = """资源条件 水文气象 工程地质 任务与建设规模 选址与总布置 电力市场与消纳 环境影响 建设征地移民
施工组织与进度 节能 财务效益 国民经济效益 社会效益 在流域和电网中的地位与作用 经济评价附表"""


@pytest.fixture(scope="module")
def written(full, tmp_path_factory):
    return write_word(proposal(full.case(PROJECT)), DEFAULT, tmp_path_factory.mktemp("word") / "p.docx")


def words_of(path) -> str:
    """Return all words of a document, tables and content controls too."""
    return "".join(Document(path).element.body.itertext())


def headings_of(path) -> list[str]:
    return [p.text for p in Document(path).paragraphs if p.style.name.startswith("Heading")]


def test_template_has_every_heading_of_a_proposal():
    headings = headings_of(DEFAULT)
    for chapter in (
        "总论",
        "项目建设的必要性和条件",
        "建设规模与产品方案",
        "技术方案、设备方案和工程方案",
        "投资估算及资金筹措",
        "效益分析",
        "结论与建议",
    ):
        assert chapter in headings
    for words in SECTIONS.split():
        assert any(words in heading for heading in headings), words


def test_shipped_template_is_what_the_script_makes():
    with zipfile.ZipFile(DEFAULT) as shipped:
        made = template_bytes()
        assert shipped.read("word/document.xml") in zipped(made)
        assert shipped.read("word/styles.xml") in zipped(made)


def zipped(content: bytes) -> list[bytes]:
    import io

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name) for name in archive.namelist()]


def test_styles_name_a_font_for_chinese_text():
    styles = Document(DEFAULT).styles
    for name in ("Normal", "Heading 1", "Heading 2", "qhgrid body", "qhgrid cell", "qhgrid cover title"):
        fonts = styles[name].element.rPr.rFonts
        assert fonts.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia"), name


def test_no_heading_is_followed_by_nothing(written):
    body = list(Document(written).element.body)
    styles = [element.find(".//{*}pStyle") for element in body]
    kinds = ["" if style is None else style.get(style.keys()[0]) for style in styles]
    for place, kind in enumerate(kinds[:-1]):
        if kind == "Heading2":
            assert not kinds[place + 1].startswith("Heading"), "".join(body[place].itertext())
            assert "".join(body[place + 1].itertext()).strip() or body[place + 1].findall(".//{*}drawing")


def test_every_figure_stands_in_a_content_control(written, full):
    paper = proposal(full.case(PROJECT))
    text = zipfile.ZipFile(written).read("word/document.xml").decode()
    assert text.count(f'w:val="{TAG}') >= len({(f.key, f.text) for f in figures_of(paper)}) - 10
    assert "{{" not in text
    assert "{%" not in text


def test_value_and_finance_are_printed_with_their_studies(written, full):
    words = words_of(written)
    figures = [
        full.finance.cell("finance_summary", PROJECT, column) for column in ("npv", "lcoe", "dscr_min")
    ]
    printed = [
        "0.57亿元",
        "0.47",
        "0.67",
        "正",
        "资本金现金流量表",
        "续2",
        *(figure.text for figure in figures),
    ]
    for text in printed:
        assert text in words, text


def test_without_studies_value_and_finance_are_open(bare, tmp_path):
    paper = proposal(bare.case(PROJECT))
    assert {"系统价值（未给价值测算）", "财务评价（未给财务测算）"} <= set(gaps_of(paper))
    words = words_of(write_word(paper, DEFAULT, tmp_path / "p.docx"))
    assert f"共 {len(gaps_of(paper))} 项" in words


def test_assumptions_are_marked_and_listed(full):
    paper = proposal(full.case("qaidam_base"))
    assert any(figure.mark == "假设" for figure in figures_of(paper))
    listed = "".join(piece.text for block in paper.sections["assumptions"] for piece in block.pieces)
    assert "柴达木沙漠基地（格尔木东）光热" in listed


def test_same_sources_give_the_same_bytes(full, written, tmp_path):
    again = write_word(proposal(full.case(PROJECT)), DEFAULT, tmp_path / "again.docx")
    assert again.read_bytes() == written.read_bytes()


def test_every_project_has_a_proposal_without_a_bare_number(bare):
    for name in bare.facts.projects:
        check_paper(proposal(bare.case(name)))


def test_sections_of_water_and_weather_stand_where_they_fit(bare):
    sections = {name: set(proposal(bare.case(name)).sections) for name in (PROJECT, "qaidam_base", "vpp")}
    assert {"hydrology", "resettlement", "role"} <= sections[PROJECT]
    assert "resource" in sections["qaidam_base"]
    assert "hydrology" not in sections["qaidam_base"]
    assert not {"role", "market", "value", "resource"} & sections["vpp"]


def test_bare_number_in_a_section_fails_the_build(full, tmp_path):
    paper = proposal(full.case(PROJECT))
    paper.sections["finance"] += (Paragraph(("内部收益率约 8 %",)),)
    with pytest.raises(ReportError, match="has no citation key"):
        write_word(paper, DEFAULT, tmp_path / "p.docx")
    assert list(tmp_path.iterdir()) == []


def test_template_of_the_bureau_is_filled(full, tmp_path):
    own = Document()
    own.add_paragraph("本局格式：{{r name }}")
    own.add_paragraph("{{p investment }}")
    own.save(tmp_path / "own.docx")
    words = words_of(write_word(proposal(full.case(PROJECT)), tmp_path / "own.docx", tmp_path / "p.docx"))
    assert "本局格式：哇让抽水蓄能电站" in words
    assert "159.40亿元" in words


def test_template_that_asks_for_what_is_not_there_is_refused(full, tmp_path):
    own = Document()
    own.add_paragraph("{{p nonsense }}")
    own.save(tmp_path / "own.docx")
    with pytest.raises(ReportError, match=r"own.docx: cannot be filled: 'nonsense' is undefined.*investment"):
        write_word(proposal(full.case(PROJECT)), tmp_path / "own.docx", tmp_path / "p.docx")


def test_template_that_is_no_word_document_is_refused(full, tmp_path):
    (tmp_path / "own.docx").write_text("no")
    with pytest.raises(ReportError, match="is not a Word document"):
        write_word(proposal(full.case(PROJECT)), tmp_path / "own.docx", tmp_path / "p.docx")


def test_outline_names_each_section_once():
    names = [name for _, sections in OUTLINE for name, _, _ in sections]
    assert len(names) == len(set(names))


def test_command_writes_the_template(call, tmp_path):
    assert call("projects", "template", "--out", tmp_path / "own.docx").code == 0
    assert (tmp_path / "own.docx").read_bytes() == DEFAULT.read_bytes()


def test_command_writes_the_papers(call, short_run, tmp_path):
    answer = call("projects", "forms", short_run.folder, "--out", tmp_path, "--project", "vpp")
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "附表1-重大项目建议表.xlsx",
        "附表2-R23-虚拟电厂.docx",
    ]
    wrong = call("projects", "forms", short_run.folder, "--out", tmp_path, "--log", tmp_path / "none.jsonl")
    assert wrong.code == 2
    assert "none.jsonl: is not a file" in wrong.err


def test_stage_comes_from_the_log(short_run, tmp_path):
    from qhgrid.lifecycle import State, Step, advance, parse_moment, read_rules

    log = tmp_path / "events.jsonl"
    when = parse_moment("2026-01-05 10:00")
    advance(log, Step(PROJECT, State.LEAD, "省能源局", when), read_rules())
    sources = open_sources(str(short_run.folder), log=log)
    assert sources.case(PROJECT).stage().text == "线索（2026-01-05起）"
    assert sources.case("vpp").stage().label.startswith("项目所处阶段")
