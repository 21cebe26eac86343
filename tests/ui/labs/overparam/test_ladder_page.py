"""The page with the ladder of parameter counts."""

import pytest
from lab_cases import Behind
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.labs.ladder import LADDER
from playground.ui.labs.overparam.gauge import Gauge
from playground.ui.labs.overparam.ladder_page import LadderPage
from playground.ui.labs.things import Curve, Words
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import DARK, LIGHT


@pytest.fixture
def page(qtbot: QtBot, behind: Behind) -> LadderPage:
    behind.experiment = with_units(4, 2)
    made = LadderPage(behind.context())
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    made.refresh()
    return made


def type_into(widget: QWidget, text: str) -> None:
    widget.setText(text)  # type: ignore[attr-defined]
    QTest.keyClick(widget, Qt.Key.Key_Return)


def with_units(*units: int) -> Experiment:
    experiment = Experiment()
    for layer in experiment.layers:
        experiment = edits.remove_layer(experiment, layer.id)
    for index, count in enumerate(units):
        experiment = edits.add_layer(experiment, index, units=count)
    return experiment


def test_that_the_open_network_stands_among_the_others(page: LadderPage) -> None:
    assert len(page.plot.rungs) == len(LADDER) + 1
    assert page.own.parameters == (2 + 1) * 4 + (4 + 1) * 2 + (2 + 1) * 1
    assert page.facts.text("layers") == "2-4-2-1"
    curves = [one for one in page.plot.things if isinstance(one, Curve)]
    assert len(curves) == len(page.plot.rungs)
    flags = [one.text.startswith("▲") for one in page.plot.things if isinstance(one, Words)]
    assert flags == [rung.is_over for rung in page.plot.rungs]


def test_that_the_names_of_the_networks_have_room(page: LadderPage) -> None:
    font = number_font(LIGHT, LIGHT.size_small, bold=False)
    longest = max(QFontMetrics(font).horizontalAdvance(rung.label) for rung in LADDER)
    assert page.plot._axes()[0].width() >= longest


def test_that_widening_crosses_1_and_says_so(page: LadderPage) -> None:
    type_into(page.rows.field, "100")
    assert not page.gauge.is_over
    assert "classical case" in page.words.text()
    type_into(page.width_slider.field, "32")
    assert page.own.parameters == (2 + 1) * 32 + (32 + 1) * 32 + (32 + 1)
    assert page.own.gauge == page.own.parameters / 100
    assert page.gauge.is_over
    assert "over-parameterised" in page.words.text()
    assert "over-parameterised" in page.gauge.text


def test_that_deepening_counts_every_layer(page: LadderPage) -> None:
    type_into(page.width_slider.field, "8")
    type_into(page.depth_slider.field, "4")
    assert page.facts.text("layers") == "2-8-8-8-8-1"
    assert page.own.parameters == 3 * 8 + 3 * 9 * 8 + 9


def test_that_a_wider_network_can_be_opened_and_left_again(page: LadderPage, behind: Behind) -> None:
    assert not page.open_button.isEnabled()
    type_into(page.width_slider.field, "16")
    page.open_button.click()
    (opened,) = behind.opened
    assert [layer.units for layer in opened.layers] == [16, 16]
    page.back.click()
    assert page.facts.text("layers") == "2-4-2-1"


def test_that_another_open_network_is_taken_up(page: LadderPage, behind: Behind) -> None:
    behind.experiment = with_units(3)
    page.refresh()
    assert page.own.parameters == 13
    assert page.facts.text("layers") == "2-3-1"


def test_that_what_was_tried_stays_while_the_same_network_is_open(page: LadderPage) -> None:
    type_into(page.width_slider.field, "64")
    before = page.own
    page.refresh()
    assert page.own == before


def test_that_a_network_without_hidden_layers_is_counted_too(page: LadderPage, behind: Behind) -> None:
    behind.experiment = with_units()
    page.refresh()
    assert page.own.parameters == 3
    assert not page.width_slider.isEnabled()
    type_into(page.rows.field, "10")
    assert page.own.gauge == 0.3


def test_that_a_rung_is_told_about_under_the_pointer(page: LadderPage) -> None:
    place = [rung.key for rung in page.plot.rungs].index("gpt3")
    assert "175,000,000,000 parameters" in page.plot._point_at(5.0, place + 0.2)
    assert page.plot._point_at(5.0, 99.0) == ""


@pytest.mark.parametrize(
    ("value", "is_over"), [(0.0, False), (1.0, False), (1.01, True), (1e9, True), (float("inf"), True)]
)
def test_that_the_gauge_is_flagged_above_1(qtbot: QtBot, value: float, is_over: bool) -> None:
    gauge = Gauge(LIGHT)
    qtbot.addWidget(gauge)
    gauge.resize(250, 60)
    gauge.show_value(value)
    assert gauge.is_over is is_over
    assert ("▲" in gauge.text) is is_over
    assert not gauge.grab().isNull()


def test_that_it_is_drawn_in_another_theme(page: LadderPage) -> None:
    page.apply_theme(DARK)
    own = next(one for one in page.plot.things if isinstance(one, Curve))
    assert own.look.colour == DARK.curve_test
