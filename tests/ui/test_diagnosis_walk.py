"""A walk in which each diagnosis is provoked on purpose and said, and gone once its remedy was tried."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.training.diagnosis import Finding
from playground.ui.main_window import MainWindow
from playground.ui.panels.findings import VANISHES, Steady

LONG = 30_000


def with_layers(name: str, *units: int, activation: str = "tanh", **training: object) -> Experiment:
    """Return an example with these layers instead of its own."""
    wanted = files.example(name)
    for layer in wanted.layers:
        wanted = edits.remove_layer(wanted, layer.id)
    for index, count in enumerate(units):
        wanted = edits.add_layer(wanted, index, units=count, activation=activation)
    return edits.set_training(wanted, **training)


def zeros() -> Experiment:
    wanted = files.example("circle")
    for layer in wanted.layers:
        wanted = edits.set_initializer(wanted, layer.id, "zeros")
    return wanted


def raw() -> Experiment:
    return edits.set_data(with_layers("fish", 8, activation="relu"), scaling="none", target_scaling="none")


def memorising() -> Experiment:
    wanted = edits.set_data(with_layers("spiral", 16, 16), samples=60, noise=0.4)
    return edits.set_training(edits.set_optimizer(wanted, "adam"), learning_rate=0.03)


def keys(window: MainWindow) -> list[str]:
    return [finding.key for finding in window.status.findings.found]


def told(window: MainWindow, qtbot: QtBot, key: str) -> Finding:
    """Wait until a finding is at the head of the line, and return it."""
    qtbot.waitUntil(lambda: keys(window)[:1] == [key], timeout=LONG)
    finding = window.status.findings.found[0]
    assert finding.sentence in window.status.words.sentence
    return finding


def tried(window: MainWindow, qtbot: QtBot, label: str, key: str) -> None:
    """Click the button, which must say this, and wait until the finding is gone from the whole list."""
    line = window.status.findings
    assert label in line.first.text()
    assert "Ctrl+." in line.first.text()
    line.first.click()
    assert "Done:" in window.status.words.sentence
    window.status.drop_notice()
    before = window.bridge.snapshot
    qtbot.waitUntil(lambda: window.bridge.snapshot not in (None, before), timeout=LONG)
    assert window.bridge.playing
    end = shown(window).step + 200
    qtbot.waitUntil(lambda: shown(window).step > end, timeout=LONG)
    qtbot.waitUntil(lambda: key not in keys(window), timeout=LONG)


Case = tuple[Callable[[], Experiment], str, str, str, str]

WALK: dict[str, Case] = {
    "zeros initializer": (
        zeros,
        "alike",
        "starts with all weights zero",
        "neurons of Dense 1 still have the same weights",
        "Draw the first weights at random",
    ),
    "8 sigmoid layers": (
        lambda: with_layers("gauss", *[4] * 8, activation="sigmoid"),
        "vanishing",
        "The gradient vanishes on its way back",
        "of the output's",
        "Use ReLU in the hidden layers",
    ),
    "ReLU on raw inputs": (
        raw,
        "unscaled",
        "different units and sizes",
        "Their spreads go from",
        "Scale the columns",
    ),
    "classes without softmax": (
        lambda: edits.set_activation(files.example("blobs"), "output", "linear"),
        "no_classes",
        "use softmax with its cross-entropy",
        "points right",
        "Use softmax with its cross-entropy",
    ),
    "a linear stack on xor": (
        lambda: with_layers("xor", 4, 4, activation="linear"),
        "linear",
        "no more than a single layer",
        "points right",
        "Use Tanh in the hidden layers",
    ),
    "a rate of 10 with tanh": (
        lambda: with_layers("circle", 6, learning_rate=10.0),
        "saturated",
        "is saturated",
        "at the ends of their range",
        "Begin again with a learning rate of 0.03",
    ),
    "no hidden layer": (
        lambda: edits.set_optimizer(with_layers("xor", learning_rate=0.03), "adam"),
        "plateau",
        "hardly moved",
        "Train loss",
        "Add a hidden layer",
    ),
    "dead neurons": (
        lambda: with_layers("curve", 8, activation="relu", learning_rate=1.0),
        "dead",
        "are dead",
        "of 8 neurons of Dense 1",
        "Begin again with a learning rate of 0.03",
    ),
}


@pytest.mark.parametrize("name", WALK)
def test_that_what_was_provoked_is_said_and_its_remedy_helps(
    name: str, make_window: MakeWindow, qtbot: QtBot
) -> None:
    make, key, sentence, evidence, label = WALK[name]
    window = make_window(make())
    window.bridge.set_playing(True)
    finding = told(window, qtbot, key)
    assert sentence in finding.sentence
    qtbot.waitUntil(lambda: evidence in window.status.findings.found[0].evidence, timeout=LONG)
    count = window.document.undo_stack.count()
    tried(window, qtbot, label, key)
    assert window.document.undo_stack.count() == count + 1


def test_that_a_run_beyond_all_numbers_goes_back_to_its_last_good_weights(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(with_layers("plane", 8, activation="relu", learning_rate=10.0))
    window.bridge.set_playing(True)
    finding = told(window, qtbot, "nan")
    assert finding.sentence.startswith("Step ")
    assert "beyond all numbers" in finding.sentence
    line = window.status.findings
    assert "rate / 3" in line.first.text()
    assert [remedy.label for remedy in finding.remedies] == [
        "Back to the last good weights, rate / 3",
        "Rewind",
    ]
    for _ in range(8):  # from 10 to where it learns
        if keys(window)[:1] != ["nan"]:
            break
        rate, lost = window.document.experiment.training.learning_rate, shown(window).problem
        line.first.click()
        assert window.document.experiment.training.learning_rate < rate / 2
        qtbot.waitUntil(lambda lost=lost: shown(window).problem != lost, timeout=LONG)
        qtbot.waitUntil(lambda: shown(window).problem is not None or shown(window).step > 500, timeout=LONG)
        window.status.drop_notice()
    assert shown(window).problem is None
    assert "nan" not in keys(window)


def test_that_overfitting_is_told_with_both_losses(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(memorising())
    window.bridge.set_playing(True)
    finding = told(window, qtbot, "overfitting")
    assert "test loss was best at epoch" in finding.sentence
    assert "Train loss" in finding.evidence
    assert [remedy.label for remedy in finding.remedies] == [
        "Use L2 with a penalty of 0.01",
        "Draw 240 samples",
    ]
    tried(window, qtbot, "Use L2", "overfitting")


def test_that_a_loss_that_needs_another_output_is_mended_by_a_click(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    blobs = files.example("blobs")
    wrong = blobs.replace(output=blobs.output.replace(activation="tanh"))
    window = make_window(files.example("circle"))
    window.document.apply(wrong, "Break it")
    qtbot.waitUntil(lambda: "needs Softmax at the output" in window.status.words.sentence)
    assert keys(window) == ["loss_output"]
    window.actions_by_key["remedy"].trigger()
    assert window.document.experiment.output.activation == "softmax"
    qtbot.waitUntil(lambda: not window.bridge.is_outdated and keys(window) == [])


def test_that_all_findings_are_listed_with_their_remedies(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(zeros())
    window.bridge.set_playing(True)
    qtbot.waitUntil(lambda: {"alike", "plateau"} <= set(keys(window)), timeout=LONG)
    line = window.status.findings
    assert line.more.isVisible()
    line.more.click()
    assert line.popup.isVisible()
    entries = " ".join(line.popup.entries())
    assert "starts with all weights zero" in entries
    assert "hardly moved" in entries
    window.bridge.set_playing(False)
    line.popup.hide()


def test_that_findings_come_and_go_slowly_but_pressing_ones_at_once() -> None:
    steady, one = Steady(), (Finding("plateau", "It stands still."),)
    assert steady.look(one, at_once=False) == ()
    assert steady.look(one, at_once=False) == one
    for _ in range(VANISHES - 1):
        assert steady.look((), at_once=False) == one
    assert steady.look((), at_once=False) == ()
    lost = (Finding("nan", "It is lost.", pressing=True),)
    assert steady.look(lost, at_once=False) == lost
    assert steady.look((), at_once=False) == ()
    assert steady.look(one, at_once=True) == one
