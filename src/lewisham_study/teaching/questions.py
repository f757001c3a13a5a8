"""Questions with feedback for a learning platform: computed for a council, written as GIFT and as a QTI 2.1 package."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from lewisham_study.analysis.case import Case
from lewisham_study.display.common.phrases import format_day
from lewisham_study.teaching.forecasts import select_overall
from lewisham_study.teaching.resources import gather_resources
from lewisham_study.vocabulary import GRADE_NAMES, GRADES_SINCE_2013

NAMES = [GRADE_NAMES[grade] for grade in GRADES_SINCE_2013]
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
STAMP = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a package, so that the same questions give the same bytes."""


@dataclass(frozen=True)
class Choice:
    """One answer to choose, and what to say to those who choose it."""

    text: str
    feedback: str


@dataclass(frozen=True)
class Question:
    """A question with choices, of which the first is right, or with a number and how far an answer may be from it."""

    name: str
    text: str
    choices: tuple[Choice, ...] = ()
    number: float | None = None
    tolerance: float = 0
    right: str = ""
    wrong: str = ""


IDEAS = (
    Question(
        "two-scales",
        "A service was judged “good” under one framework and “requires improvement” under the next. What follows?",
        (
            Choice(
                "The two grades were given under different rules and are not on one scale",
                "Right. Say what was judged, when, and under which rules.",
            ),
            Choice("The service became worse by one grade", "The criteria changed too, so the step measures nothing."),
            Choice("The service stayed the same and the rules became harder", "Nothing shows that either."),
        ),
    ),
    Question(
        "visit",
        "A focused visit praises a service that “requires improvement”. Which grade is in force on the next day?",
        (
            Choice("Requires improvement", "Right. A visit gives no grade, so the last one stays in force."),
            Choice("Good", "Praise in a letter is not a grade."),
            Choice("None, until the next inspection", "A grade stays in force until the same thing is judged again."),
        ),
    ),
    Question(
        "minimum",
        "A manager says that new records will take “a minimum of six months”. They take ten. What was the answer?",
        (
            Choice("A lower bound, which ten months do not contradict", "Right. It says nothing about the most."),
            Choice("A promise of six months, which was broken", "A minimum is not a date by which it will be done."),
            Choice("A forecast of ten months", "It had no upper end, so ten cannot be read out of it."),
        ),
    ),
    Question(
        "overspend",
        "A directorate has an overspend of £15m. What does that say about its spend?",
        (
            Choice("It is £15m above its budget", "Right. Without the budget one cannot tell the spend."),
            Choice("It spent £15m", "An overspend is measured from a budget. It is not the whole spend."),
            Choice("It spent £15m more than in the year before", "The year before is not the budget."),
        ),
    ),
    Question(
        "order",
        "A council trained its managers, and a year later fewer workers left. What does that show?",
        (
            Choice("Fewer workers left after the training than before", "Right. That is all."),
            Choice("The training kept workers", "Coming first is not the same as causing."),
            Choice("Training does not matter to workers", "One council cannot show that either."),
        ),
    ),
    Question(
        "missing",
        "A table has no figure for caseload in 2014. What goes into your chart?",
        (
            Choice("A gap", "Right. Missing is never zero, and the years around it do not fill it."),
            Choice("Zero", "Zero would say that nobody had a case."),
            Choice("The mean of 2013 and 2015", "That would show a figure that nobody has counted."),
        ),
    ),
    Question(
        "penalty",
        "You gave a chance of 80 per cent to an event that did not happen. What is the penalty, the squared distance?",
        number=0.64,
        tolerance=0.005,
        right="Right: 0.8 from 0, multiplied by itself.",
        wrong="The distance is 0.8 − 0. Multiply it by itself.",
    ),
)
"""Questions that hold for every council."""


def list_questions(case: Case, day: date) -> list[Question]:
    """List the questions on a council as known on a day, after those that hold for every council."""
    return [*IDEAS, *ask_grade(case, day), *ask_figures(case, day)]


def ask_grade(case: Case, day: date) -> list[Question]:
    """Ask for the overall grade that was public on a day."""
    overall = select_overall(case.own("judgements"))
    if overall.empty:
        return []
    last = overall.iloc[-1]
    grade, when = GRADE_NAMES[last["grade"]], format_day(last["published_date"])
    wrong = [Choice(name.capitalize(), f"The report of {when} says {grade}.") for name in NAMES if name != grade]
    text = f"Which overall grade of {case.spoken} was public on {format_day(pd.Timestamp(day))}?"
    right = Choice(grade.capitalize(), f"Right. It was published on {when}.")
    return [Question("grade", text, (right, *wrong))]


def ask_figures(case: Case, day: date) -> list[Question]:
    """Ask for the latest spend, number of children and caseload held from before a day, to be read off the pages."""
    texts = {
        "s251 gross": ("spend", "What was the gross spend of {spoken} in {period}, in £m, by the section 251 outturn?"),
        "children": ("children", "How many children did {spoken} look after on 31 March {period}?"),
        "cases": ("caseload", "How many cases per full-time worker had {spoken} on 30 September {period}?"),
    }
    figures = gather_resources(case).sort_values("year", kind="stable").drop_duplicates("name", keep="last")
    asked = []
    for row in figures[figures["name"].isin(texts)].to_dict("records"):
        name, text = texts[row["name"]]
        value = round(float(row["value"]), 0 if name == "children" else 1)
        asked.append(
            Question(
                name,
                text.format(spoken=case.spoken, period=row["period"]),
                number=value,
                tolerance=0.05 if name != "children" else 0,
                right=f"Right. It is the latest figure held from before {format_day(pd.Timestamp(day))}.",
                wrong=f"Read the line to its end. It is {value:g}.",
            )
        )
    return asked


def write_gift(questions: Sequence[Question], title: str) -> str:
    """Write questions in Moodle's GIFT format, in a category of their own (its title has no special characters)."""
    parts = [f"$CATEGORY: {title}"]
    for one in questions:
        if one.number is None:
            marks = ["=", *"~" * (len(one.choices) - 1)]
            lines = [f"{mark}{quote(c.text)}#{quote(c.feedback)}" for mark, c in zip(marks, one.choices, strict=True)]
        else:
            lines = [f"#={one.number:.10g}:{one.tolerance:g}#{quote(one.right)}", f"~#{quote(one.wrong)}"]
        body = "\n".join(f"  {line}" for line in lines)
        parts.append(f"::{quote(one.name)}::{quote(one.text)} {{\n{body}\n}}")
    return "\n\n".join(parts) + "\n"


def quote(text: str) -> str:
    r"""Escape the characters with a meaning in GIFT.

    Examples
    --------
    >>> quote("a = {b}: 50% #1")
    'a \\= \\{b\\}\\: 50% \\#1'
    """
    return re.sub(r"([\\~=#{}:])", r"\\\1", text)


def write_qti(questions: Sequence[Question], title: str) -> bytes:
    """Write questions as a QTI 2.1 package: an item each, a test with all of them, and the manifest."""
    files = {f"items/{one.name}.xml": write_item(one) for one in questions}
    files["test.xml"] = write_test(questions, title)
    files["imsmanifest.xml"] = write_manifest(questions)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files):
            package.writestr(zipfile.ZipInfo(name, STAMP), files[name])
    return stream.getvalue()


def write_item(question: Question) -> str:
    """Write a question as a QTI item with feedback for each answer."""
    both = '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/>'
    if question.number is None:
        kind, right = "identifier", "C1"
        choices = {f"C{n}": one for n, one in enumerate(question.choices, start=1)}
        shown = {name: one.feedback for name, one in choices.items()}
        asked = '<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1"><prompt>'
        asked += f"{escape(question.text)}</prompt>"
        asked += "".join(f'<simpleChoice identifier="{n}">{escape(c.text)}</simpleChoice>' for n, c in choices.items())
        asked += "</choiceInteraction>"
        test = f"<match>{both}</match>"
        told = ['<setOutcomeValue identifier="FEEDBACK"><variable identifier="RESPONSE"/></setOutcomeValue>'] * 2
    else:
        kind, right, shown = "float", f"{question.number:.10g}", {"right": question.right, "wrong": question.wrong}
        asked = f"<p>{escape(question.text)}</p><p><textEntryInteraction "
        asked += 'responseIdentifier="RESPONSE" expectedLength="10"/></p>'
        test = (
            f'<equal toleranceMode="absolute" tolerance="{question.tolerance:g} {question.tolerance:g}">{both}</equal>'
        )
        told = [set_outcome("FEEDBACK", "identifier", word) for word in shown]
    scored = [set_outcome("SCORE", "float", score) + one for score, one in zip("10", told, strict=True)]
    feedback = "".join(
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{name}" showHide="show">'
        f"{escape(text)}</modalFeedback>"
        for name, text in shown.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{QTI}" identifier="{question.name}" '
        f'title={quoteattr(question.name)} adaptive="false" timeDependent="false">'
        f'<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="{kind}"><correctResponse>'
        f"<value>{right}</value></correctResponse></responseDeclaration>"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier"/>'
        f"<itemBody>{asked}</itemBody><responseProcessing><responseCondition><responseIf>{test}{scored[0]}</responseIf>"
        f"<responseElse>{scored[1]}</responseElse></responseCondition></responseProcessing>{feedback}</assessmentItem>\n"
    )


def set_outcome(name: str, kind: str, value: str) -> str:
    """Write the setting of an outcome."""
    return f'<setOutcomeValue identifier="{name}"><baseValue baseType="{kind}">{value}</baseValue></setOutcomeValue>'


def write_test(questions: Sequence[Question], title: str) -> str:
    """Write a QTI test that asks all questions in order."""
    items = "".join(f'<assessmentItemRef identifier="{one.name}" href="items/{one.name}.xml"/>' for one in questions)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentTest xmlns="{QTI}" identifier="test" '
        f'title={quoteattr(title)}><testPart identifier="part" navigationMode="nonlinear" submissionMode="individual">'
        f'<assessmentSection identifier="section" title={quoteattr(title)} visible="true">{items}'
        "</assessmentSection></testPart></assessmentTest>\n"
    )


def write_manifest(questions: Sequence[Question]) -> str:
    """Write the manifest of a QTI package, which lists its files."""
    needed = "".join(f'<dependency identifierref="{one.name}"/>' for one in questions)
    items = "".join(
        f'<resource identifier="{one.name}" type="imsqti_item_xmlv2p1" href="items/{one.name}.xml">'
        f'<file href="items/{one.name}.xml"/></resource>'
        for one in questions
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{PACKAGE}" identifier="manifest"><metadata>'
        "<schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata><organizations/><resources>"
        f'<resource identifier="test" type="imsqti_test_xmlv2p1" href="test.xml"><file href="test.xml"/>{needed}'
        f"</resource>{items}</resources></manifest>\n"
    )
