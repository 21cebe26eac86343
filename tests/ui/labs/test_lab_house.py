"""The house of the labs: window, page, transport and plots, with a page made for the tests."""

from collections.abc import Iterator

import numpy as np
import pytest
from lab_cases import press
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.ui.labs.context import LabContext
from playground.ui.labs.field_plot import FieldPlot, shaded, spread_levels
from playground.ui.labs.geometry import kept_inside, with_heads
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.page import LabPage
from playground.ui.labs.table import Lab, PageKind
from playground.ui.labs.things import Arrows, Curve, Handle, Marks, Room, Upright, Words
from playground.ui.labs.transport import Transport
from playground.ui.labs.window import LabWindow
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import DARK, LIGHT
from playground.ui.widgets.numbers import NumberEdit

LINE = np.linspace(0.0, 4.0, 9)
LOOK = Look(LIGHT.accent)


class Counting(LabPage):
    """Counts steps."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, "It counts.")
        self.count, self.seen = 0, 0
        self.steps = Transport()
        self.stage.addStretch(1)
        self.use(self.steps)
        self.steps.asked.connect(self._go)
        self.steps.back_asked.connect(lambda: self._go(-1))
        self.steps.rewind_asked.connect(lambda: self._go(-self.count))
        self.apply_theme(context.theme())

    def _go(self, steps: int) -> None:
        self.count += steps
        self.say(f"{self.count} steps.")

    def refresh(self) -> None:
        self.seen += 1


@pytest.fixture
def window(qtbot: QtBot, context: LabContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabWindow]:
    monkeypatch.setattr(PageKind, "make", lambda _self, context: Counting(context))
    pages = tuple(PageKind(key, key.title(), "Help.", "") for key in ("one", "two"))
    parent = QWidget()
    parent.resize(1200, 900)
    qtbot.addWidget(parent)
    made = LabWindow(parent, Lab("test", "Test", "Help.", pages), context)
    made.show()
    qtbot.waitExposed(made)
    yield made
    parent.close()


def page_of(window: LabWindow) -> Counting:
    assert isinstance(window.page, Counting)
    return window.page


def test_that_a_page_is_made_when_it_is_shown_and_kept(window: LabWindow) -> None:
    first = window.page
    assert list(window._pages) == ["one"]
    window.show_page("two")
    assert window.page is not first
    window.show_page("one")
    assert window.page is first
    assert page_of(window).seen == 2


def test_that_keys_step_back_and_rewind(window: LabWindow) -> None:
    page = page_of(window)
    for key, count in ((Qt.Key.Key_S, 1), (Qt.Key.Key_S, 2), (Qt.Key.Key_B, 1), (Qt.Key.Key_R, 0)):
        QTest.keyClick(page, key)
        assert page.count == count
    assert page.words.text() == "0 steps."


def test_that_keys_work_again_once_a_number_has_been_typed(window: LabWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    field = NumberEdit()
    page.column.addWidget(field)
    field.show_text("1")
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_S)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    assert page.count == 0
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_S)
    assert page.count == 1


def test_that_a_number_that_is_typed_counts_once_a_button_is_clicked(window: LabWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    field = NumberEdit()
    page.column.addWidget(field)
    field.show_text("1")
    said: list[tuple[str, int]] = []
    field.committed.connect(lambda text: said.append((text, page.count)))
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.setText("0.5")
    handle, button = window.windowHandle(), page.steps.step
    press = Qt.MouseButton.LeftButton
    QTest.mouseClick(handle, press, pos=field.mapTo(window, field.rect().center()))
    assert said == []
    QTest.mouseClick(handle, press, pos=button.mapTo(window, button.rect().center()))
    assert said == [("0.5", 0)]
    assert page.count == 1


def test_that_a_page_plays_until_it_is_out_of_sight(window: LabWindow, qtbot: QtBot) -> None:
    page = page_of(window)
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.count >= 2)
    window.show_page("two")
    assert not page.steps.is_playing
    window.show_page("one")
    page.steps.set_playing(True)
    window.close()
    assert not page.steps.is_playing


def test_that_a_low_page_leaves_its_introduction_out(window: LabWindow) -> None:
    window.resize(900, 700)
    assert window.page.intro.isVisible()
    window.setMinimumSize(100, 100)
    window.resize(900, 400)
    assert not window.page.intro.isVisible()


def test_that_it_catches_up_without_a_flood(window: LabWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(window)
    page.steps.speed.set_key("2000")
    page.steps.set_playing(True)
    page.steps._since -= 60.0
    page.steps._tick()
    page.steps.set_playing(False)
    assert page.count <= 202


def test_that_what_cannot_step_says_why(window: LabWindow) -> None:
    page = page_of(window)
    page.steps.set_able(False, "There is nothing to step.")
    QTest.keyClick(page, Qt.Key.Key_S)
    assert page.count == 0
    assert page.steps.step.toolTip() == "There is nothing to step."
    page.steps.set_able(True)
    assert page.steps.step.toolTip() == "Make one step (S)."


@pytest.fixture
def plot(qtbot: QtBot) -> LabPlot:
    made = LabPlot(LIGHT, "Plot", "Help.", "Nothing yet.", ("w", "J"))
    made.resize(500, 400)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def everything(scale: float = 1.0) -> list[object]:
    xy = np.stack([LINE, scale * LINE], axis=1)
    return [
        Room(LINE, scale * LINE, scale * LINE + 1, LIGHT.accent),
        Curve(LINE, scale * LINE, LOOK, "line", halo=True),
        Marks(xy, LIGHT.negative, name="point"),
        Arrows(xy[:1], xy[1:2], LOOK),
        Upright(2.0, LOOK, "here"),
        Words("words", (1.0, 1.0), LIGHT.text),
    ]


def test_that_an_empty_plot_says_so_until_something_is_drawn(plot: LabPlot) -> None:
    assert plot.is_empty
    assert plot.empty_text == "Nothing yet."
    plot.show_things(everything())  # type: ignore[arg-type]
    assert not plot.is_empty
    low, high, bottom, top = plot.range
    assert low <= 0
    assert high >= 4
    assert bottom < 0
    assert top > 5


@pytest.mark.parametrize("scale", [np.nan, np.inf, -np.inf, 1e308, 0.0])
@pytest.mark.parametrize("log", [False, True])
def test_that_numbers_that_ran_away_leave_the_plot_alone(plot: LabPlot, scale: float, log: bool) -> None:
    plot.set_axes(("w", "J"), (log, log))
    with np.errstate(all="ignore"):
        plot.show_things(everything(scale))  # type: ignore[arg-type]
    assert np.isfinite(plot.range).all()
    assert not plot.grab().isNull()


def test_that_what_is_gone_is_no_longer_drawn(plot: LabPlot) -> None:
    plot.show_things(everything(), [Handle("w", "w", (1.0, 1.0), LIGHT.accent)])  # type: ignore[arg-type]
    most = plot.item_count
    plot.show_things(everything())  # type: ignore[arg-type]
    plot.show_things([])
    assert plot.is_empty
    empty = plot.item_count
    assert empty < most
    plot.show_things(everything())  # type: ignore[arg-type]
    plot.show_things([])
    assert plot.item_count == empty


@pytest.mark.parametrize("log", [False, True])
def test_that_a_handle_is_dragged(plot: LabPlot, log: bool) -> None:
    plot.set_axes(("w", "J"), (log, log))
    plot.set_home((0.1, 10.0), (0.1, 10.0))
    plot.show_things([], [Handle("w", "weight", (1.0, 1.0), LIGHT.accent)])
    seen: list[tuple[str, float, float]] = []
    dropped: list[str] = []
    plot.moved.connect(lambda *said: seen.append(said))
    plot.dropped.connect(dropped.append)
    at = 0.0 if log else 1.0
    to = np.log10(5.0) if log else 5.0
    press(plot, QEvent.Type.MouseButtonPress, plot.place_of(at, at))
    press(plot, QEvent.Type.MouseMove, plot.place_of(to, to))
    press(plot, QEvent.Type.MouseButtonRelease, plot.place_of(to, to), held=False)
    assert [key for key, _, _ in seen] == ["w"]
    assert seen[0][1:] == pytest.approx((5.0, 5.0), rel=0.03)
    assert dropped == ["w"]
    assert plot.range == pytest.approx((-1, 1, -1, 1) if log else (0.1, 10, 0.1, 10))


def test_that_arrow_keys_move_the_chosen_handle(plot: LabPlot) -> None:
    plot.set_home((0.0, 10.0), (0.0, 10.0))
    plot.show_things([], [Handle(key, key, (1.0, 1.0), LIGHT.accent) for key in "ab"])
    seen: list[tuple[str, float, float]] = []
    plot.moved.connect(lambda *said: seen.append(said))
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_N)
    QTest.keyClick(plot, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert seen == [("a", pytest.approx(1.1), 1.0), ("b", 1.0, pytest.approx(2.0))]


def test_that_the_keys_of_handles_are_said_once_there_are_some(plot: LabPlot) -> None:
    assert "arrow keys" not in plot.toolTip()
    handles = [Handle("w", "w", (1.0, 1.0), LIGHT.accent)]
    plot.show_things([], handles)
    plot.show_things([])
    plot.show_things([], handles)
    assert plot.toolTip().count("arrow keys") == 1
    assert plot.accessibleDescription() == plot.toolTip()


def words_on(plot: LabPlot, text: str) -> QRectF:
    """Return where a text lies, in pixels of the plot's view."""
    (item,) = (one for one in plot._pools["words"] if one.toPlainText() == text)
    return plot._view.mapRectFromItem(item, item.boundingRect())


@pytest.mark.parametrize("place", [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0), (5.0, 5.0)])
def test_that_words_are_read_from_end_to_end(plot: LabPlot, place: tuple[float, float]) -> None:
    plot.set_home((0.0, 10.0), (0.0, 10.0))
    plot.show_things([Words("a rather long text", place, LIGHT.text)])
    room = plot._view.boundingRect().adjusted(-1, -1, 1, 1)
    assert room.contains(words_on(plot, "a rather long text"))


def test_that_what_is_wider_than_the_sight_begins_where_that_does() -> None:
    assert kept_inside(3.0, 20.0, (0.0, 10.0)) == 0.0
    assert kept_inside(9.0, 4.0, (0.0, 10.0)) == 6.0
    assert kept_inside(-2.0, 4.0, (0.0, 10.0)) == 0.0
    assert kept_inside(3.0, 4.0, (0.0, 10.0)) == 3.0


def test_that_a_curve_that_leaves_the_plot_has_its_name_where_it_leaves(plot: LabPlot) -> None:
    plot.set_home((0.0, 10.0), (0.0, 10.0))
    x = np.linspace(0.0, 10.0, 101)
    plot.show_things([Curve(x, 8.0 - 2.0 * x, LOOK, "falls")])
    named = words_on(plot, "falls")
    assert named.right() < plot._view.boundingRect().center().x()


def test_that_the_pointer_names_marks_and_handles(plot: LabPlot) -> None:
    plot.show_things(everything())  # type: ignore[arg-type]
    plot.point_out(plot.place_of(2.0, 2.0))
    assert plot.readout == "point: 2, 2"


def test_that_heads_are_left_out_where_there_is_no_arrow() -> None:
    start = np.zeros((3, 2))
    end = np.array([[10.0, 0.0], [np.nan, 1.0], [0.0, 0.0]])
    lines = with_heads(start, end, 4.0)
    assert lines.shape == (12, 2)
    assert lines[2].tolist() == [10.0, 0.0]
    assert lines[3].tolist() == [6.0, -2.0]
    assert lines[5].tolist() == [6.0, 2.0]
    assert np.isfinite(lines).all()


def test_that_a_field_is_drawn_with_lines_where_it_is_low(qtbot: QtBot) -> None:
    plot = FieldPlot(LIGHT, "Field", "Help.", "Nothing yet.", ("w1", "w2"))
    plot.resize(400, 400)
    qtbot.addWidget(plot)
    plot.show()
    qtbot.waitExposed(plot)
    assert plot.is_empty
    x = np.linspace(-2, 2, 41)
    values = x[None, :] ** 2 + 10 * x[:, None] ** 2
    plot.show_field(values, (-2.0, 2.0), (-2.0, 2.0))
    assert not plot.is_empty
    assert plot.range == (-2.0, 2.0, -2.0, 2.0)
    levels = spread_levels(values)
    assert (np.diff(levels) > 0).all()
    assert np.diff(levels)[0] < np.diff(levels)[-1]
    shades = shaded(values, levels)
    assert shades.min() == -1
    assert shades.max() == 1
    plot.apply_theme(DARK)
    with np.errstate(all="ignore"):
        plot.show_field(values * np.nan, (-2.0, 2.0), (-2.0, 2.0))
        plot.show_field(np.where(values > 5, np.inf, values), (-2.0, 2.0), (-2.0, 2.0))
    assert not plot.grab().isNull()


def test_that_a_thing_that_stays_is_not_drawn_anew_and_follows_the_theme(
    plot: LabPlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays = Marks(np.zeros((1, 2)), LIGHT.accent)
    plot.show_things([stays, Marks(np.eye(2), LIGHT.accent)])
    drawn: list[object] = []
    for item in plot._pools["marks"]:
        monkeypatch.setattr(item, "setData", lambda *_data, item=item, **_look: drawn.append(item))
    plot.show_things([stays, Marks(2 * np.eye(2), LIGHT.accent)])
    assert drawn == plot._pools["marks"][1:]
    drawn.clear()
    plot.apply_theme(DARK)
    assert drawn == plot._pools["marks"]


def test_that_words_change_with_what_they_say(plot: LabPlot) -> None:
    for text, place in (("first", (1.0, 1.0)), ("second", (2.0, 1.0)), ("second", (3.0, 1.0))):
        plot.show_things([Curve(LINE, LINE, LOOK), Words(text, place, LIGHT.text)])
        (item,) = plot._pools["words"]
        assert item.toPlainText() == text
        assert (item.pos().x(), item.pos().y()) == place


def test_that_a_range_without_a_place_on_a_logarithm_gives_way(plot: LabPlot) -> None:
    plot.set_home((0.0, 4.0), (0.0, 9.0))
    plot.set_axes(("w", "J"), (True, False))
    plot.show_things([Curve(LINE[1:], LINE[1:], LOOK)])
    low, high, bottom, top = plot.range
    assert low == pytest.approx(np.log10(0.5))
    assert high == pytest.approx(np.log10(4.0))
    assert (bottom, top) == (0.0, 9.0)


def test_that_what_is_said_of_an_empty_plot_can_change(plot: LabPlot) -> None:
    plot.say_when_empty("Nothing moved.")
    assert plot.empty_text == "Nothing moved."
    plot.show_things([Curve(LINE, LINE, LOOK)])
    assert not plot.is_empty
    plot.show_things([])
    assert plot.is_empty
    assert plot.empty_text == "Nothing moved."
