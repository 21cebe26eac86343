"""The instrument that shows a stack of linear layers as one matrix, and puts one layer in their place."""

from dataclasses import replace

import numpy as np
import pytest
from layer_cases import stack
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits
from playground.experiment.model import Dense, Experiment
from playground.experiment.plan import layer_shapes
from playground.ui.instruments.collapse import CollapsePanel, why_not
from playground.ui.instruments.product import Product, Term
from playground.ui.main_window import MainWindow
from playground.ui.theme.tokens import DARK, LIGHT


def linear(*layers: int | str, **training: object) -> Experiment:
    """Return a network on XOR in double precision whose hidden Dense layers are linear."""
    made = edits.set_dataset(stack(*layers), "xor")
    for layer in made.layers:
        if isinstance(layer, Dense):
            made = edits.set_activation(made, layer.id, "linear")
    return edits.set_training(made, **{"precision": "float64", **training})


def opened(window: MainWindow, qtbot: QtBot, epochs: int = 3) -> CollapsePanel:
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    panel = window.instruments.open("collapse")
    assert isinstance(panel, CollapsePanel)
    if epochs:
        window.bridge.play_until(epochs)
        qtbot.waitUntil(lambda: shown(window).epoch == epochs and shown(window).state == "paused")
    return panel


def test_that_it_says_how_many_numbers_would_do(make_window: MakeWindow, qtbot: QtBot) -> None:
    panel = opened(make_window(linear(4, 4)), qtbot)
    assert "Dense 1, Dense 2 and Output are one matrix" in panel.words.text()
    assert "3 layers with 37 parameters say what one layer with 3 says." in panel.words.text()
    assert "Tanh bends only what comes out at the end" in panel.words.text()


def test_that_the_product_is_that_of_the_weights_on_screen(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(linear(4, 3))
    panel = opened(window, qtbot)
    terms, weights = panel.product.terms, shown(window).weights
    assert [term.name for term in terms] == ["Output", "Dense 2", "Dense 1", "together: W", "b"]
    assert "".join(term.sign for term in terms) == "··=x +"
    np.testing.assert_allclose(terms[3].values, weights[2] @ weights[1] @ weights[0], rtol=1e-12)


def test_that_one_layer_in_their_place_answers_the_same(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(linear(4, "batch_norm", 3))
    panel = opened(window, qtbot)
    before = shown(window)
    qtbot.mouseClick(panel.replace, Qt.MouseButton.LeftButton)
    assert window.document.experiment.layers == ()
    assert window.document.undo_stack.count() == 1
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id != before.run_id)
    after = shown(window)
    assert after.epoch == before.epoch
    np.testing.assert_allclose(after.picture.output, before.picture.output, atol=1e-10)
    window.document.undo_stack.undo()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id != after.run_id)
    for old, new in zip(before.weights, shown(window).weights, strict=True):
        np.testing.assert_array_equal(old, new)


def test_that_layers_beside_the_stack_keep_what_they_have_learnt(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    experiment = edits.set_activation(linear(4, 3, 5, 2), "layer1", "tanh")
    experiment = edits.set_activation(experiment, "layer3", "tanh")
    experiment = edits.set_link(experiment, "layer1", 0, 1, False)
    window = make_window(experiment)
    panel = opened(window, qtbot)
    before = shown(window)
    assert panel.which.isVisibleTo(panel)
    panel.which.chosen.emit(panel.which.key)
    panel.replace.click()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id != before.run_id)
    after = shown(window)
    assert after.asleep is not None
    assert after.asleep[0][0, 1] != 0.0
    np.testing.assert_array_equal(after.weights[0], before.weights[0])
    np.testing.assert_allclose(after.picture.output, before.picture.output, atol=1e-10)


def test_that_untrained_layers_are_replaced_by_what_they_are(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(linear(4))
    panel = opened(window, qtbot, epochs=0)
    before = shown(window)
    panel.replace.click()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id != before.run_id)
    np.testing.assert_allclose(shown(window).picture.output, before.picture.output, atol=1e-10)


def test_that_a_skip_that_is_in_the_way_is_named(make_window: MakeWindow, qtbot: QtBot) -> None:
    experiment = edits.set_activation(linear(3, 3, 3, "skip", 2), "layer3", "tanh")
    window = make_window(experiment)
    panel = opened(window, qtbot)
    refused: list[str] = []
    window.document.refused.connect(refused.append)
    panel.replace.click()
    assert "Skip adds values from within" in refused[-1]
    assert window.document.experiment == experiment


def test_that_nothing_is_replaced_while_a_new_run_is_on_its_way(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(linear(4))
    panel = opened(window, qtbot)
    window.document.edit("Widen", edits.set_units, "layer1", 6)
    panel.replace.click()
    assert [layer.units for layer in window.document.experiment.layers] == [6]


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (stack(), "Output is the only layer with weights"),
        (stack(3), "Tanh bends what Dense 1 passes on"),
        (linear(3, "layer_norm"), "Layer norm stands between the linear layers"),
    ],
)
def test_that_a_network_without_a_stack_says_what_to_do(experiment: Experiment, words: str) -> None:
    assert words in why_not(layer_shapes(experiment))


def test_that_without_a_stack_there_is_nothing_to_press(make_window: MakeWindow, qtbot: QtBot) -> None:
    panel = opened(make_window(stack(3)), qtbot)
    assert "Choose Linear as the activation of Dense 1" in panel.words.text()
    assert not panel.replace.isVisibleTo(panel)
    assert not panel.area.isVisibleTo(panel)


def test_that_without_a_run_it_says_how_to_begin(make_window: MakeWindow, qtbot: QtBot) -> None:
    panel = opened(make_window(linear(3)), qtbot)
    panel.clear()
    assert "Play" in panel.words.text()


def test_that_large_layers_are_multiplied_beside_the_window(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(linear(300, 300, precision="float32"))
    panel = opened(window, qtbot, epochs=0)
    qtbot.waitUntil(lambda: len(panel.product.terms) == 5)
    assert not panel.product.terms[1].in_numbers
    assert panel.product.terms[3].values.shape == (1, 2)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300, 0.0])
def test_that_no_number_does_harm(make_window: MakeWindow, qtbot: QtBot, value: float) -> None:
    window = make_window(linear(3, "batch_norm", "dropout", 20))
    panel = opened(window, qtbot)
    spoilt = tuple(np.full_like(one, value) for one in shown(window).weights)
    panel.show_snapshot(replace(shown(window), weights=spoilt))
    assert not panel.grab().isNull()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_that_a_sign_is_seen_in_the_number(qtbot: QtBot, theme: object) -> None:
    product = Product()
    qtbot.addWidget(product)
    product.apply_theme(theme)  # type: ignore[arg-type]
    product.show_terms([Term("A", np.array([[0.5, -0.5]]))])
    one = product.grab().toImage()
    product.show_terms([Term("A", np.array([[0.5, 0.5]]))])
    assert product.grab().toImage() != one
