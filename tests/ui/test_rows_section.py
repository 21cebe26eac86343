"""How generated rows are drawn, in the data panel: calm at first, hidden where it does not apply, undone."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.data import DATASETS
from playground.experiment import edits, files
from playground.ui.main_window import MainWindow

DRAWN = [entry for entry in DATASETS if not entry.fixed_samples]


def choose(window: MainWindow, key: str) -> None:
    window.document.edit("Choose", edits.set_dataset, key)


def test_that_a_beginner_sees_samples_and_noise_alone(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    section = window.data_panel.drawn
    assert section.samples.isVisible()
    assert section.noise.isVisible()
    assert not section.more.isChecked()
    assert not section.jitter.isVisible()
    window.activateWindow()
    section.more.setFocus()
    qtbot.waitUntil(section.more.hasFocus)
    QTest.keyClick(section.more, Qt.Key.Key_Space)
    for slider in (*section.shape.values(), section.jitter, section.flipped, section.balance):
        assert slider.isVisible()
    assert not section.target_noise.isVisible()


def test_that_each_data_set_has_the_sliders_of_its_shape_and_task(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    section = window.data_panel.drawn
    section.more.click()
    for entry in DRAWN:
        choose(window, entry.key)
        assert list(section.shape) == [parameter.key for parameter in entry.parameters]
        for parameter in entry.parameters:
            assert section.shape[parameter.key].value == parameter.default
            assert section.shape[parameter.key].slider.toolTip() == parameter.help
        labelled = entry.task == "classification"
        shown = [one.isVisible() for one in (section.flipped, section.balance, section.target_noise)]
        assert shown == [labelled, labelled, not labelled]
        assert section.noise.field.accessibleName() == f"{entry.noise_label}, value"
        assert entry.noise_help in section.noise.slider.toolTip()
    choose(window, "fish")
    assert section.isHidden()


def test_that_a_slider_that_is_held_makes_one_step_to_undo(make_window: MakeWindow) -> None:
    window = make_window(files.example("spiral"))
    section, document = window.data_panel.drawn, window.document
    before = document.experiment
    moves = (
        (section.shape["turns"], (2.0, 3.0)),
        (section.jitter, (0.2, 0.4)),
        (section.flipped, (0.1, 0.3)),
    )
    for count, (slider, values) in enumerate(moves, 1):
        for value in values:
            slider.edited.emit(value, f"gesture {count}")
        assert document.undo_stack.count() == count
    data = document.experiment.data
    assert (data.parameters, data.jitter, data.flipped) == ({"turns": 3.0}, 0.4, 0.3)
    assert [document.undo_stack.text(step) for step in range(3)] == [
        "Set turns",
        "Set jitter",
        "Set flipped labels",
    ]
    document.undo_stack.setIndex(0)
    assert document.experiment == before
    assert section.shape["turns"].value == 1.75


def test_that_more_opens_where_something_in_it_is_not_as_usual(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    section, document = window.data_panel.drawn, window.document
    document.edit("Flip", edits.set_data, flipped=0.2)
    assert section.more.isChecked()
    assert section.more.text().endswith("•")
    section.more.click()
    document.edit("Flip", edits.set_data, flipped=0.3)
    assert not section.more.isChecked(), "the person has closed it"
    choose(window, "plane")
    assert section.more.text() == "More: noise"


@pytest.mark.parametrize(
    ("text", "said"), [("60", "Flipped labels must be between"), ("x", "is not a number")]
)
def test_that_an_impossible_share_is_refused_in_words(
    text: str, said: str, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    section = window.data_panel.drawn
    section.more.click()
    qtbot.keyClicks(section.flipped.field, text)
    qtbot.keyClick(section.flipped.field, Qt.Key.Key_Return)
    assert said in window.status.words.sentence
    assert window.document.experiment.data.flipped == 0.0


def test_that_what_is_counted_in_twos_says_so_and_stays(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("checkerboard"))
    section = window.data_panel.drawn
    section.more.click()
    field = section.shape["squares"].field
    field.setText("5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "Squares must be one of 2, 4, … 8" in window.status.words.sentence
    assert section.shape["squares"].value == 4


def test_that_tab_goes_from_top_to_bottom(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("rings"))
    section = window.data_panel.drawn
    section.more.click()
    qtbot.waitUntil(lambda: section.balance.mapTo(section, QPoint(0, 0)).y() > 0)
    stops = [stop for stop in section.tab_order if stop.isVisible()]
    assert section.shape["rings"].slider in stops
    heights = [stop.mapTo(section, QPoint(0, 0)).y() for stop in stops]
    assert heights == sorted(heights)
    for first, second in pairwise(stops):
        assert next_stop(first) is second


def next_stop(widget: QWidget) -> QWidget:
    """The next visible widget that Tab stops at."""
    after = widget.nextInFocusChain()
    while not (after.isVisible() and after.focusPolicy() & Qt.FocusPolicy.TabFocus) or after.focusProxy():
        after = after.nextInFocusChain()
    return after


def test_that_nothing_under_more_is_cut_or_scrolls_sideways(make_window: MakeWindow) -> None:
    window = make_window(edits.set_data(files.example("rings"), flipped=0.2))
    panel = window.data_panel
    body = panel.widget()
    assert panel.drawn.more.isChecked()
    assert body is not None
    assert body.minimumSizeHint().width() <= panel.viewport().width()
