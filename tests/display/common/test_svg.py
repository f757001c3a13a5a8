"""A shortened SVG shows the same."""

from __future__ import annotations

import io
import re

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from lewisham_study.display.common.svg import shorten_path, shrink_svg
from lewisham_study.report.document.pdf import render_pictures


def draw() -> str:
    """Draw lines, curves, markers, texts, a clipped area and hatches as matplotlib writes them."""
    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot(title="A title of 0.123456 <&>")
    steps = np.linspace(0, 6, 80)
    axes.plot(steps, np.sin(steps), "o-", markersize=4)
    axes.fill_between(steps, np.cos(steps), alpha=0.4)
    axes.bar([1, 2], [0.5, 0.7], hatch="//")
    axes.annotate("here", (1, 0.5), (3, 0.9), arrowprops={"arrowstyle": "->", "connectionstyle": "arc3,rad=.3"})
    axes.text(2, -0.5, "turned", rotation=30)
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})
    return stream.getvalue()


def test_it_is_far_shorter_and_shows_the_same() -> None:
    before = draw()
    after = shrink_svg(before)
    assert len(after) < len(before) * 0.6
    assert "0.123456 &lt;&amp;&gt;" in after
    old, new = (
        np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=int)
        for data in render_pictures({"old": before.encode(), "new": after.encode()}).values()
    )
    assert old.shape == new.shape
    assert (abs(old - new) > 100).mean() < 0.0002
    assert (abs(old - new) > 20).mean() < 0.005


def test_every_name_that_is_referred_to_is_there() -> None:
    after = shrink_svg(draw())
    referred = set(re.findall(r"""(?:href="#|url\(#)([\w-]+)""", after))
    assert referred
    assert referred == set(re.findall(r' id="([^"]*)"', after))


def test_the_same_style_has_the_same_name_in_every_figure() -> None:
    style = 'style="fill: #ffffff"'
    one, two = (shrink_svg(f"<svg><style></style><g {style}/>{more}<path {style}/></svg>") for more in ("", "<a/>"))
    assert re.findall(r"\.s\w+\{", one) == re.findall(r"\.s\w+\{", two)


def test_rounding_does_not_add_up() -> None:
    path = "M 0 0 " + " ".join(f"L {n * 0.004:.3f} {n * 1.004:.3f}" for n in range(1, 1001))
    steps = re.findall(r"-?[\d.]+|[a-z]", shorten_path(path))
    x, y, letter = 0.0, 0.0, ""
    while steps:
        letter = steps.pop(0) if steps[0].isalpha() else letter
        if letter in "mlh":
            x += float(steps.pop(0))
        if letter in "mlv":
            y += float(steps.pop(0))
    assert (round(x, 2), round(y, 2)) == (4.0, 1004.0)
