"""The docks of the instruments: opened, placed, fed while they are in sight, and else left alone."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.instruments import desk as desk_module
from playground.ui.instruments.context import Context
from playground.ui.instruments.table import Panel
from playground.ui.main_window import LAYOUT_VERSION, MainWindow
from playground.ui.run_view import RunView
from playground.ui.theme.tokens import Theme


class Needle(RunView):
    """An instrument that only counts."""

    def __init__(self, _context: Context, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.runs, self.seen, self.cleared = 0, 0, 0

    @property
    def look(self) -> Look:
        return Look(predictions=True)

    def start_run(self, _prepared: Prepared) -> None:
        self.runs += 1

    def show_snapshot(self, _snapshot: Snapshot) -> None:
        self.seen += 1

    def clear(self) -> None:
        self.cleared += 1

    def apply_theme(self, theme: Theme) -> None:
        self.theme = theme


def needle(number: int, planes_only: bool = False) -> Panel:
    def fits(plan: object) -> bool:
        return not planes_only or getattr(plan, "kind", "") == "plane"

    return Panel(f"needle{number}", f"Needle {number}", "It moves.", fits, Needle)


@pytest.fixture
def window(make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    panels = tuple(needle(number, planes_only=number == 5) for number in range(1, 6))
    monkeypatch.setattr(desk_module, "PANELS", panels)
    monkeypatch.setattr(desk_module, "PLOTS", ())
    window = make_window()
    window.resize(1440, 960)
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    return window


def opened(window: MainWindow, number: int) -> Needle:
    view = window.instruments.open(f"needle{number}")
    assert isinstance(view, Needle)
    QApplication.processEvents()  # Qt lays out docks a little later
    return view


def test_that_an_instrument_costs_nothing_before_it_is_opened(window: MainWindow) -> None:
    assert not window.findChildren(Needle)
    assert window.instruments.look == Look()


def test_that_an_opened_instrument_is_shown_the_run_as_it_is(window: MainWindow) -> None:
    view = opened(window, 1)
    assert view.runs == 1
    assert view.seen > 0
    assert window.instruments.look == Look(predictions=True)


def test_that_one_that_is_closed_is_neither_drawn_nor_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    view = opened(window, 1)
    window.instruments.docks["needle1"].close()
    seen = view.seen
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    assert view.seen == seen
    assert window.instruments.look == Look()
    assert not window.instruments.actions["needle1"].isChecked()


def test_that_a_tab_in_front_of_it_lets_an_instrument_rest(window: MainWindow, qtbot: QtBot) -> None:
    first, last = opened(window, 1), opened(window, 2)
    qtbot.waitUntil(lambda: window.instruments.in_sight("needle1") and window.instruments.in_sight("needle2"))
    opened(window, 3)
    opened(window, 4)  # which shares the place of the third
    qtbot.waitUntil(lambda: not window.instruments.in_sight("needle3"))
    assert window.instruments.in_sight("needle4")
    assert first.isVisible()
    assert last.isVisible()


def test_that_each_one_that_is_opened_among_tabs_comes_to_their_front(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1440, 800)
    qtbot.waitUntil(lambda: window.height() == 800)
    for number in (1, 2, 3, 4):
        opened(window, number)
        key = f"needle{number}"
        qtbot.waitUntil(lambda key=key: not window.instruments.docks[key].visibleRegion().isEmpty())


@pytest.mark.parametrize(("height", "covered"), [(600, "output"), (800, "inspector"), (960, None)])
def test_that_the_first_instrument_takes_the_room_that_there_is(
    window: MainWindow, qtbot: QtBot, height: int, covered: str | None
) -> None:
    window.resize(1280, height)
    qtbot.waitUntil(lambda: window.height() == height)
    opened(window, 1)
    together = window.tabifiedDockWidgets(window.instruments.docks["needle1"])
    found = {key for key in ("inspector", "output") if window.docks[key] in together}
    assert found == ({covered} if covered else set())
    qtbot.waitUntil(lambda: window.instruments.docks["needle1"].height() > 250)


def test_that_in_a_pause_every_instrument_is_up_to_date(window: MainWindow, qtbot: QtBot) -> None:
    views = [opened(window, number) for number in (1, 2, 3)]
    before = [view.seen for view in views]
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    assert all(view.seen > seen for view, seen in zip(views, before, strict=True))


def test_that_while_a_run_plays_they_are_drawn_in_turn(window: MainWindow) -> None:
    views = [opened(window, number) for number in (1, 2, 3)]
    before = [view.seen for view in views]
    playing = replace(shown(window), state="playing")
    for _ in range(6):
        window.instruments.show_snapshot(playing)
    assert [view.seen - seen for view, seen in zip(views, before, strict=True)] == [1, 1, 1]


def test_that_the_menu_brings_what_a_tab_covers_to_the_front_and_closes_what_is_seen(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1280, 800)
    opened(window, 1)
    opened(window, 2)
    desk = window.instruments
    qtbot.waitUntil(lambda: desk.in_sight("needle2") and not desk.in_sight("needle1"))
    desk.actions["needle1"].trigger()
    qtbot.waitUntil(lambda: desk.in_sight("needle1"))
    assert desk.actions["needle1"].isChecked()
    desk.actions["needle1"].trigger()
    qtbot.waitUntil(lambda: desk.docks["needle1"].isHidden())
    assert not desk.actions["needle1"].isChecked()


def test_that_the_last_instrument_gives_its_height_back(window: MainWindow, qtbot: QtBot) -> None:
    before = window.docks["inspector"].height()
    opened(window, 1)
    window.restore_panels()
    qtbot.waitUntil(lambda: abs(window.docks["inspector"].height() - before) < 30)
    assert not any(action.isChecked() for action in window.instruments.actions.values())
    window.resize(1280, 800)
    opened(window, 1)
    qtbot.waitUntil(lambda: window.instruments.docks["needle1"].height() > 250)
    window.instruments.docks["needle1"].close()
    qtbot.waitUntil(lambda: window.docks["inspector"].height() < 160)


def test_that_an_instrument_that_is_closed_leaves_the_keyboard_to_the_diagram(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = opened(window, 1)
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    window.instruments.docks["needle1"].close()
    qtbot.waitUntil(window.network.view.hasFocus)


def test_that_an_instrument_that_does_not_fit_the_run_is_not_offered(
    window: MainWindow, qtbot: QtBot
) -> None:
    view = opened(window, 5)
    window.desk.open_example("fish")
    qtbot.waitUntil(lambda: view.cleared > 0)
    assert not window.instruments.actions["needle5"].isEnabled()
    assert window.instruments.actions["needle1"].isEnabled()


def test_that_all_take_another_theme(window: MainWindow) -> None:
    view = opened(window, 1)
    window.themes.set_preference("dark")
    assert view.theme.dark


def test_that_an_instrument_is_where_it_was_when_the_window_was_closed(
    window: MainWindow, make_window: MakeWindow, qtbot: QtBot
) -> None:
    opened(window, 2)
    state = window.saveState(LAYOUT_VERSION)
    other = make_window()
    other.restoreState(state, LAYOUT_VERSION)
    qtbot.waitUntil(lambda: other.instruments.in_sight("needle2"))
    assert other.instruments.actions["needle2"].isChecked()
