"""The lab "Mini-batches": tables that step, clouds that shrink, measurements that can be stopped."""

import numpy as np
import pytest
from lab_cases import MakePage
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.labs.batches import epoch
from playground.labs.cost import Cost
from playground.ui.labs.batches.cost_page import CostPage, cost_words, duration
from playground.ui.labs.batches.epoch_table import EpochTable
from playground.ui.labs.batches.epochs_page import EpochsPage, loss_of, row_counts
from playground.ui.labs.batches.flow import Spaces, flow, largest_side
from playground.ui.labs.batches.gradient_views import stretch
from playground.ui.labs.batches.gradients_page import GradientsPage
from playground.ui.labs.batches.memory_page import MemoryPage
from playground.ui.labs.page import LabPage
from playground.ui.labs.plot_choice import PlotChoice

# Epochs -------------------------------------------------------------------------------------------------


@pytest.fixture
def epochs(make_page: MakePage[LabPage]) -> EpochsPage:
    page = make_page(EpochsPage)
    assert isinstance(page, EpochsPage)
    return page


def states(table: EpochTable) -> list[list[str]]:
    return [[table.state(one, at) for at in range(len(one.batches))] for one in table._epochs]


def test_that_the_lectures_six_rows_step_in_twos(epochs: EpochsPage) -> None:
    assert states(epochs.table)[0] == ["next", "to come", "to come"]
    epochs.steps.step.click()
    assert states(epochs.table)[0] == ["done", "next", "to come"]
    assert "3 iterations make an epoch" in epochs.words.text()
    assert "Rows used in this epoch: 2 of 6" in epochs.counts.text()
    epochs.steps.asked.emit(3)
    assert states(epochs.table)[:2] == [["done"] * 3, ["done", "next", "to come"]]
    assert "Epochs done: 1" in epochs.counts.text()
    epochs.steps.back.click()
    assert states(epochs.table)[1] == ["next", "to come", "to come"]
    epochs.steps.rewind.click()
    assert states(epochs.table)[0] == ["next", "to come", "to come"]


def test_that_the_table_shows_the_trainers_orders(epochs: EpochsPage) -> None:
    for number, shown in enumerate(epochs.table._epochs):
        expected = epoch(6, 2, epochs.seed, number)
        assert [batch.tolist() for batch in shown.batches] == [batch.tolist() for batch in expected]
    first, second = (np.concatenate(one.batches).tolist() for one in epochs.table._epochs[:2])
    assert first != second


def test_that_later_epochs_move_up(epochs: EpochsPage) -> None:
    epochs.steps.asked.emit(30)
    numbers = [one.number for one in epochs.table._epochs]
    assert numbers == [8, 9, 10, 11]
    assert "next" in states(epochs.table)[2]


def test_that_a_square_says_its_row_and_its_turn(epochs: EpochsPage) -> None:
    epochs.steps.step.click()
    table = epochs.table
    row = int(epochs.batches(0)[1][0])
    place = table.place_of(0, 1, 0).center()
    assert table.words_at(place.x(), place.y()) == f"Row {row}: used next in iteration 2 of epoch 1."
    assert table.words_at(-5, -5) == ""


def test_that_a_batch_beyond_the_rows_is_refused_in_words(epochs: EpochsPage) -> None:
    epochs.batch.field.committed.emit("7")
    assert epochs.batch.value == 2
    assert "B must be between 1 and 6" in epochs.words.text()
    assert "6 rows" in epochs.words.text()
    assert epochs.words.property("role") == "warning"


def test_that_fewer_rows_make_the_batch_smaller_and_say_so(epochs: EpochsPage) -> None:
    epochs.set_batch(6)
    epochs.set_rows(4)
    assert epochs.batch.value == 4
    assert "so B is 4 now" in epochs.words.text()
    epochs.steps.step.click()
    assert epochs.words.property("role") == "title"


def test_that_a_smaller_last_batch_is_said(epochs: EpochsPage) -> None:
    epochs.set_batch(4)
    assert "The last batch has only 2" in epochs.words.text()
    assert [len(batch) for batch in epochs.table._epochs[0].batches] == [4, 2]


def test_that_the_open_networks_batches_can_be_taken(make_window: MakeWindow) -> None:
    epochs = make_window().labs.open("batches", "epochs").page
    assert isinstance(epochs, EpochsPage)
    seen = epochs.context.seen()
    assert seen is not None
    epochs.as_open.click()
    assert epochs.rows.value == len(seen.prepared.train_rows)
    assert epochs.batch.value == seen.prepared.plan.training.batch_size
    assert epochs.seed == seen.prepared.plan.training.seed


@pytest.mark.parametrize(("rows", "size"), [(512, 1), (512, 512), (1, 1), (200, 33)])
def test_that_any_table_is_drawn_within_its_room(epochs: EpochsPage, rows: int, size: int) -> None:
    epochs.set_rows(rows)
    epochs.set_batch(size)
    table = epochs.table
    assert not table.grab().isNull()
    for placed in table._placed:
        for group in placed.groups:
            assert all(0 <= x <= table.width() - table.side for x, _ in group)
            assert all(0 <= y <= table.height() - table.side for _, y in group)


@pytest.mark.parametrize("steps", [1, 5, -3, 40])
def test_that_what_is_painted_anew_is_what_the_whole_picture_would_be(epochs: EpochsPage, steps: int) -> None:
    epochs.set_rows(24)
    epochs.set_batch(5)
    epochs.steps.asked.emit(7)
    table = epochs.table
    table.grab()
    epochs._go(steps)
    stepped = table.grab().toImage()
    table._place()
    assert table.grab().toImage() == stepped


def test_that_a_small_window_shows_fewer_epochs_the_current_one_among_them(
    epochs: EpochsPage, qtbot: QtBot
) -> None:
    epochs.steps.asked.emit(7)
    assert len(epochs.table.shown) == 4
    epochs.table.setFixedSize(300, 90)
    qtbot.waitUntil(lambda: epochs.table.height() == 90)
    assert 2 in epochs.table.shown
    assert len(epochs.table.shown) < 4
    assert epochs.table.side >= 12


def test_that_no_seed_but_a_whole_number_from_0_is_taken(epochs: EpochsPage) -> None:
    epochs.seeds.field.committed.emit("-3")
    assert "0 or more" in epochs.words.text()
    epochs.seeds.field.committed.emit("1.5")
    assert "no seed" in epochs.words.text()
    epochs.seeds.field.committed.emit("9")
    assert epochs.seed == 9


def test_that_groups_break_into_lines() -> None:
    groups, high = flow((2, 2, 3), 50, Spaces(10, 0, 5, 2))
    assert groups == (((0, 0), (10, 0)), ((25, 0), (35, 0)), ((0, 12), (10, 12), (20, 12)))
    assert high == 24
    assert [y for _, y in flow((7,), 30, Spaces(10, 0, 5, 2))[0][0]] == [0, 0, 0, 12, 12, 12, 24]
    assert largest_side((4,), 50, 12, (20, 12, 8), Spaces(1, 0, 0, 0)).side == 12


def test_that_the_loss_of_a_batch_is_written_out() -> None:
    assert loss_of(np.array([3]), "epoch 1").endswith("= ‖y₃ − ŷ₃‖²")
    assert loss_of(np.array([1, 10]), "epoch 1").endswith("= 1/2 (‖y₁ − ŷ₁‖² + ‖y₁₀ − ŷ₁₀‖²)")
    assert loss_of(np.arange(40), "epoch 1").endswith(" + …)")
    assert row_counts() == sorted(set(row_counts()))


# Noisy gradients ----------------------------------------------------------------------------------------


@pytest.fixture
def gradients(make_page: MakePage[LabPage], qtbot: QtBot) -> GradientsPage:
    page = make_page(GradientsPage)
    assert isinstance(page, GradientsPage)
    qtbot.waitUntil(lambda: page.measured is not None and page.views.contour.values.size > 0)
    return page


def spread(page: GradientsPage) -> float:
    sight = page.sight()
    assert sight is not None
    return float(np.square(sight.cloud - sight.full).sum(axis=1).mean())


def set_batch(page: GradientsPage, size: int) -> None:
    page.controls.size.set_value(size)
    page.controls.batch_changed.emit()


def test_that_what_is_no_seed_of_the_rows_is_refused_in_words(gradients: GradientsPage) -> None:
    for text in ("-1", "1.5", "two"):
        gradients.controls.seeds.field.committed.emit(text)
        assert "no seed" in gradients.words.text()
        gradients.say("")


def test_that_the_cloud_shrinks_to_one_arrow(gradients: GradientsPage) -> None:
    noise = gradients.noise
    assert noise is not None
    found = []
    for size in (1, 4, 16):
        set_batch(gradients, size)
        found.append(spread(gradients))
        assert found[-1] == pytest.approx(noise.predicted(size), rel=0.35)
    assert found[0] > found[1] > found[2]
    set_batch(gradients, 64)
    assert spread(gradients) < 1e-25
    assert "ε = 0" in gradients.words.text()


def test_that_the_measurement_is_beside_the_theory(gradients: GradientsPage, qtbot: QtBot) -> None:
    set_batch(gradients, 6)
    qtbot.waitUntil(lambda: gradients.measured is not None)
    measured, noise = gradients.measured, gradients.noise
    assert measured is not None
    assert noise is not None
    at = measured.sizes.index(6)
    assert abs(measured.means[at] - noise.predicted(6)) < 4 * measured.errors[at]
    assert "by theory" in gradients.words.text()
    assert "measured" in gradients.words.text()


def test_that_descent_walks_back_and_begins_anew(gradients: GradientsPage) -> None:
    descent = gradients.descent
    assert descent is not None
    start = descent.here
    gradients.steps.asked.emit(20)
    assert descent.steps == 20
    sight = gradients.sight()
    assert sight is not None
    np.testing.assert_array_equal(sight.path[-1], descent.here)
    assert len(sight.full_path) == 21
    gradients.steps.back.click()
    assert descent.steps == 19
    gradients.steps.rewind.click()
    assert gradients.descent is not None
    assert gradients.descent.steps == 0
    np.testing.assert_array_equal(gradients.descent.here, start)


def test_that_a_click_is_a_new_start(gradients: GradientsPage) -> None:
    gradients.steps.asked.emit(3)
    gradients.views.contour.clicked.emit(1.0, -1.0)
    assert gradients.descent is not None
    assert gradients.descent.places[0].tolist() == [1.0, -1.0]
    gradients.views.contour.clicked.emit(np.nan, 0.0)
    assert gradients.descent.places[0].tolist() == [1.0, -1.0]


def test_that_a_run_that_runs_away_is_flagged_and_leaves_the_plots(gradients: GradientsPage) -> None:
    shown = gradients.views.contour.range
    gradients.controls.step.set_value(5.0)
    gradients.controls.rate_changed.emit()
    gradients.steps.asked.emit(400)
    assert gradients.descent is not None
    assert gradients.descent.diverged
    assert "ran away" in gradients.words.text()
    assert gradients.words.property("role") == "warning"
    assert gradients.views.contour.range == shown
    for plot in gradients.views.plots:
        assert np.isfinite(plot.range).all()
        assert not plot.grab().isNull()
    gradients.steps.rewind.click()
    assert gradients.words.property("role") == "title"


def test_that_fewer_rows_make_the_batch_smaller(gradients: GradientsPage) -> None:
    set_batch(gradients, 40)
    gradients.controls.data_rows.set_value(12)
    gradients.controls.data_changed.emit()
    assert gradients.controls.batch == 12
    assert "so B is 12 now" in gradients.words.text()
    gradients.controls.size.field.committed.emit("13")
    assert "between 1 and 12" in gradients.words.text()


def test_that_without_a_run_there_is_no_open_network(
    epochs: EpochsPage, gradients: GradientsPage, cost: CostPage
) -> None:
    epochs.as_open.click()
    gradients.controls.network.set_key("open")
    gradients.controls.network.chosen.emit("open")
    cost.network.set_key("open")
    cost.measuring.button.click()
    for page in (epochs, gradients, cost):
        assert "no run in the network window" in page.words.text()
        assert page.words.property("role") == "warning"
    gradients.controls.network.set_key("tanh")
    gradients.controls.network.chosen.emit("tanh")
    assert gradients.words.property("role") == "title"


def test_that_the_open_network_can_be_looked_at(make_window: MakeWindow, qtbot: QtBot) -> None:
    gradients = make_window().labs.open("batches", "gradients").page
    assert isinstance(gradients, GradientsPage)
    gradients.controls.network.set_key("open")
    gradients.controls.network.chosen.emit("open")
    qtbot.waitUntil(lambda: gradients.scene is not None and gradients.measured is not None, timeout=20_000)
    scene, seen = gradients.scene, gradients.context.seen()
    assert scene is not None
    assert seen is not None
    assert scene.learner.size == seen.prepared.plan.parameters
    assert not gradients.controls.data_rows.isEnabled()
    before = gradients.noise
    gradients.steps.asked.emit(5)
    qtbot.waitUntil(lambda: gradients.noise is not before, timeout=20_000)
    assert gradients.descent is not None
    assert gradients.descent.steps == 5


def test_that_a_small_page_shows_one_plot_and_which_can_be_chosen(gradients: GradientsPage) -> None:
    cloud, contour, noise = gradients.views.plots
    choice = gradients.findChild(PlotChoice)
    assert choice is not None
    assert not any(plot.isHidden() for plot in gradients.views.plots)
    gradients.resize(600, 400)
    assert [plot.isHidden() for plot in (cloud, contour, noise)] == [False, True, True]
    choice.set_key("noise")
    choice.chosen.emit("noise")
    assert [plot.isHidden() for plot in (cloud, contour, noise)] == [True, True, False]
    choice.set_key("all")
    gradients.resize(1000, 700)
    assert not any(plot.isHidden() for plot in gradients.views.plots)


def test_that_short_steps_are_drawn_longer_and_say_so(gradients: GradientsPage) -> None:
    sight = gradients.sight()
    assert sight is not None
    assert stretch(sight) == 1.0
    gradients.controls.step.set_value(0.001)
    gradients.controls.rate_changed.emit()
    shorter = gradients.sight()
    assert shorter is not None
    assert stretch(shorter) in (20.0, 50.0, 100.0, 200.0)


# Cost ---------------------------------------------------------------------------------------------------


@pytest.fixture
def cost(make_page: MakePage[LabPage]) -> CostPage:
    page = make_page(CostPage)
    assert isinstance(page, CostPage)
    page.network.set_key("small")
    page.rows.set_value(64)
    return page


def test_that_every_batch_size_is_measured_and_drawn(cost: CostPage, qtbot: QtBot) -> None:
    assert all(plot.is_empty for plot in cost.plots)
    cost.measuring.button.click()
    assert cost.measuring.button.text() == "Stop"
    qtbot.waitUntil(lambda: bool(cost.results), timeout=30_000)
    (costs,) = cost.results.values()
    assert [one.batch for one in costs] == [1, 2, 4, 8, 16, 32, 64]
    assert not any(plot.is_empty for plot in cost.plots)
    assert "An epoch takes" in cost.words.text()
    assert cost.measuring.button.text() == "Measure"
    cost.forget.click()
    assert all(plot.is_empty for plot in cost.plots)


def test_that_a_measurement_can_be_stopped(cost: CostPage, qtbot: QtBot) -> None:
    cost.measuring.button.click()
    cost.measuring.button.click()
    assert "stopped" in cost.words.text()
    assert not cost.results
    qtbot.waitUntil(lambda: not cost._work.is_busy)


def test_that_what_costs_is_said_in_words() -> None:
    costs = (Cost(1, 64, 1e-4, 100), Cost(8, 8, 2e-4, 800), Cost(64, 1, 4e-3, 6400))
    words = cost_words(costs)
    assert "6.4 ms with B = 1 and 1.6 ms with B = 8, 4 times as fast" in words
    assert "8 instead of 64 steps" in words
    assert "64 times as much" in words
    assert duration(2.5e-5) == "25 µs"
    assert duration(3.0) == "3 s"


# Memory -------------------------------------------------------------------------------------------------


@pytest.fixture
def memory(make_page: MakePage[LabPage]) -> MemoryPage:
    page = make_page(MemoryPage)
    assert isinstance(page, MemoryPage)
    return page


def test_that_imagenet_does_not_fit_into_11_gigabytes(memory: MemoryPage) -> None:
    assert "3.7 % of the data" in memory.words.text()
    assert "at most 35" in memory.words.text()
    values = {name.text(): value.text() for name, value in memory._labels}
    assert values["Images that fit at once"] == "513,333, 3.7 % of them"


def test_that_figures_of_ones_own_are_reckoned_with(memory: MemoryPage) -> None:
    memory.fields["card_gb"].combo.committed.emit("24")
    assert memory.figures.card_gb == 24.0
    memory.fields["image_mb"].combo.committed.emit("100")
    assert memory.network.key == "own"
    assert "at most 236" in memory.words.text()
    memory.fields["card_gb"].combo.committed.emit("0")
    assert "must be between" in memory.words.text()
    assert memory.figures.card_gb == 24.0


def test_that_weights_too_large_for_the_card_are_said(memory: MemoryPage) -> None:
    memory.fields["weights"].combo.committed.emit("175000")
    assert "not even a batch of one image fits" in memory.words.text()
    assert not memory.plot.grab().isNull()


def test_that_depth_takes_memory(memory: MemoryPage) -> None:
    memory.network.set_key("dense")
    memory.network.chosen.emit("dense")
    assert not memory.layers.isHidden()
    first = memory.figures
    memory.layers.set_value(40)
    memory.layers.edited.emit(40, 1)
    assert memory.figures.weights > first.weights
    assert memory.figures.image_mb > first.image_mb
    memory.network.set_key("resnet")
    memory.network.chosen.emit("resnet")
    assert memory.layers.isHidden()
    assert memory.figures.image_mb == 300.0
