"""Questions for a learning platform: GIFT read back, and QTI items whose right answer scores and is explained."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from lewisham_study.teaching.council import open_known
from lewisham_study.teaching.questions import IDEAS, Choice, Question, list_questions, quote, write_gift, write_qti

SPACES = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1", "p": "http://www.imsglobal.org/xsd/imscp_v1p1"}
ODD = Question("odd", "Is 1 = {one}: ~50% #1 < 2 & so on?", (Choice("a = b", "no: {x}"), Choice("c ~ d", "yes # 2")))


def parse_gift(text: str) -> dict[str, tuple[str, list[tuple[str, str, str]]]]:
    """Read GIFT back: by name, the text and the answers as mark, answer and feedback."""
    bare = r"(?:\\.|[^\\~=#{}:])*"
    found = {}
    for block in text.strip().split("\n\n")[1:]:
        match = re.fullmatch(rf"::({bare})::({bare}) \{{\n(.*)\n\}}", block, re.DOTALL)
        assert match, block
        answers = []
        for line in match[3].splitlines():
            one = re.fullmatch(rf"  (#?[=~])({bare}(?::[\d.]+)?)#({bare})", line)
            assert one, line
            answers.append((one[1], plain(one[2]), plain(one[3])))
        found[plain(match[1])] = (plain(match[2]), answers)
    return found


def plain(text: str) -> str:
    """Take the escapes out of a text."""
    return re.sub(r"\\(.)", r"\1", text)


def test_gift_reads_back_with_its_odd_characters() -> None:
    questions = [*IDEAS, ODD]
    read = parse_gift(write_gift(questions, "Case"))
    assert list(read) == [one.name for one in questions]
    for one in questions:
        text, answers = read[one.name]
        assert text == one.text
        if one.number is None:
            assert [mark for mark, *_ in answers] == ["=", *"~" * (len(one.choices) - 1)]
            assert [(answer, feedback) for _, answer, feedback in answers] == [
                (choice.text, choice.feedback) for choice in one.choices
            ]
        else:
            assert answers == [("#=", f"{one.number:g}:{one.tolerance:g}", one.right), ("~", "", one.wrong)]
    assert quote("\\") == "\\\\"


READ = """
const { parse } = require(process.argv[1]);
const rows = parse(require("fs").readFileSync(0, "utf8")).filter((one) => one.type !== "Category");
const answers = (one) => one.choices.map((c) => [c.isCorrect, c.text.text ?? c.text, c.feedback.text]);
console.log(JSON.stringify(rows.map((one) => [one.type, one.title, one.stem.text, answers(one)])));
"""
"""Reads GIFT with another parser (gift-pegjs) and prints its questions as JSON."""


def test_another_reader_of_gift_finds_the_same_questions() -> None:
    parser, node = Path(os.environ.get("GIFT_PEGJS", "node_modules/gift-pegjs")).resolve(), shutil.which("node")
    if node is None or not parser.is_dir():
        pytest.skip("no gift-pegjs: `npm install --no-save gift-pegjs`, or GIFT_PEGJS=<its folder>")
    questions = [*list_questions(open_known("Lewisham", "2021-08-31"), date(2021, 8, 31)), ODD]
    command = [node, "-e", READ, str(parser)]
    done = subprocess.run(command, input=write_gift(questions, "Case"), capture_output=True, text=True, check=True)
    read = json.loads(done.stdout)
    assert [(title, text) for _, title, text, _ in read] == [(one.name, one.text) for one in questions]
    for one, (kind, _, _, answers) in zip(questions, read, strict=True):
        if one.number is None:
            assert kind == "MC"
            right = [True] + [False] * (len(one.choices) - 1)
            assert answers == [[mark, c.text, c.feedback] for mark, c in zip(right, one.choices, strict=True)]
        else:
            close = {"type": "range", "number": one.number, "range": one.tolerance}
            assert (kind, answers) == ("Numerical", [[True, close, one.right], [False, "*", one.wrong]])


@pytest.mark.slow
def test_questions_on_part_c_do_not_give_the_ending_away() -> None:
    questions = list_questions(open_known("Lewisham", "2021-08-31"), date(2021, 8, 31))
    text = write_gift(questions, "Case").casefold()
    assert re.findall(r"\bfour years\b|\btakes four\b|\bthe grade rose\b|\b202[2-9]\b", text) == []


def test_every_answer_of_the_package_has_feedback_and_the_first_choice_is_right() -> None:
    questions = [*IDEAS, ODD]
    data = write_qti(questions, "Case & more")
    assert data == write_qti(questions, "Case & more")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    manifest = ET.fromstring(files["imsmanifest.xml"])
    listed = {one.get("href") for one in manifest.iterfind(".//p:file", SPACES)}
    assert listed == {name for name in files if name != "imsmanifest.xml"}
    test = ET.fromstring(files["test.xml"])
    refs = [one.get("href") for one in test.iterfind(".//q:assessmentItemRef", SPACES)]
    assert refs == [f"items/{one.name}.xml" for one in questions]
    for one in questions:
        item = ET.fromstring(files[f"items/{one.name}.xml"])
        feedback = {row.get("identifier"): row.text for row in item.iterfind("q:modalFeedback", SPACES)}
        correct = item.findtext(".//q:correctResponse/q:value", namespaces=SPACES)
        if one.number is None:
            choices = {row.get("identifier"): row.text for row in item.iterfind(".//q:simpleChoice", SPACES)}
            assert choices[correct] == one.choices[0].text
            assert feedback == {f"C{n}": choice.feedback for n, choice in enumerate(one.choices, start=1)}
        else:
            assert float(str(correct)) == one.number
            assert feedback == {"right": one.right, "wrong": one.wrong}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "day"), [("Lewisham", "2021-08-31"), ("Isles of Scilly", "2019-12-19")])
def test_questions_on_a_council_have_the_figures_of_their_day(name: str, day: str) -> None:
    questions = {one.name: one for one in list_questions(open_known(name, day), date.fromisoformat(day))}
    expected = {"caseload": 14.3, "children": 457, "spend": 79.4} if name == "Lewisham" else {"spend": 0.4}
    asked = {key: one.number for key, one in questions.items() if one.number is not None and key != "penalty"}
    assert asked == expected
    grade = {"Lewisham": "Requires improvement", "Isles of Scilly": "Good"}[name]
    assert questions["grade"].choices[0].text == grade
    assert len({choice.text for choice in questions["grade"].choices}) == 4
    years = {int(year) for one in questions.values() for year in re.findall(r"\b20\d\d\b", one.text + one.right)}
    assert max(years) <= int(day[:4])
