"""The import of a release: what it writes, reports and refuses."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from lewisham_study.errors import DataError, StudyError, UsageError
from lewisham_study.files import read_csv
from lewisham_study.paths import Project, find_project
from lewisham_study.raw import imports
from lewisham_study.raw.authorities import AUTHORITY_COLUMNS, DISTRICT_COLUMNS
from lewisham_study.raw.figures import MEASURE_COLUMNS, read_figures
from lewisham_study.raw.imports import READERS, import_release, name_places, pair_figures, read_file
from lewisham_study.raw.reports import import_reports
from lewisham_study.raw.sources import SOURCE_COLUMNS, read_releases, read_sources
from lewisham_study.releases import spreadsheets

HEAD = "time_period,old_la_code,la_name,region_code,region_name,country_code,country_name,category,At31_episodes"
ENGLAND = "2022,,,,,E92000001,England,Children in Need,404310"
LEWISHAM = "2022,209,Lewisham,E13000001,Inner London,E92000001,England,Children in Need,2776"
HACKNEY = "2022,204,Hackney,E13000001,Inner London,E92000001,England,Children in Need,x"
FIRST = [ENGLAND, LEWISHAM, HACKNEY]
AREAS = {"209": "209", "204": "204", "E92000001": "E92000001", "Lewisham": "209", "Hackney": "204"}
CODING = {
    "county_districts.csv": ",".join(DISTRICT_COLUMNS) + "\n",
    "releases.csv": "source_id,topic,family\nneed-2025,need,children_in_need\ndfe-s251-2018-19,need,section_251\n",
    "area_labels.csv": "label,source_id,row,areas,note\n"
    + "".join(f"{label},,,{area},\n" for label, area in AREAS.items()),
    "authorities.csv": ",".join(AUTHORITY_COLUMNS) + "\n",
    "status_codes.csv": "family,code,status,value,note\nchildren_in_need,x,not_available,,\n",
}


def write_release(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join([HEAD, *rows]) + "\n")
    return path


def sum_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_tree(project: Project) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in sorted(project.root.rglob("*")) if path.is_file()}


@pytest.fixture
def release(tmp_path: Path) -> Path:
    return write_release(tmp_path / "b1.csv", FIRST)


@pytest.fixture
def project(tmp_path: Path, release: Path) -> Project:
    project = Project(tmp_path / "study")
    project.coding.mkdir(parents=True)
    project.raw.mkdir()
    for name, text in CODING.items():
        (project.coding / name).write_text(text)
    row = [
        "statistics",
        "DfE",
        "Children in need",
        "2025",
        "official",
        "",
        "OGL-UK-3.0",
        sum_file(release),
        "",
        "b1",
        "",
    ]
    lines = [SOURCE_COLUMNS, ["dfe-s251-2018-19", *row], ["need-2025", *row]]
    (project.raw / "sources.csv").write_text("".join(",".join(line) + "\n" for line in lines))
    return project


def test_first_import_writes_a_row_for_each_cell(project: Project, release: Path) -> None:
    result = import_release(project, "need-2025", release)
    assert (result.topic, result.newer, result.written) == ("need", False, True)
    assert (result.added, result.removed, result.unchanged, len(result.revised)) == (3, 0, 0, 0)
    measure = "Children in Need | At31_episodes"
    assert read_figures(project.raw, "need").to_numpy().tolist() == [
        ["need-2025", sum_file(release)[:12], "", "2", "I", "E92000001", "England", "2022", measure, "404310"],
        ["need-2025", sum_file(release)[:12], "", "3", "I", "209", "Lewisham", "2022", measure, "2776"],
        ["need-2025", sum_file(release)[:12], "", "4", "I", "204", "Hackney", "2022", measure, "x"],
    ]


def test_a_tidy_file_comes_in_by_one_row_for_its_measure(project: Project, release: Path) -> None:
    releases = project.coding / "releases.csv"
    releases.write_text(releases.read_text().replace("need-2025,need,children_in_need", "need-2025,need,tidy_csv"))
    (project.coding / "status_codes.csv").write_text("family,code,status,value,note\ntidy_csv,x,not_available,,\n")
    head, row = (
        ",".join(MEASURE_COLUMNS),
        "need-2025,Children in Need | At31_episodes,children_in_need,children,1,c,31_march",
    )
    (project.coding / "need_measures.csv").write_text(f"{head}\n{row}\n")
    assert import_release(project, "need-2025", release).added == 3
    assert read_figures(project.raw, "need")["value_as_published"].tolist() == ["404310", "2776", "x"]


def test_same_file_twice_changes_nothing(project: Project, release: Path) -> None:
    import_release(project, "need-2025", release)
    before = read_tree(project)
    result = import_release(project, "need-2025", release, accept=True)
    assert read_tree(project) == before
    assert (result.added, result.unchanged, result.written) == (0, 3, False)


def test_newer_edition_is_shown_and_not_written(project: Project, release: Path, tmp_path: Path) -> None:
    import_release(project, "need-2025", release)
    before = read_tree(project)
    rows = [ENGLAND, LEWISHAM.replace("2776", "2781"), LEWISHAM.replace("2022", "2023")]
    result = import_release(project, "need-2025", write_release(tmp_path / "newer.csv", rows))
    assert read_tree(project) == before
    assert (result.newer, result.added, result.removed, result.unchanged, result.written) == (True, 1, 1, 1, False)
    revised = result.revised[["area_name", "time_period", "old", "new"]].to_numpy().tolist()
    assert revised == [["Lewisham", "2022", "2776", "2781"]]


def test_newer_edition_replaces_the_old_one_when_accepted(project: Project, release: Path, tmp_path: Path) -> None:
    import_release(project, "need-2025", release)
    newer = write_release(tmp_path / "newer.csv", [ENGLAND, LEWISHAM.replace("2776", "2781")])
    result = import_release(project, "need-2025", newer, accept=True)
    figures = read_figures(project.raw, "need")
    assert result.written
    assert figures["value_as_published"].tolist() == ["404310", "2781"]
    assert set(figures["sha256"]) == {sum_file(newer)[:12]}
    sources = read_csv(project.raw / "sources.csv", SOURCE_COLUMNS).set_index("source_id")["sha256"]
    assert sources.to_dict() == {"need-2025": sum_file(newer), "dfe-s251-2018-19": sum_file(release)}
    assert not import_release(project, "need-2025", newer).written


@pytest.mark.parametrize(
    ("topic", "measure", "text", "expected"),
    [
        ("prices", "gdp_deflator", "abc", "a number or a known code, found 'abc'"),
        ("neighbours", "SN_1", "999", "a known authority or region, found code '999'"),
        ("neighbours", "SN10", "Leedz", "a known authority or region, found code 'Leedz'"),
        ("inspections", "Overall effectiveness", "Brilliant", "a known grade, found 'Brilliant'"),
        ("workforce", "caseload_fte", "~", "a number or a known code, found '~'"),
    ],
)
def test_each_topic_refuses_unknown_content(topic: str, measure: str, text: str, expected: str) -> None:
    place = {"source_id": "ofsted-2025", "sheet": "ILACS_inspection_history", "row": "7", "column": "C"}
    figures = pd.DataFrame({**place, "area_code": "209", "measure": measure, "value_as_published": [text]})
    with pytest.raises(DataError, match=f"cell ILACS_inspection_history!C7: expected {expected}"):
        imports.check_cells(figures, topic, find_project().coding)


def test_added_and_removed_areas_are_named(project: Project, release: Path, tmp_path: Path) -> None:
    import_release(project, "need-2025", release)
    rows = [ENGLAND, LEWISHAM, LEWISHAM.replace("2022", "2023")]
    result = import_release(project, "need-2025", write_release(tmp_path / "newer.csv", rows))
    assert result.places == ("added: Lewisham, 2023", "removed: Hackney, 2022")
    assert "\nremoved: Hackney, 2022\n" in str(result)


def test_the_file_of_another_release_is_refused(project: Project, release: Path, tmp_path: Path) -> None:
    other = write_release(tmp_path / "other.csv", [ENGLAND])
    register = project.raw / "sources.csv"
    register.write_text(register.read_text().replace(sum_file(release), sum_file(other), 1))
    before = read_tree(project)
    with pytest.raises(UsageError, match=r"other\.csv is the file of dfe-s251-2018-19, not of need-2025"):
        import_release(project, "need-2025", other, accept=True)
    assert read_tree(project) == before


def test_moved_rows_are_not_revisions(project: Project, release: Path, tmp_path: Path) -> None:
    import_release(project, "need-2025", release)
    result = import_release(project, "need-2025", write_release(tmp_path / "newer.csv", FIRST[::-1]), accept=True)
    assert (result.added, result.removed, result.unchanged, len(result.revised)) == (0, 0, 3, 0)
    assert read_figures(project.raw, "need")["area_name"].tolist() == ["Hackney", "Lewisham", "England"]


def test_other_releases_of_the_topic_are_kept(project: Project, release: Path) -> None:
    import_release(project, "need-2025", release)
    text = (project.coding / "releases.csv").read_text() + "need-2026,need,children_in_need\n"
    (project.coding / "releases.csv").write_text(text)
    register = (project.raw / "sources.csv").read_text()
    (project.raw / "sources.csv").write_text(register + register.splitlines()[-1].replace("2025", "2026") + "\n")
    assert import_release(project, "need-2026", release).added == 3
    assert read_figures(project.raw, "need")["source_id"].value_counts().to_dict() == {"need-2025": 3, "need-2026": 3}


def test_edited_figures_are_restored_from_the_registered_file(project: Project, release: Path) -> None:
    import_release(project, "need-2025", release)
    before = read_tree(project)
    path = project.raw / "figures" / "need.csv"
    path.write_text(path.read_text().replace("2776", "9999"))
    result = import_release(project, "need-2025", release)
    assert result.revised[["old", "new"]].to_numpy().tolist() == [["9999", "2776"]]
    assert read_tree(project) == before


def test_an_unknown_release_is_refused_with_the_nearest_name(project: Project, release: Path) -> None:
    with pytest.raises(UsageError, match=r"'need-205'; did you mean need-2025.*sources\.csv.*releases\.csv") as error:
        import_release(project, "need-205", release)
    assert sum_file(release) in str(error.value)
    assert not (project.raw / "figures").exists()


def test_a_missing_file_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        import_release(project, "need-2025", tmp_path / "none.csv")
    with pytest.raises(UsageError, match="there is no file"):
        import_release(project, "need-2025", tmp_path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([LEWISHAM, LEWISHAM.replace("209,Lewisham", "299,Lewishampton")], "cell I3.*'299', name 'Lewishampton'"),
        ([LEWISHAM, HACKNEY.replace("Hackney", "Lewisham")], "cell I3: .*same area, found code '204', name 'Lewisham'"),
        ([LEWISHAM, LEWISHAM[:-4]], "row 3: expected a figure in every cell"),
        ([LEWISHAM, LEWISHAM[:-4] + "q"], "cell I3: expected a number or a known code, found 'q'"),
        ([LEWISHAM, LEWISHAM.replace("Lewisham", '"Lewisham')], "well-formed CSV, found unexpected end of data"),
        ([LEWISHAM.replace("Children in Need", "Children")], "category 'Children in Need'"),
        ([], "category 'Children in Need'.*found no rows"),
        ([LEWISHAM, LEWISHAM], "cell I3: expected one figure for each area, period and measure, found '2776'"),
        ([LEWISHAM.replace("2022", "20l2")], "cell I2: expected a year or financial year, found '20l2'"),
        ([LEWISHAM.replace("2022", "1822")], "cell I2: expected a year or financial year, found '1822'"),
        ([LEWISHAM.replace("2022", "")], "cell I2: expected a year or financial year, found ''"),
        ([LEWISHAM.replace("2022", "2022-24")], "cell I2: expected a year or financial year, found '2022-24'"),
        ([LEWISHAM.replace("2776", "-2776")], "cell I2: expected a number not below zero, found '-2776'"),
        ([LEWISHAM.replace("2776", "27,76")], "row 2: expected 9 cells as in the headings, found 10"),
        ([LEWISHAM.replace("2776", '"27,76"')], "cell I2: expected a number or a known code, found '27,76'"),
        ([LEWISHAM.replace("2776", "1e400")], "cell I2: expected a number or a known code, found '1e400'"),
        ([LEWISHAM.replace("2776", "nan")], "cell I2: expected a number or a known code, found 'nan'"),
        ([LEWISHAM.replace("2776", "٢٧٧٦")], "cell I2: expected a number or a known code, found '٢٧٧٦'"),
        ([LEWISHAM.replace("2776", "=2776")], "cell I2: expected plain text in value_as_published, found '=2776'"),
        ([LEWISHAM.replace("Lewisham", "=A1")], "cell I2: expected plain text in area_name, found '=A1'"),
        ([LEWISHAM.replace("Lewisham", '"Lewi\nsham"')], "cell I2: expected plain text in area_name, found 'Lewi"),
        ([LEWISHAM.replace("209", "2\x0009")], "row 2: expected text, found the character U\\+0000"),
        ([LEWISHAM.replace("Lewisham", "x" * 100_001)], "well-formed CSV, found field larger than field limit"),
    ],
    ids=[
        "unknown authority",
        "code and name of two",
        "empty cell",
        "unknown code",
        "broken quotes",
        "another category",
        "no rows",
        "row twice",
        "letter in year",
        "year long ago",
        "no year",
        "two years",
        "negative",
        "thousands without quotes",
        "thousands misplaced",
        "too large for a number",
        "not a number",
        "other digits",
        "formula",
        "formula as name",
        "line break in name",
        "NUL",
        "cell as long as a book",
    ],
)
def test_a_refused_import_writes_nothing(
    project: Project, release: Path, tmp_path: Path, rows: list[str], message: str
) -> None:
    import_release(project, "need-2025", release)
    before = read_tree(project)
    with pytest.raises(DataError, match=message):
        import_release(project, "need-2025", write_release(tmp_path / "newer.csv", rows), accept=True)
    assert read_tree(project) == before


@pytest.mark.parametrize("data", [b"", b"\x93\x00\xff" * 9, b"PK\x03\x04 cut off", HEAD[:-4].encode()])
@pytest.mark.parametrize("source_id", ["need-2025", "dfe-s251-2018-19"])
def test_a_damaged_file_is_refused(project: Project, tmp_path: Path, data: bytes, source_id: str) -> None:
    before = read_tree(project)
    (tmp_path / "damaged.xlsx").write_bytes(data)
    with pytest.raises(DataError, match=r"damaged\.xlsx"):
        import_release(project, source_id, tmp_path / "damaged.xlsx", accept=True)
    assert read_tree(project) == before


def write_archive(path: Path, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("content.xml", content)
    return path


def test_an_archive_with_a_changed_byte_is_refused(project: Project, tmp_path: Path) -> None:
    path = write_archive(tmp_path / "changed.xlsx", b"<spreadsheet/>")
    path.write_bytes(path.read_bytes().replace(b"<spread", b"<spraed"))
    with pytest.raises(StudyError, match=r"Bad CRC-32 for file 'content\.xml'"):
        import_release(project, "dfe-s251-2018-19", path)


def test_an_archive_that_would_unpack_to_too_much_is_refused(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "LARGEST", 1000)
    path = write_archive(tmp_path / "large.ods", b"0" * 2000)
    with pytest.raises(DataError, match="at most 1,000 bytes when unpacked, found 2,000 in 1 files"):
        import_release(project, "dfe-s251-2018-19", path)


def test_the_message_lists_revisions_and_says_what_to_do(project: Project, release: Path, tmp_path: Path) -> None:
    assert "3 added" in str(import_release(project, "need-2025", release))
    assert "Nothing to write" in str(import_release(project, "need-2025", release))
    newer = write_release(tmp_path / "newer.csv", [ENGLAND, LEWISHAM.replace("2776", "2781"), HACKNEY])
    shown = str(import_release(project, "need-2025", newer))
    assert "2 figures as held, 1 revised, 0 added, 0 removed" in shown
    assert "2776 2781" in shown
    assert "add --accept" in shown
    accepted = str(import_release(project, "need-2025", newer, accept=True))
    assert "Written to data/raw/figures/need.csv, data/raw/imported.csv and data/raw/sources.csv" in accepted


def test_many_revisions_are_counted_instead_of_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "SHOWN", 2)
    revised = pd.DataFrame({"area_name": ["A1", "A2", "A3", "A4"]})
    shown = str(imports.ImportResult("r", "need", True, 0, 0, 0, revised, False))
    assert "A2" in shown
    assert "A3" not in shown
    assert "and 2 more" in shown


@pytest.mark.slow
@pytest.mark.shared
def test_every_official_file_gives_the_figures_in_the_project_byte_for_byte(official: Path, tmp_path: Path) -> None:
    project, copy = find_project(), Project(tmp_path)
    shutil.copytree(project.coding, copy.coding)
    copy.raw.mkdir()
    shutil.copy(project.raw / "sources.csv", copy.raw)
    files = read_sources(project.raw).set_index("source_id")["file"]
    for source_id in read_releases(project.coding)["source_id"]:
        result = import_release(copy, source_id, official / files[source_id])
        assert (result.newer, result.written) == (False, True), source_id
    inspections = official / "inspections"
    index = inspections / "report_texts" / "index.csv"
    assert len(import_reports(copy, [inspections / "reports_2025-06_to_2026-08"], index=index)) == 53
    held = sorted((project.raw / "figures").glob("*.csv"))
    assert [path.name for path in sorted((copy.raw / "figures").glob("*.csv"))] == [path.name for path in held]
    for path in held:
        assert (copy.raw / "figures" / path.name).read_bytes() == path.read_bytes(), path.name


def test_repeated_measures_are_paired_in_order() -> None:
    columns = ["area_code", "area_name", "time_period", "measure", "value_as_published"]
    held = pd.DataFrame(
        [["209", "Lewisham", "", "date", "2019"], ["209", "Lewisham", "", "date", "2023"]], columns=columns
    )
    pairs = pair_figures(held, held.assign(value_as_published=["2019", "2024"]))
    assert pairs[["old", "new"]].to_numpy().tolist() == [["2019", "2019"], ["2023", "2024"]]


def test_many_areas_are_counted_and_an_undated_topic_has_no_period() -> None:
    pairs = pd.DataFrame({"area_name": [f"A{n}" for n in range(6)], "time_period": "", "_merge": "right_only"})
    assert name_places("added", pairs, "right_only") == ["added: 6 areas"]
    assert name_places("added", pairs.head(2), "right_only") == ["added: A0, A1"]


def test_every_family_has_a_reader_and_every_reader_a_family() -> None:
    assert set(read_releases(find_project().coding)["family"]) == set(READERS)


def test_an_unknown_family_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no reader is called 'ofsted_1999'; there are: authority_codes, "):
        read_file(tmp_path / "a.csv", "ofsted-1999", "ofsted_1999")
