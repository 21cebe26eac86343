"""The pages of the lab "Neuron": what a person does there, and what is shown and said."""

import numpy as np
import pytest
from lab_cases import Behind, MakePage
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.data import dataset
from playground.engine.activations import ACTIVATIONS
from playground.labs.neuron import Weights
from playground.labs.shapes import parameters
from playground.ui.labs.neuron.activations import ActivationsPage
from playground.ui.labs.neuron.logistic import LogisticPage
from playground.ui.labs.neuron.network_view import shown
from playground.ui.labs.neuron.parts import OPEN
from playground.ui.labs.neuron.perceptron import HIDDEN, PerceptronPage
from playground.ui.labs.neuron.shapes import ShapesPage
from playground.ui.labs.page import LabPage
from playground.ui.labs.things import Curve, Marks, Room
from playground.ui.theme.tokens import DARK
from playground.ui.widgets import Choice


def choose(choice: Choice, key: str) -> None:
    """Choose as a person does, in the list."""
    choice.combo.setCurrentIndex(choice.combo.findData(key))
    choice.combo.activated.emit(choice.combo.currentIndex())


def steps(page: LabPage, count: int) -> None:
    """Make steps one at a time, as by the button."""
    for _ in range(count):
        QTest.keyClick(page, Qt.Key.Key_S)


# Perceptron ---------------------------------------------------------------------------------------------


def test_that_sliders_and_line_are_in_step(make_page: MakePage[PerceptronPage]) -> None:
    page = make_page(PerceptronPage)
    page.sliders[0].field.committed.emit("-1.5")
    page.sliders[1].field.committed.emit("1")
    page.sliders[2].field.committed.emit("1")
    assert page.weights == Weights(-1.5, 1.0, 1.0)
    ends = {handle.key: handle.place for handle in page.plot.handles}
    np.testing.assert_allclose(page.weights.sums(list(ends.values())), 0, atol=1e-12)
    page.plot.moved.emit("first", 0.0, 1.0)
    held = next(handle.place for handle in page.plot.handles if handle.key == "second")
    np.testing.assert_allclose(page.weights.sums([(0.0, 1.0), ends["second"], held]), 0.0, atol=1e-12)
    assert page.weights.steepness == pytest.approx(2**0.5)
    assert [slider.value for slider in page.sliders] == pytest.approx(page.weights.row.tolist())


def test_that_the_middle_moves_the_line_parallel_and_arrow_keys_too(
    make_page: MakePage[PerceptronPage],
) -> None:
    page = make_page(PerceptronPage)
    before = page.weights
    page.plot.moved.emit("middle", 0.9, 0.9)
    assert (page.weights.w1, page.weights.w2) == (before.w1, before.w2)
    assert page.weights.sums([(0.9, 0.9)])[0] == pytest.approx(0.0, abs=1e-12)
    moved = page.weights
    QTest.keyClick(page.plot, Qt.Key.Key_N)
    QTest.keyClick(page.plot, Qt.Key.Key_N)
    QTest.keyClick(page.plot, Qt.Key.Key_Up)
    assert page.weights.w0 != moved.w0
    assert (page.weights.w1, page.weights.w2) == (moved.w1, moved.w2)


@pytest.mark.parametrize("key", ["and", "or", "nand"])
def test_that_playing_learns_a_gate_and_stops(
    make_page: MakePage[PerceptronPage], qtbot: QtBot, key: str
) -> None:
    page = make_page(PerceptronPage)
    choose(page.data, key)
    page.steps.speed.set_key("300")
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not page.steps.is_playing, timeout=10_000)
    assert page.weights.accuracy(page.task.rows, page.task.targets) == 1.0
    assert "4 of 4" in page.words.text()
    assert f"this neuron is {page.task.label}" in page.words.text()


def test_that_xor_says_that_no_line_does_better_and_opens_a_hidden_layer(
    make_page: MakePage[PerceptronPage], behind: Behind
) -> None:
    page = make_page(PerceptronPage)
    assert page.hidden.isHidden()
    choose(page.data, "xor")
    assert "No line does better than 75 %" in page.words.text()
    page.best.click()
    assert page.weights.accuracy(page.task.rows, page.task.targets) == 0.75
    assert "75 %" in page.words.text()
    page.hidden.click()
    assert behind.opened == [HIDDEN]
    assert len(HIDDEN.layers) == 1
    assert HIDDEN.data.dataset == "xor"


def test_that_a_step_says_what_it_did_and_can_be_taken_back(make_page: MakePage[PerceptronPage]) -> None:
    page = make_page(PerceptronPage)
    page.sliders[0].field.committed.emit("0.5")
    page.sliders[1].field.committed.emit("1")
    page.sliders[2].field.committed.emit("1")
    start = page.weights
    steps(page, 1)
    assert page.weights == Weights(0.0, 1.0, 1.0)
    assert "taken from the weights" in page.words.text()
    assert page.chosen == 0
    steps(page, 1)
    after = page.weights
    assert page.chosen == 1
    steps(page, 1)
    QTest.keyClick(page, Qt.Key.Key_B)
    assert page.weights == after
    QTest.keyClick(page, Qt.Key.Key_R)
    assert page.weights == start


def test_that_gradient_descent_cannot_move_a_step_and_says_so(make_page: MakePage[PerceptronPage]) -> None:
    page = make_page(PerceptronPage)
    choose(page.method, "descent")
    before = page.weights
    steps(page, 3)
    assert page.weights == before
    assert "flat on both sides" in page.words.text()
    choose(page.activation, "sigmoid")
    for _ in range(100):
        page.steps.asked.emit(20)
    assert page.weights.accuracy(page.task.rows, page.task.targets) == 1.0


def test_that_the_sum_of_the_chosen_point_is_written_out(make_page: MakePage[PerceptronPage]) -> None:
    page = make_page(PerceptronPage)
    page.sliders[0].field.committed.emit("-1.5")
    page.sliders[1].field.committed.emit("1")
    page.sliders[2].field.committed.emit("2")
    page.plot.clicked.emit(0.95, 0.1)
    assert page.chosen == 2
    words = page.sum.accessibleDescription().replace("\N{MINUS SIGN}", "-")
    assert "= -1.5 + 1 × 1 + 2 × 0" in words
    assert "= -0.5" in words
    assert "g(z) = 0, target 0: right" in words


def test_that_weights_without_a_line_and_beyond_all_numbers_are_borne(
    make_page: MakePage[PerceptronPage],
) -> None:
    page = make_page(PerceptronPage)
    page.sliders[1].field.committed.emit("0")
    page.sliders[2].field.committed.emit("0")
    assert "there is no line" in page.words.text()
    assert page.plot.handles == ()
    choose(page.activation, "linear")
    choose(page.method, "descent")
    choose(page.data, "cloud_1")
    page.rate.set_value(10.0)
    for _ in range(400):
        page.steps.asked.emit(10)
    assert not page.weights.is_finite
    assert page.words.property("role") == "warning"
    page.apply_theme(DARK)
    assert not page.grab().isNull()
    QTest.keyClick(page, Qt.Key.Key_R)
    assert page.weights.is_finite


def test_that_a_number_out_of_range_is_refused_in_words(make_page: MakePage[PerceptronPage]) -> None:
    page = make_page(PerceptronPage)
    for slider in (*page.sliders, page.rate, page.point):
        before = slider.value
        slider.field.committed.emit("1e9")
        assert "must be between" in page.words.text()
        assert slider.value == before
        page.say("")


def test_that_open_rows_of_two_inputs_are_offered_and_others_are_not(
    make_page: MakePage[PerceptronPage], behind: Behind
) -> None:
    page = make_page(PerceptronPage)
    page.refresh()
    item = page.data.combo.model().index(page.data.combo.findData(OPEN), 0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    behind.run(dataset="gauss", samples=100)
    page.refresh()
    choose(page.data, OPEN)
    assert behind.seen is not None
    assert len(page.task.rows) == len(behind.seen.prepared.train_rows)
    behind.run(dataset="fish_species", features=list(dataset("fish_species").inputs))
    page.refresh()
    assert page.task.key == "and"


# Activations --------------------------------------------------------------------------------------------


def test_that_chosen_functions_are_drawn_with_their_slopes_and_read_off(
    make_page: MakePage[ActivationsPage],
) -> None:
    page = make_page(ActivationsPage)
    page.functions.set_keys(())
    page.functions.chip("sigmoid").click()
    assert [one.name for one in page.values.things if isinstance(one, Curve)] == ["Sigmoid"]
    page.z.field.committed.emit("0")
    assert "Sigmoid 0.5, slope 0.25" in page.reading.accessibleDescription().replace("\u00a0", " ")
    for plot, value in ((page.values, 0.5), (page.slopes, 0.25)):
        assert [one.xy.tolist() for one in plot.things if isinstance(one, Marks)] == [[[0.0, value]]]
    page.functions.chip("sigmoid").click()
    assert page.values.is_empty
    assert "Switch on a function" in page.words.text()


def test_that_every_function_can_be_drawn_and_z_dragged(make_page: MakePage[ActivationsPage]) -> None:
    page = make_page(ActivationsPage)
    page.functions.set_keys([one.key for one in ACTIVATIONS])
    page.values.moved.emit("z", 99.0, 0.3)
    assert page.z.value == 6.0
    curves = [one for one in page.values.things if isinstance(one, Curve)]
    assert len(curves) == 15
    assert len({(one.look.colour, one.look.dash) for one in curves}) == 15
    QTest.keyClick(page.values, Qt.Key.Key_Left)
    assert page.z.value < 6.0
    page.apply_theme(DARK)
    assert not page.grab().isNull()


def test_that_softmax_shares_add_up_and_ignore_a_shift(make_page: MakePage[ActivationsPage]) -> None:
    page = make_page(ActivationsPage)
    page.sides.chips["layer"].click()
    before = [one.high[0] for one in page.bars.things if isinstance(one, Room)]
    assert len(before) == 3
    assert sum(before) == pytest.approx(1.0, abs=1e-12)
    page.shift.field.committed.emit("5")
    after = [one.high[0] for one in page.bars.things if isinstance(one, Room)]
    assert after == pytest.approx(before, abs=1e-12)
    assert "no share has changed" in page.words.text()
    choose(page.count, "2")
    assert "sigmoid of the difference" in page.words.text()
    assert page.scores[2].isHidden()


# Logistic regression ------------------------------------------------------------------------------------


def test_that_the_neuron_comes_to_scikit_learns_answer(
    make_page: MakePage[LogisticPage], qtbot: QtBot
) -> None:
    page = make_page(LogisticPage)
    qtbot.waitUntil(lambda: page.answer is not None, timeout=20_000)
    assert page.answer is not None
    choose(page.method, "newton")
    steps(page, 9)
    np.testing.assert_allclose(page.weights, page.answer.weights, atol=1e-3)
    assert "the same model" in page.words.text()
    QTest.keyClick(page, Qt.Key.Key_R)
    assert page.made == 0
    assert not page.weights.any()


def test_that_the_engine_trains_it_while_it_plays(make_page: MakePage[LogisticPage], qtbot: QtBot) -> None:
    page = make_page(LogisticPage)
    qtbot.waitUntil(lambda: page.answer is not None, timeout=20_000)
    page.steps.speed.set_key("2000")
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "the same model" in page.words.text(), timeout=30_000)
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert not page.steps.is_playing


def test_that_parted_clouds_have_no_last_answer(make_page: MakePage[LogisticPage], qtbot: QtBot) -> None:
    page = make_page(LogisticPage)
    page.noise.field.committed.emit("0")
    qtbot.waitUntil(lambda: page.answer is not None, timeout=20_000)
    assert "parts these points without an error" in page.words.text()


def test_that_a_rate_too_large_is_flagged_and_draws_on(make_page: MakePage[LogisticPage]) -> None:
    page = make_page(LogisticPage)
    choose(page.method, "sgd")
    page._neuron.run(1)
    page._neuron._network.set_parameters([np.nan, np.inf, 0.0])
    page.steps.asked.emit(1)
    assert page.words.property("role") == "warning"
    assert "smaller learning rate" in page.words.text()
    assert not page.grab().isNull()


# Shapes -------------------------------------------------------------------------------------------------


def test_that_widths_change_shapes_and_count(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    assert "13 parameters" in page.table.accessibleDescription()
    page.rows[0].more.click()
    page.rows[1].more.click()
    page.rows[2].field.committed.emit("3")
    assert page.widths == (3, 4, 3)
    assert page.preset.key == "3-4-3"
    assert "31 parameters" in page.table.accessibleDescription()
    page.add.click()
    assert page.widths == (3, 4, 4, 3)
    assert page.preset.key == "own"
    assert f"{parameters(page.widths)} parameters" in page.table.accessibleDescription()
    page.remove.click()
    page.remove.click()
    assert page.widths == (3, 3)
    assert not page.remove.isEnabled()
    choose(page.preset, "5-32-32-32-1")
    assert "2,337 parameters" in page.table.accessibleDescription()


def test_that_a_width_that_is_none_is_refused(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    for text in ("many", "0", "2.5", "9999"):
        page.rows[1].field.committed.emit(text)
        assert "whole number" in page.words.text()
        assert page.widths == (2, 3, 1)


def test_that_a_link_and_its_weight_point_at_each_other(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    first, second = page.network.place_of(0, 1), page.network.place_of(1, 2)
    assert first is not None
    assert second is not None
    place = first * 0.7 + second * 0.3
    assert page.network.link_at(place) == (0, 2, 1)
    none, still = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page.network, QMouseEvent(QEvent.Type.MouseMove, place, place, none, none, still))
    assert "w32 leads from x2 to neuron 3" in page.words.text()
    assert "row 3, column 2" in page.words.text()
    QTest.keyClick(page.matrix, Qt.Key.Key_Up)
    assert "w22" in page.words.text()
    choose(page.form, "column")
    assert "row 2, column 3" in page.words.text()
    box = page.matrix._layout()[1][3]
    inside = QPointF(box.left() + box.width() / 3 * 1.5, box.top() + box.height() / 3 * 0.5)
    assert page.matrix.cell_at(inside) == (0, 0)
    assert page.matrix.cell_at(QPointF(box.left() + 2, box.top() + 2)) is None


def test_that_changing_a_weight_changes_its_sum_alone(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    page.network.pointed.emit((0, 1, 0))
    before = page.matrix._z.copy()
    page.weight.field.committed.emit("-2" if page.weight.value != -2 else "2")
    assert np.flatnonzero(page.matrix._z != before).tolist() == [1]
    assert "only z2 has changed" in page.words.text()


def test_that_wide_layers_are_drawn_in_part(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    choose(page.preset, "5-300-300-1")
    assert "92,401 parameters" in page.table.accessibleDescription()
    assert shown(300) == [0, 1, 2, 3, 4, 5, None, 299]
    assert page.network.place_of(1, 299) is not None
    assert page.network.place_of(1, 100) is None
    choose(page.layer, "1")
    assert not page.grab().isNull()


def test_that_the_quiz_counts_first_answers_and_helps(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    page.sides.chips["quiz"].click()
    quiz = page.quiz
    quiz.field.setText("many")
    QTest.keyClick(quiz.field, Qt.Key.Key_Return)
    assert "cannot be read" in page.words.text()
    assert quiz.answered == 0
    quiz.field.setText("1")
    quiz.check.click()
    assert (quiz.right, quiz.answered) == (0, 1)
    quiz.hint.click()
    quiz.hint.click()
    assert not quiz.hint.isEnabled()
    assert quiz.question.hints[1] in quiz.help.accessibleDescription()
    quiz.field.setText(f"{quiz.question.answer[0]:g}")
    quiz.check.click()
    assert (quiz.right, quiz.answered) == (0, 1)
    assert not quiz.check.isEnabled()
    quiz.following.click()
    assert len(quiz.question.answer) == 2
    rows, columns = quiz.question.answer
    quiz.field.setText(f"{rows:g} x {columns:g}")
    quiz.check.click()
    assert quiz.score == "1 of 2 right at the first try"
    quiz.following.click()
    quiz.solve.click()
    assert quiz.question.worked in quiz.help.accessibleDescription()
    assert quiz.score == "1 of 3 right at the first try"
    page.again.click()
    assert quiz.score == "0 of 0 right at the first try"


def test_that_a_width_that_is_asked_for_is_not_drawn(make_page: MakePage[ShapesPage]) -> None:
    page = make_page(ShapesPage)
    page.sides.chips["quiz"].click()
    while "hidden neurons" not in page.quiz.question.text:
        page.quiz.following.click()
    assert page.quiz_network.widths[1] == 0
    assert not page.grab().isNull()
