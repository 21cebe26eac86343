"""What every page of every lab keeps to; pages are found in the table."""

import itertools

import pytest
import sklearn.linear_model  # noqa: F401 - its import takes longer than a page may wait for its thread
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.table import LABS
from playground.ui.labs.window import LabWindow
from playground.ui.theme.tokens import DARK, LIGHT, scaled

PAGES = [(lab.key, page.key) for lab in LABS for page in lab.pages]
CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
INNER = ("QScrollBar", "QToolBarExtension", "QMenuBarExtension")


def named(control: QWidget) -> bool:
    """Return whether a control is one that the person sees as such."""
    inner = isinstance(control.parentWidget(), QComboBox | QAbstractSpinBox)
    return not (inner or type(control).__name__ in INNER or control.objectName().startswith("qt_"))


def doubled(page: QWidget) -> list[str]:
    """Return the captions of a page that stand right above another one, with nothing between the two."""
    column = page.findChild(QScrollArea)
    assert column is not None
    captions = [
        (label.mapTo(column, label.rect().topLeft()).y(), label)
        for label in column.findChildren(QLabel)
        if label.property("role") == "caption" and label.isVisible()
    ]
    captions.sort(key=lambda one: one[0])
    pairs = itertools.pairwise(captions)
    return [upper.text() for (top, upper), (low, _) in pairs if 0 < low - top < 2 * upper.height()]


def open_lab(make_window: MakeWindow, qtbot: QtBot, lab: str, page: str) -> LabWindow:
    """Open a page of a lab beside a window of its own, and wait for its first words."""
    opened = make_window().labs.open(lab, page)
    qtbot.waitUntil(lambda: bool(opened.page.words.text()), timeout=20_000)
    return opened


@pytest.mark.parametrize(("lab", "page"), PAGES)
def test_that_a_page_opens_says_something_and_keeps_to_the_theme(
    make_window: MakeWindow, qtbot: QtBot, lab: str, page: str
) -> None:
    opened = open_lab(make_window, qtbot, lab, page)
    shown = opened.page
    assert shown.intro.text().endswith((".", "?", "!"))
    for theme in (DARK, scaled(LIGHT, True), LIGHT):
        opened.apply_theme(theme)
        assert not opened.grab().isNull()
    assert not doubled(shown)
    for kind in CONTROLS:
        for control in opened.findChildren(kind):
            if named(control):
                name = control.accessibleName() or getattr(control, "text", str)()
                assert control.toolTip(), f"{type(control).__name__} {name!r} has no tooltip"
                assert name, f"{type(control).__name__} with tooltip {control.toolTip()!r} has no name"


@pytest.mark.parametrize(("lab", "page"), PAGES)
def test_that_a_page_fits_its_smallest_window(
    make_window: MakeWindow, qtbot: QtBot, lab: str, page: str
) -> None:
    opened = open_lab(make_window, qtbot, lab, page)
    opened.resize(opened.minimumSize())
    assert opened.size() == opened.minimumSize()
    assert opened.page.minimumSizeHint().width() <= opened.minimumWidth()
    assert opened.page.minimumSizeHint().height() <= opened.minimumHeight()
    column = opened.page.findChild(QScrollArea)
    assert column is not None
    inner = column.widget()
    assert inner is not None
    assert inner.minimumSizeHint().width() <= column.width(), "a control is cut off at the right"


@pytest.mark.parametrize(("lab", "page"), PAGES)
def test_that_a_plot_that_is_shown_alone_has_all_the_room(
    make_window: MakeWindow, qtbot: QtBot, lab: str, page: str
) -> None:
    opened = open_lab(make_window, qtbot, lab, page)
    choice = opened.page.findChild(PlotChoice)
    if choice is None:
        pytest.skip("The page has no more than fits.")
    plots = [plot for _, plot in choice._plots]
    choice.set_key(choice._plots[0][0].key)
    choice.arrange()
    assert [plot.isVisible() for plot in plots] == [True] + [False] * (len(plots) - 1)
    holders = {plot.parentWidget() for plot in plots} - {opened.page}
    assert all(holder.isVisible() == holder.isAncestorOf(plots[0]) for holder in holders)
    choice.set_key("all")
    opened.page.resize(1100, 700)
    choice.arrange()
    assert all(plot.isVisible() for plot in plots)


@pytest.mark.parametrize(("lab", "page"), PAGES)
def test_that_a_page_steps_back_rewinds_and_ends(
    make_window: MakeWindow, qtbot: QtBot, lab: str, page: str
) -> None:
    opened = open_lab(make_window, qtbot, lab, page)
    shown = opened.page
    if shown.transport is not None:
        below = shown.transport.geometry().bottom()
        gap = shown.words.geometry().top() - below
        assert 0 < gap <= 12, "the transport belongs right above the sentence"
        shown.transport.asked.emit(1)
        shown.transport.asked.emit(30)
        shown.transport.back_asked.emit()
        shown.transport.rewind_asked.emit()
        shown.transport.set_playing(True)
        qtbot.wait(40)
    opened.close()
    assert shown.transport is None or not shown.transport.is_playing
    shown.end()
