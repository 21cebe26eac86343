"""The slider: what is dragged belongs together, what is typed is checked, what is set is not said."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSlider
from pytestqt.qtbot import QtBot

from playground.ui.theme.tokens import DARK, scaled
from playground.ui.widgets import LabelledSlider

Edit = tuple[float, object]


def make(
    qtbot: QtBot, values: Sequence[float] = (0.0, 0.5, 0.05), value: float = 0.1, percent: bool = False
) -> tuple[LabelledSlider, list[Edit], list[str]]:
    form = (lambda v: f"{v * 100:.0f} %") if percent else "{:.3g}".format
    slider = LabelledSlider("Noise", "How much chance blurs the data.", values, form)
    qtbot.addWidget(slider)
    slider.resize(240, 60)
    slider.set_value(value)
    slider.show()
    edits: list[Edit] = []
    refusals: list[str] = []
    slider.edited.connect(lambda v, gesture: edits.append((v, gesture)))
    slider.refused.connect(refusals.append)
    return slider, edits, refusals


def type_text(qtbot: QtBot, slider: LabelledSlider, text: str) -> None:
    slider.field.setFocus()
    qtbot.waitUntil(slider.field.hasFocus)
    slider.field.selectAll()
    qtbot.keyClicks(slider.field, text)
    qtbot.keyClick(slider.field, Qt.Key.Key_Return)


def test_that_setting_a_value_is_shown_but_not_said(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot)
    slider.set_value(0.3)
    assert edits == []
    assert slider.value == 0.3
    assert slider.field.text() == "0.3"
    assert slider.slider.value() == 6


def test_that_a_press_on_the_track_goes_there(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot, value=0.0)
    bar = slider.slider
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() - 2, bar.height() // 2))
    assert [value for value, _ in edits] == [0.5]


def test_that_one_drag_is_one_gesture_and_the_next_another(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot, value=0.0)
    bar, middle = slider.slider, slider.slider.height() // 2
    for start, stop in ((60, 120), (150, 200)):
        qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(start, middle))
        for x in range(start, stop, 6):
            drag(bar, QPointF(x, middle))
        qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(stop, middle))
    gestures = [gesture for _, gesture in edits]
    assert len(edits) > len(set(gestures)) == 2


def test_that_each_key_press_is_a_gesture(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert [value for value, _ in edits] == [0.15, 0.2]
    assert edits[0][1] != edits[1][1]


def test_that_gestures_of_two_sliders_differ(qtbot: QtBot) -> None:
    first, first_edits, _ = make(qtbot)
    second, second_edits, _ = make(qtbot)
    qtbot.keyClick(first.slider, Qt.Key.Key_Right)
    qtbot.keyClick(second.slider, Qt.Key.Key_Right)
    assert first_edits[0][1] != second_edits[0][1]


@pytest.mark.parametrize("text", ["0.12", "0,12"])
def test_that_a_typed_value_between_the_steps_is_taken(qtbot: QtBot, text: str) -> None:
    slider, edits, _ = make(qtbot)
    type_text(qtbot, slider, text)
    assert [value for value, _ in edits] == [0.12]
    assert slider.slider.value() == 2


@pytest.mark.parametrize("text", ["0.7", "-1", "much"])
def test_that_a_value_out_of_range_is_refused_with_the_range(qtbot: QtBot, text: str) -> None:
    slider, edits, refusals = make(qtbot)
    type_text(qtbot, slider, text)
    assert edits == []
    assert len(refusals) == 1
    assert "Noise must be between 0 and 0.5." in refusals[0]
    assert slider.field.text() == "0.1"
    assert slider.value == 0.1


def test_that_per_cent_can_be_typed_as_it_is_shown(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot, (0.1, 0.9, 0.1), 0.5, percent=True)
    type_text(qtbot, slider, "70")
    assert edits[0][0] == pytest.approx(0.7)
    assert slider.field.text() == "70 %"


def test_that_uneven_steps_are_followed_and_whole_numbers_stay_whole(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot, [20, 50, 100, 1000, 20000], 100)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    type_text(qtbot, slider, "333.4")
    assert [value for value, _ in edits] == [1000, 333]
    assert all(isinstance(value, int) for value, _ in edits)


def test_that_steps_are_round_numbers(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot, value=0.1)
    for _ in range(3):
        qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert [value for value, _ in edits] == [0.15, 0.2, 0.25]


def test_that_the_wheel_does_nothing_without_the_focus(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot)
    slider.slider.clearFocus()
    turn(slider)
    assert edits == []
    slider.slider.setFocus()
    qtbot.waitUntil(slider.slider.hasFocus)
    turn(slider)
    assert len(edits) == 1


def drag(bar: QSlider, point: QPointF) -> None:
    # QTest moves the cursor without holding the button.
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(bar.mapToGlobal(point))
    event = QMouseEvent(QEvent.Type.MouseMove, point, place, Qt.MouseButton.NoButton, left, none)
    QApplication.sendEvent(bar, event)


def turn(slider: LabelledSlider) -> None:
    bar = slider.slider
    point = QPointF(bar.rect().center())
    none, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        point,
        QPointF(bar.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        none,
        phase,
        False,
    )
    QApplication.sendEvent(bar, event)


def test_that_every_part_has_a_name_and_a_tooltip_and_takes_a_new_one(qtbot: QtBot) -> None:
    slider, _, _ = make(qtbot)
    for part in (slider.slider, slider.field):
        assert part.accessibleName().startswith("Noise")
        assert part.toolTip() == "How much chance blurs the data."
    slider.setToolTip("Another help.")
    assert slider.slider.toolTip() == slider.field.toolTip() == "Another help."
    slider.set_label("Noise in the labels")
    assert slider.slider.accessibleName() == "Noise in the labels"
    assert slider.field.accessibleName() == "Noise in the labels, value"
    assert slider.slider.toolTip() == "Another help."


def test_that_the_value_has_room_in_every_size(qtbot: QtBot) -> None:
    slider, _, _ = make(qtbot, [20, 20000], 20000)
    desk = slider.field.width()
    slider.apply_theme(scaled(DARK, projector=True))
    assert slider.field.width() > desk
    assert slider.field.fontMetrics().horizontalAdvance("20000") < slider.field.width()


def test_that_other_values_can_be_offered(qtbot: QtBot) -> None:
    slider, edits, _ = make(qtbot, [1, 2, 3, 4], 3)
    slider.set_values([1, 10, 100])
    assert edits == []
    assert slider.value == 3
    slider.set_value(10)
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert [value for value, _ in edits] == [100]
