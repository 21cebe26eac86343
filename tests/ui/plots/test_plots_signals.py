"""The plots of the signals: what they show of each layer, in bounded memory."""

import itertools
import math
import tracemalloc
from dataclasses import replace

import numpy as np
import plots_cases as cases
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.training.messages import Look, Moment, Snapshot
from playground.training.signals import BINS, Signals, histogram
from playground.ui.plots.distributions import DistributionPlot
from playground.ui.plots.end_labels import apart, layer_pen
from playground.ui.plots.layer_lines import GRADIENTS, UPDATES, LayerLines, Quantity
from playground.ui.plots.signal_plot import NOW, SignalPlot
from playground.ui.plots.signal_store import LIMIT, SignalStore
from playground.ui.plots.strips import column, common_range
from playground.ui.theme.colour import contrast
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled


def deep(*widths: int) -> Prepared:
    wanted = Experiment()
    for index, units in enumerate(widths):
        wanted = edits.add_layer(wanted, index, units=units)
    return prepare(wanted)


RUN = deep(4, 3)


def at(step: int, run: Prepared = RUN, **figures: float) -> Snapshot:
    """Return a snapshot whose signals were measured at a step, with these figures in every layer."""
    signals = cases.signals(run, float(step), step)
    layers = tuple(replace(layer, **figures) for layer in signals.layers)  # type: ignore[arg-type]
    return replace(cases.snapshot(run), signals=replace(signals, layers=layers))


def shown(qtbot: QtBot, view: SignalPlot, size: tuple[int, int] = (420, 460)) -> SignalPlot:
    qtbot.addWidget(view)
    view.resize(*size)
    with qtbot.waitExposed(view):
        view.show()
    view.start_run(RUN)
    return view


@pytest.fixture(params=[GRADIENTS, UPDATES, None], ids=["gradients", "updates", "distributions"])
def view(qtbot: QtBot, request: pytest.FixtureRequest) -> SignalPlot:
    quantity: Quantity | None = request.param
    return shown(qtbot, DistributionPlot(LIGHT) if quantity is None else LayerLines(LIGHT, quantity))


# Every plot of them -----------------------------------------------------------------------------------------


def test_that_it_asks_for_the_signals(view: SignalPlot) -> None:
    assert view.look == Look(signals=True)


def test_that_each_layer_is_named_as_in_the_diagram(view: SignalPlot) -> None:
    view.show_snapshot(at(0))
    view.show_snapshot(at(5))
    assert sorted(view.named) == ["Dense 1", "Dense 2", "Output"]


def test_that_a_plot_that_was_opened_late_says_since_when_it_measures(view: SignalPlot) -> None:
    view.show_snapshot(at(1200))
    view.show_snapshot(at(1300))
    assert "Measured since epoch 1,200." in view.note
    view.start_run(RUN)
    view.show_snapshot(at(0))
    assert "Measured" not in view.note


def test_that_the_same_signals_are_drawn_once(view: SignalPlot, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(view, "_draw", lambda: drawn.append(1))
    playing = at(10)
    for _ in range(20):
        view.show_snapshot(playing)
    assert len(drawn) == 1
    view.show_snapshot(at(11))
    assert len(drawn) == 2


def test_that_a_hidden_plot_draws_what_came_meanwhile_when_it_is_shown(view: SignalPlot) -> None:
    view.hide()
    view.show_snapshot(at(0))
    view.show_snapshot(at(3))
    view.show()
    assert not view.is_empty
    assert len(view.named) == 3


def test_that_a_plot_made_for_a_picture_shows_what_the_one_on_screen_has_seen(
    view: SignalPlot, qtbot: QtBot
) -> None:
    for step in range(0, 50, 5):
        view.show_snapshot(at(step))
    copy = type(view)(LIGHT) if isinstance(view, DistributionPlot) else LayerLines(LIGHT, view._quantity)
    shown(qtbot, copy)
    copy.resemble(view)
    copy.pose()
    copy.show_snapshot(at(45, update_ratio=math.nan))
    assert copy.range == pytest.approx(view.range)
    assert copy.store.positions().tolist() == view.store.positions().tolist()
    copy.show_snapshot(at(50))
    assert len(view.store) == 10, "each has a memory of its own"


def test_that_a_rewound_run_begins_anew(view: SignalPlot) -> None:
    view.show_snapshot(at(500))
    view.show_snapshot(at(0))
    assert view.store.positions().tolist() == [0.0]


def test_that_looking_back_forgets_nothing_and_a_resumed_run_goes_on_from_there(view: SignalPlot) -> None:
    for step in (0, 10, 20, 30):
        view.show_snapshot(at(step))
    view.show_snapshot(replace(at(10), back=Moment(10.0, 10, 0.5, 0.5)))
    assert view.store.positions().tolist() == [0.0, 10.0, 20.0, 30.0]
    assert NOW in view.note
    view.show_snapshot(at(30))
    assert NOW not in view.note
    view.show_snapshot(at(10))
    view.show_snapshot(at(25))
    assert view.store.positions().tolist() == [0.0, 10.0, 25.0]


def test_that_signals_of_another_network_are_left_out(view: SignalPlot) -> None:
    view.show_snapshot(at(10, deep(4, 3, 2)))
    assert view.is_empty


@pytest.mark.parametrize("size", [(900, 160), (180, 500), (300, 300)])
@pytest.mark.parametrize("theme", [LIGHT, scaled(DARK, projector=True)], ids=["light", "projector"])
def test_that_it_has_numbers_on_both_axes_and_names_in_any_shape(
    view: SignalPlot, size: tuple[int, int], theme: Theme
) -> None:
    view.apply_theme(theme)
    view.resize(*size)
    for step in range(0, 30, 3):
        view.show_snapshot(at(step))
    left, bottom = view._axes()
    assert len(bottom._tickLevels[0]) >= 1
    if size[1] >= 300:
        assert len(left._tickLevels[0]) >= 2
    assert len(view.named) == 3
    assert view._ends.width() < 0.5 * view.width()


# Lines ------------------------------------------------------------------------------------------------------


def lines(qtbot: QtBot, quantity: Quantity = GRADIENTS) -> LayerLines:
    view = shown(qtbot, LayerLines(LIGHT, quantity))
    assert isinstance(view, LayerLines)
    return view


def with_norms(step: int, *norms: float) -> Snapshot:
    signals = at(step).signals
    assert signals is not None
    layers = [replace(one, gradient_norm=norm) for one, norm in zip(signals.layers, norms, strict=True)]
    return replace(at(step), signals=replace(signals, layers=tuple(layers)))


@pytest.mark.parametrize(
    ("norms", "words"),
    [
        ((1e-5, 0.3, 0.5), "Dense 1 gets 50,000 times less gradient than the output layer: it vanishes."),
        ((0.2, 600.0, 0.5), "Dense 2 gets 1,200 times the gradient of the output layer: it explodes."),
        ((0.0, 0.3, 0.5), "Dense 1 gets over a million times less gradient"),
        ((0.2, 0.3, 0.5), "Shaded: up to 100 times less or more than in the output layer."),
        ((math.nan, 0.3, 0.5), ""),
    ],
)
def test_that_vanishing_and_exploding_are_said(qtbot: QtBot, norms: tuple[float, ...], words: str) -> None:
    view = lines(qtbot)
    view.show_snapshot(with_norms(0, *norms))
    view.show_snapshot(with_norms(1, *norms))
    assert view.note.startswith(words)
    assert bool(view.note) == bool(words)


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1e-3, "A step changes the weights by 0.1 %; 0.1 % (dashed) is usual."),
        (0.2, "A step changes the weights by 20 %, 0.1 % is usual: the learning rate may be too high."),
    ],
)
def test_that_the_size_of_the_steps_is_said(qtbot: QtBot, ratio: float, words: str) -> None:
    view = lines(qtbot, UPDATES)
    view.show_snapshot(at(1, update_ratio=ratio))
    assert words in view.note


def test_that_without_a_step_there_is_no_update_and_it_says_what_to_do(qtbot: QtBot) -> None:
    view = lines(qtbot, UPDATES)
    view.show_snapshot(at(0, update_ratio=math.nan))
    assert view.is_empty
    assert view.empty_text.startswith("Press Play")
    view.show_snapshot(at(1))
    assert not view.is_empty


def test_that_a_gradient_of_0_does_not_press_the_others_together(qtbot: QtBot) -> None:
    view = lines(qtbot)
    view.show_snapshot(with_norms(0, 0.0, 0.3, 0.5))
    _, _, low, high = view.range
    assert high - low <= 3.0


def test_that_the_pointer_reads_every_layer(qtbot: QtBot) -> None:
    view = lines(qtbot)
    for step in range(10):
        view.show_snapshot(with_norms(step, 0.1, 0.2, 0.25))
    view.point_out(view.place_of(4.2, -0.7))
    assert view.readout.splitlines() == ["epoch 4", "Dense 1 0.1", "Dense 2 0.2", "Output 0.25"]


def test_that_layers_have_lines_of_their_own(qtbot: QtBot) -> None:
    for theme in (LIGHT, DARK):
        pens = [layer_pen(layer, theme) for layer in range(14)]
        assert len({(pen.color().name(), pen.style()) for pen in pens}) == 14
        assert all(contrast(pen.color().name(), theme.surface) >= 2.9 for pen in pens)


@pytest.mark.parametrize("wanted", [[5.0, 5.0, 5.0], [0.0, 1.0, 99.0], [98.0, 99.0, 100.0], []])
def test_that_names_never_lie_on_one_another(wanted: list[float]) -> None:
    places = apart(wanted, 12.0, 100.0)
    assert all(later - one >= 12.0 - 1e-9 for one, later in itertools.pairwise(places))
    assert all(6.0 - 1e-9 <= place <= 94.0 + 1e-9 for place in places)


def test_that_a_name_that_has_room_stands_at_the_end_of_its_line() -> None:
    assert apart([20.0, 60.0], 12.0, 100.0) == [20.0, 60.0]


# Histograms -------------------------------------------------------------------------------------------------


def distributions(qtbot: QtBot) -> DistributionPlot:
    view = shown(qtbot, DistributionPlot(LIGHT))
    assert isinstance(view, DistributionPlot)
    return view


@pytest.mark.parametrize("kind", ["weights", "gradients", "activations"])
def test_that_each_choice_draws_its_own_numbers(qtbot: QtBot, kind: str) -> None:
    view = distributions(qtbot)
    wide, narrow = histogram(np.linspace(-40, 40, 99)), histogram(np.linspace(-1, 1, 99))
    every = dict.fromkeys(("weights", "gradients", "activations"), narrow) | {kind: wide}
    view.show_snapshot(at(0, **every))  # type: ignore[arg-type]
    view.show_kind(kind)
    found = view.range_of(0)
    assert found is not None
    assert found[0] <= -40.0
    assert found[1] >= 40.0
    assert view.title == kind


def test_that_other_weights_at_the_same_step_are_drawn(qtbot: QtBot) -> None:
    view = DistributionPlot(LIGHT)
    shown(qtbot, view)
    numbers = np.linspace(-1.0, 1.0, 50)
    view.show_snapshot(at(3, weights=histogram(np.append(numbers, np.zeros(50)))))
    before = view.grab().toImage()
    view.show_snapshot(at(3, weights=histogram(np.append(numbers, np.full(50, 0.9)))))
    fresh = DistributionPlot(LIGHT)
    shown(qtbot, fresh)
    fresh.show_snapshot(at(3, weights=histogram(np.append(numbers, np.full(50, 0.9)))))
    strips = [one._strip(0, 0.0, 10.0) for one in (view, fresh)]
    assert before != view.grab().toImage()
    np.testing.assert_array_equal(strips[0], strips[1])


def test_that_layers_without_weights_have_a_row_of_activations_alone(qtbot: QtBot) -> None:
    wanted = edits.add_layer(edits.add_layer(Experiment(), 0, units=4), 1, kind="dropout")
    run = prepare(edits.add_layer(wanted, 2, kind="layer_norm"))
    view = distributions(qtbot)
    view.start_run(run)
    view.show_snapshot(at(3, run))
    assert view.shown_layers == (0, 2, 3)
    assert view.named == ("Dense 1", "Layer norm", "Output")


def test_that_a_range_leaves_out_a_wild_beginning_but_nothing_of_the_latest() -> None:
    wild, tame = histogram(np.linspace(-1e6, 1e6, 99)), histogram(np.linspace(-1.0, 1.0, 99))
    found = common_range([wild, *[tame] * 20])
    assert found is not None
    assert found[1] < 2.0
    latest = common_range([*[tame] * 20, wild])
    assert latest is not None
    assert latest[1] >= 1e6
    assert common_range([histogram(np.array([np.nan]))]) is None


def test_that_a_column_counts_everything_and_what_is_outside_at_its_ends() -> None:
    numbers = histogram(np.linspace(0.0, 1.0, 1001))
    assert column(numbers, (0.0, 1.0), 10) == pytest.approx(np.ones(10), rel=0.05)
    ends = column(numbers, (0.4, 0.6), 10)
    assert ends[0] == pytest.approx(1.0, rel=0.05)
    assert ends[0] > 10 * ends[5]
    assert not column(histogram(np.array([])), (0.0, 1.0), 10).any()


@pytest.mark.parametrize(
    ("low", "high", "some"), [(-9e-4, 9e-4, "5e−4"), (-1.0, 1.0, "0"), (-8e6, 9e6, "5M"), (0.0, 3e-7, "2e−7")]
)
def test_that_each_row_has_numbers_of_its_own(qtbot: QtBot, low: float, high: float, some: str) -> None:
    view = distributions(qtbot)
    for step in (0, 1):
        view.show_snapshot(at(step, weights=histogram(np.linspace(low, high, 99))))  # type: ignore[arg-type]
    texts = [text for _, text in view._y_ticks(*view.range[2:])]
    assert len(texts) >= 6
    assert some in texts
    assert all(len(text) <= 6 for text in texts)


def test_that_the_pointer_reads_range_and_count(qtbot: QtBot) -> None:
    view = distributions(qtbot)
    bars = histogram(np.linspace(0.0, 4.0, 4 * BINS, endpoint=False))
    view.show_snapshot(at(0, weights=bars))  # type: ignore[arg-type]
    view.show_snapshot(at(9, weights=bars))  # type: ignore[arg-type]
    view.point_out(view.place_of(2.0, 0.5))
    text = view.readout.splitlines()
    assert text[0] == "Output, epoch 0"
    assert text[1] == "weights 0 to 3.98"
    assert " of 160 from " in text[2]
    view.point_out(QPoint(view.width() - 90, view.height() // 2))
    assert "epoch 9" in view.readout


# Memory -----------------------------------------------------------------------------------------------------


def test_that_eight_hours_of_signals_stay_small_and_end_with_the_latest() -> None:
    store, one = SignalStore(), cases.signals(RUN)
    tracemalloc.start()
    try:
        for step in range(200_000):
            store.add(replace(one, position=float(step), step=step))
            if step == 2_000:
                early = tracemalloc.get_traced_memory()[0]
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert late < early + 200_000
    positions = store.positions()
    assert LIMIT / 2 <= len(positions) <= LIMIT + 1
    assert (positions[0], positions[-1]) == (0.0, 199_999.0)
    steps = np.diff(positions)[:-1]
    assert steps.max() == steps.min(), "the past is kept evenly"


def test_that_a_store_keeps_the_ratio_that_was_known_at_a_step() -> None:
    store = SignalStore()
    known = cases.signals(RUN, 3.0, 3)
    nan = tuple(replace(layer, update_ratio=math.nan) for layer in known.layers)
    unknown: Signals = replace(known, layers=nan)
    assert store.add(known)
    assert not store.add(known)
    assert not store.add(unknown)
    assert store.latest is known
    assert len(store) == 1
