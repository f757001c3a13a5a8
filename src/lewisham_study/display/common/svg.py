"""Shorten matplotlib's SVG to about two fifths without changing what it shows.

Coordinates keep two decimals, which are 0.004 mm. Lines are written by their steps. A style becomes a class, named by
what it says, so that figures put on one page agree. What no reader needs goes: line ends, empty groups, unused names.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter

NEEDLESS = re.compile(
    r"<metadata>.*?</metadata>|<!--.*?-->|(?<=>)\s+(?=<)| transform=\"rotate\(-0 [^\"]*\"| type=\"text/css\"", re.DOTALL
)
NAMED = re.compile(r'#([\w.-]+)[")]')
NAME = re.compile(r' id="([^"]*)"')
PLACE = re.compile(r'(?<= (?:[xy]="))[^"]+|(?<= width=")[^"]+|(?<= height=")[^"]+')
PLACES = re.compile(r'(?<= d=")[^"]+')
STYLE = re.compile(r' style="([^"]*)"')
GROUP = re.compile(r"<g\b[^>]*>|</g>")
STEP = re.compile(r"([MLQCz])([^MLQCz]*)")


def shrink_svg(svg: str) -> str:
    """Shorten an SVG of matplotlib's."""
    svg = NEEDLESS.sub("", svg[svg.index("<svg") :])
    named = set(NAMED.findall(svg))
    svg = NAME.sub(lambda found: found[0] if found[1] in named else "", svg)
    svg = PLACE.sub(lambda found: shorten_length(found[0]), svg)
    svg = PLACES.sub(lambda found: shorten_path(found[0]), svg)
    return unwrap_groups(name_styles(svg))


def shorten_length(text: str) -> str:
    """Write a length in two decimals; one with a unit is left alone.

    Examples
    --------
    >>> shorten_length("113.380713"), shorten_length("453.6pt")
    ('113.38', '453.6pt')
    """
    try:
        return format_hundredths(round(float(text) * 100))
    except ValueError:
        return text


def format_hundredths(number: int) -> str:
    """Write a number of hundredths as a decimal, as short as can be.

    Examples
    --------
    >>> [format_hundredths(number) for number in (11338, 1200, -7, 40, 0)]
    ['113.38', '12', '-.07', '.4', '0']
    """
    whole, part = divmod(abs(number), 100)
    text = f"{whole or ''}.{part:02}".rstrip("0") if part else str(whole)
    return f"-{text}" if number < 0 else text


def shorten_path(path: str) -> str:
    """Write a path in steps of hundredths, with nothing lost from one step to the next.

    Examples
    --------
    >>> shorten_path("M 0 338.4 L 453.6 338.4 L 453.6 0 L 0 0 z")
    'm0 338.4h453.6v-338.4h-453.6z'
    >>> shorten_path("M 1.004 2 L 3.5 4 L 5.256 4.5")
    'm1 2l2.5 2 1.76 .5'
    """
    written: list[str] = []
    x = y = 0
    start, before = (0, 0), ""
    for command, numbers in STEP.findall(path):
        if command == "z":
            written.append("z")
            (x, y), before = start, "z"
            continue
        places = [round(float(number) * 100) for number in numbers.split()]
        steps = [place - (y if odd % 2 else x) for odd, place in enumerate(places)]
        x, y = places[-2:]
        start = (x, y) if command == "M" else start
        letter, steps = turn(command, steps)
        written += ["" if letter == before and letter != "m" else letter]
        written[-1] = written[-1] or " "
        written.append(" ".join(format_hundredths(step) for step in steps))
        before = letter
    return "".join(written)


def turn(command: str, steps: list[int]) -> tuple[str, list[int]]:
    """Return the letter and the numbers of a step: level and upright lines have one number."""
    if command == "L" and not steps[1]:
        return "h", steps[:1]
    if command == "L" and not steps[0]:
        return "v", steps[1:]
    return command.lower(), steps


def name_styles(svg: str) -> str:
    """Move the styles used more than once into the style sheet."""
    counts = Counter(STYLE.findall(svg))
    names = {style: f"s{zlib.crc32(style.encode()):x}" for style, count in counts.items() if count > 1}
    rules = "".join(f".{name}{{{style}}}" for style, name in names.items())
    svg = STYLE.sub(lambda found: f' class="{names[found[1]]}"' if found[1] in names else found[0], svg)
    return svg.replace("</style>", f"{rules}</style>", 1)


def unwrap_groups(svg: str) -> str:
    """Remove the groups that say nothing, and those that hold nothing, such as a line that is wholly clipped.

    Examples
    --------
    >>> unwrap_groups('<svg><g class="a"><g><g clip-path="url(#b)"/><path/></g></g></svg>')
    '<svg><g class="a"><path/></g></svg>'
    """
    kept: list[bool] = []

    def choose(found: re.Match[str]) -> str:
        tag = found[0]
        if tag.endswith("/>"):
            return ""
        if tag == "</g>":
            return tag if kept.pop() else ""
        kept.append(tag != "<g>")
        return tag if kept[-1] else ""

    return GROUP.sub(choose, svg)
