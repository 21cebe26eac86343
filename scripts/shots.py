"""The states of the window that `screenshots.py` draws: a table of shots, and what arranges them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shots_batches import BATCHES_SHOTS
from shots_compare import compared, kept_runs, many_seeds
from shots_descent import DESCENT_SHOTS
from shots_files import (
    ask_animation,
    code,
    export,
    export_animation,
    export_picture,
    import_flowers,
    long_names,
    repair_flowers,
    use_flowers,
)
from shots_inside import (
    alike,
    collapse,
    example,
    held,
    held_deep,
    instrument,
    linear,
    list_findings,
    look_back,
    matrix,
    select_frozen,
    show_changes,
    touch,
    walk,
    with_layers,
)
from shots_labs import PROJECTED
from shots_neuron import NEURON_SHOTS
from shots_noise import NOISE_SHOTS
from shots_overparam import OVERPARAM_SHOTS
from shots_race import RACE_SHOTS
from shots_signals import open_signals, sigmoids
from shots_sweep import SWEEP_SHOTS

if TYPE_CHECKING:
    from playground.experiment.model import Experiment
    from playground.ui.main_window import MainWindow

SMALLEST, SMALL, LARGE = (900, 600), (1280, 800), (1920, 1080)


def _as_it_is(experiment: "Experiment") -> "Experiment":
    return experiment


def _nothing(_window: "MainWindow") -> None:
    """Leave the window as it is."""


@dataclass(frozen=True)
class Shot:
    """One picture: an example, how long to train it, and what to do to it before and after."""

    name: str
    example: str
    epochs: int = 150
    size: tuple[int, int] = SMALL
    settings: dict[str, object] = field(default_factory=dict)
    edit: Callable[["Experiment"], "Experiment"] = _as_it_is
    arrange: Callable[["MainWindow"], None] = _nothing


def _all_features(experiment: "Experiment") -> "Experiment":
    from playground.data import FEATURES

    features = tuple(feature.key for feature in FEATURES)
    return experiment.replace(data=experiment.data.replace(features=features))


def _deep(experiment: "Experiment") -> "Experiment":
    return _all_features(with_layers(8, 8, 8, 8, 8, 8)(experiment))


def _diverging(experiment: "Experiment") -> "Experiment":
    return experiment.replace(training=experiment.training.replace(learning_rate=100.0))


def _select_first(window: "MainWindow") -> None:
    window.selection.select(window.document.experiment.layers[0].id)


def _pin(window: "MainWindow") -> None:
    from playground.ui.selection import NeuronRef

    layer = window.document.experiment.layers[-1].id
    window.selection.select(layer)
    window.selection.pin(NeuronRef(layer, 1))


def _all_kinds(experiment: "Experiment") -> "Experiment":
    """Return the experiment with a layer of every kind."""
    from playground.experiment import edits

    experiment = with_layers(8, 8, 8)(experiment)
    for index, kind in ((3, "skip"), (2, "dropout"), (1, "batch_norm"), (6, "layer_norm")):
        experiment = edits.add_layer(experiment, index, kind=kind)
    return experiment


def _wide_kinds(experiment: "Experiment") -> "Experiment":
    from playground.experiment import edits

    experiment = with_layers(128, 128)(experiment)
    for index, kind in ((2, "skip"), (1, "batch_norm")):
        experiment = edits.add_layer(experiment, index, kind=kind)
    return experiment


def _select(kind: str) -> Callable[["MainWindow"], None]:
    """Return what selects the last layer of a kind."""

    def arrange(window: "MainWindow") -> None:
        layers = window.document.experiment.layers
        window.selection.select(next(layer.id for layer in reversed(layers) if layer.kind == kind))

    return arrange


def _scheduled(experiment: "Experiment") -> "Experiment":
    """Return the experiment with a schedule, clipping and every rule for stopping."""
    from playground.experiment import edits

    rules = {"at_end": True, "patience": 60, "target": 0.001, "plateau": 200}
    experiment = edits.set_epochs(edits.set_optimizer(experiment, "adamw"), 300)
    return edits.set_training(
        experiment,
        schedule="warm_restarts",
        schedule_parameters={"multiplier": 2.0},
        clipping="norm",
        stopping=rules,
    )


def _restarting(experiment: "Experiment") -> "Experiment":
    """Return the experiment with cycles of the learning rate, planned for four of them."""
    from playground.experiment import edits

    experiment = edits.set_data(edits.set_epochs(experiment, 200), noise=0.4)
    return edits.set_training(experiment, schedule="warm_restarts")


def _show_ensemble(window: "MainWindow") -> None:
    window.output_panel.ensemble_option.click()


def _of(dataset: str, *units: int, scaling: str = "standard") -> Callable[["Experiment"], "Experiment"]:
    """Return an edit that takes a data set and learns it with these layers."""

    def edit(experiment: "Experiment") -> "Experiment":
        from playground.experiment import edits

        experiment = edits.set_data(edits.set_dataset(experiment, dataset), scaling=scaling)
        return edits.set_training(with_layers(*units)(experiment), learning_rate=0.03)

    return edit


def _view(key: str) -> Callable[["MainWindow"], None]:
    """Return what chooses an output view."""

    def arrange(window: "MainWindow") -> None:
        choice = window.output_panel.output_choice.combo
        choice.setCurrentIndex(choice.findData(key))
        choice.activated.emit(choice.currentIndex())

    return arrange


def _hold(window: "MainWindow") -> None:
    """Show a slice of two columns with the sliders of the others."""
    from playground.ui.plots import SlicePlot

    _view("slice")(window)
    slice_plot = window.output_panel.outputs.currentWidget()
    assert isinstance(slice_plot, SlicePlot)
    slice_plot.show_axes(*window.document.experiment.data.features[2:4])
    slice_plot.open_held()


def _row(window: "MainWindow") -> None:
    """Open the card of a row in the middle of the first view."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    view = window.output_panel.outputs.currentWidget()
    assert view is not None
    QTest.keyClick(view, Qt.Key.Key_Return)


def _disturbed(experiment: "Experiment") -> "Experiment":
    """Return the experiment with wider turns of the spiral, jitter and flipped labels."""
    from playground.experiment import edits

    changed = edits.set_shape(experiment, "turns", 1.25)
    return edits.set_data(changed, jitter=0.1, flipped=0.1, balance=0.4)


def _scroll_to_more(window: "MainWindow") -> None:
    """Bring what is under More in the data panel into sight."""
    from PySide6.QtWidgets import QApplication

    QApplication.processEvents()
    panel = window.data_panel
    panel.verticalScrollBar().setValue(panel.drawn.y())


def _open_details(window: "MainWindow") -> None:
    window.top_bar.more.click()


def _show_gelu(window: "MainWindow") -> None:
    from playground.experiment import edits

    _select_first(window)
    window.document.edit("Use GELU", edits.set_activation, window.selection.layer, "gelu")


def _drag(window: "MainWindow") -> None:
    """Hold a Dense chip over the last gap."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    chip = window.network.palette_row.dense
    view = window.network.view
    gap = view.diagram.layout.gaps[-1].band.center()
    target = view.viewport().mapToGlobal(view.mapFromScene(gap))
    QTest.mousePress(chip, Qt.MouseButton.LeftButton, pos=chip.rect().center())
    for share in (0.2, 0.6, 1.0):
        start = chip.mapToGlobal(chip.rect().center())
        step = start + QPoint(
            round((target.x() - start.x()) * share), round((target.y() - start.y()) * share)
        )
        QTest.mouseMove(chip, chip.mapFromGlobal(step))


def _paint(window: "MainWindow") -> None:
    """Paint a third class over the data with a few strokes, and leave the brush on the canvas."""
    from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
    from PySide6.QtTest import QTest

    from playground.ui.plots import BoundaryPlot

    window.actions_by_key["paint"].trigger()
    view = window.output_panel.outputs.currentWidget()
    assert isinstance(view, BoundaryPlot)
    if window.document.experiment.data.source.task == "classification":
        window.output_panel.painting.choose(3)
    canvas = view.canvas

    def at(x: float, y: float) -> QPoint:
        return canvas.mapFrom(view, view.place_of(x, y))

    for (x0, y0), (x1, y1) in (((-5.0, -5.0), (-1.0, -5.2)), ((-5.0, -3.6), (-4.6, 0.0))):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(x0, y0))
        QTest.mouseMove(canvas, at((x0 + x1) / 2, (y0 + y1) / 2))
        QTest.mouseMove(canvas, at(x1, y1))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(x1, y1))
    window.bridge.set_playing(True)
    learning = QEventLoop()
    QTimer.singleShot(2500, learning.quit)
    learning.exec()
    window.bridge.set_playing(False)
    QTest.mouseMove(canvas, at(3.0, 4.6))


def _blank(window: "MainWindow") -> None:
    window.data_panel.paint_asked.emit("classification")


def _with_validation(experiment: "Experiment") -> "Experiment":
    from playground.experiment import edits

    return edits.set_data(experiment, validation_fraction=0.2)


def _evaluate(window: "MainWindow") -> None:
    window.actions_by_key["evaluate"].trigger()
    window.actions_by_key["evaluate"].trigger()


def _look(tab: int, scaled: bool = False) -> Callable[["MainWindow"], None]:
    """Return what opens the window that shows the data on one of its pages."""

    def arrange(window: "MainWindow") -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        window.explore.open()
        dialog = window.explore.dialog
        assert dialog is not None
        dialog.tabs.setCurrentIndex(tab)
        if scaled:
            dialog.values.chips["scaled"].click()
        drawing = QEventLoop()
        QTimer.singleShot(900, drawing.quit)
        drawing.exec()
        dialog.rows.choose_row(17)
        dialog.scatter.matrix.choose_row(17)

    return arrange


DARK: dict[str, object] = {"theme": "dark"}


LIGHT: dict[str, object] = {"theme": "light"}
TEST: dict[str, object] = {"theme": "light", "show_test_points": True}

MISTAKES: dict[str, object] = {**TEST, "show_mistakes": True}
PROJECTOR: dict[str, object] = {"theme": "light", "projector": True}
SPECIES = _of("fish_species", 12, 8, scaling="log_whitened")
DIGITS = _of("digits", 32)

LAB_SHOTS = (
    *DESCENT_SHOTS,
    *RACE_SHOTS,
    *NEURON_SHOTS,
    *BATCHES_SHOTS,
    *NOISE_SHOTS,
    *OVERPARAM_SHOTS,
    *SWEEP_SHOTS,
    *PROJECTED,
)

SHOTS = (
    Shot("01-circle-light", "circle", settings=LIGHT),
    Shot("02-spiral-dark", "spiral", settings={**DARK, "show_test_points": True}, arrange=_select_first),
    Shot("03-spiral-1080p-light", "spiral", 400, LARGE, TEST, arrange=_pin),
    Shot("04-drag-light", "xor", settings=LIGHT, arrange=_drag),
    Shot("05-drag-dark", "xor", settings=DARK, arrange=_drag),
    Shot("06-deep-light", "spiral", 60, settings=LIGHT, edit=_deep),
    Shot("07-deep-1080p-dark", "spiral", 60, LARGE, DARK, edit=_deep),
    Shot("08-wide-light", "spiral", 20, settings=LIGHT, edit=with_layers(256, 256, 256)),
    Shot("09-blobs-light", "blobs", settings=TEST),
    Shot("10-blobs-dark", "blobs", settings=DARK, edit=with_layers(6, 5, 4)),
    Shot("11-hills-light", "multi-gauss", settings=LIGHT),
    Shot("12-curve-light", "curve", settings=TEST),
    Shot("13-curve-dark", "curve", settings=DARK, arrange=_select_first),
    Shot("14-fish-light", "fish", 300, settings=TEST),
    Shot("15-fish-1080p-dark", "fish", 300, LARGE, {**DARK, "show_test_points": True}),
    Shot("16-no-layer-light", "gauss", 40, settings=LIGHT),
    Shot("17-projector-light", "circle", 100, LARGE, {**LIGHT, "projector": True}),
    Shot("18-projector-dark", "spiral", 100, LARGE, {**DARK, "projector": True}, arrange=_select_first),
    Shot("19-twelve-layers-light", "circle", 30, settings=LIGHT, edit=with_layers(*[4] * 12)),
    Shot("20-diverged-light", "plane", settings=LIGHT, edit=_diverging),
    Shot("21-moons-dark", "moons", settings={**DARK, "discretize": True}),
    Shot("22-checkerboard-dark", "checkerboard", 200, settings=DARK),
    Shot("23-kinds-light", "spiral", 60, settings=LIGHT, edit=_all_kinds, arrange=_select("skip")),
    Shot("24-kinds-dark", "noisy-moons", 100, settings=DARK, arrange=_select("dropout")),
    Shot("25-deep-circle-1080p-light", "deep-circle", 30, LARGE, LIGHT, arrange=_select("skip")),
    Shot("26-wide-kinds-dark", "circle", 10, settings=DARK, edit=_wide_kinds, arrange=_select("batch_norm")),
    Shot("27-details-light", "circle", 40, settings=LIGHT, arrange=_open_details),
    Shot("28-details-dark", "spiral", 40, settings=DARK, edit=_scheduled, arrange=_open_details),
    Shot("29-details-small-light", "spiral", 40, SMALLEST, LIGHT, edit=_scheduled, arrange=_open_details),
    Shot(
        "30-details-projector-dark",
        "spiral",
        40,
        LARGE,
        {**DARK, "projector": True},
        edit=_scheduled,
        arrange=_open_details,
    ),
    Shot("31-slope-light", "spiral", 60, settings=LIGHT, arrange=_show_gelu),
    Shot("32-slope-small-dark", "spiral", 60, SMALLEST, DARK, arrange=_show_gelu),
    Shot("33-ensemble-light", "spiral", 200, settings=LIGHT, edit=_restarting),
    Shot("34-ensemble-dark", "spiral", 200, settings=DARK, edit=_restarting, arrange=_show_ensemble),
    Shot("35-ensemble-small-light", "spiral", 110, SMALLEST, LIGHT, edit=_restarting),
    Shot("36-import-light", "circle", 10, settings=LIGHT, arrange=import_flowers),
    Shot("37-import-dark", "circle", 10, settings=DARK, arrange=repair_flowers),
    Shot("38-import-small-light", "circle", 10, SMALLEST, LIGHT, arrange=import_flowers),
    Shot(
        "39-import-projector-dark",
        "circle",
        10,
        LARGE,
        {**DARK, "projector": True},
        arrange=import_flowers,
    ),
    Shot("40-own-rows-light", "circle", 10, settings=LIGHT, arrange=use_flowers),
    Shot("41-species-light", "circle", 150, settings=LIGHT, edit=SPECIES, arrange=_view("confusion")),
    Shot("42-species-dark", "circle", 150, LARGE, DARK, edit=SPECIES, arrange=_view("confusion")),
    Shot("43-species-projector", "circle", 150, LARGE, PROJECTOR, edit=SPECIES, arrange=_view("confusion")),
    Shot("44-digits-light", "circle", 10, settings=LIGHT, edit=DIGITS, arrange=_view("confusion")),
    Shot("45-circle-confusion-dark", "circle", 40, settings=DARK, arrange=_view("confusion")),
    Shot("46-slice-components-light", "circle", 150, settings=MISTAKES, edit=SPECIES, arrange=_view("slice")),
    Shot("47-slice-held-light", "circle", 60, settings=LIGHT, edit=SPECIES, arrange=_hold),
    Shot("48-slice-held-dark", "circle", 60, LARGE, DARK, edit=SPECIES, arrange=_hold),
    Shot("49-slice-held-projector", "circle", 60, LARGE, PROJECTOR, edit=SPECIES, arrange=_hold),
    Shot("50-digits-slice-light", "circle", 10, settings=LIGHT, edit=DIGITS, arrange=_view("slice")),
    Shot("51-digits-held-dark", "circle", 10, settings=DARK, edit=DIGITS, arrange=_hold),
    Shot("52-fish-residuals-light", "fish", 200, settings=TEST, arrange=_view("residuals")),
    Shot("53-fish-residuals-dark", "fish", 200, LARGE, DARK, arrange=_view("residuals")),
    Shot("54-fish-slice-projector", "fish", 200, LARGE, PROJECTOR, arrange=_view("slice")),
    Shot("55-spiral-mistakes-dark", "spiral", 20, settings={**DARK, "show_mistakes": True}, arrange=_row),
    Shot("56-digits-row-light", "circle", 10, settings=LIGHT, edit=DIGITS, arrange=_row),
    Shot("57-validation-light", "spiral", 100, settings=TEST, edit=_with_validation),
    Shot("58-evaluated-dark", "spiral", 100, settings=DARK, edit=_with_validation, arrange=_evaluate),
    Shot("59-evaluated-projector", "curve", 100, LARGE, PROJECTOR, edit=_with_validation, arrange=_evaluate),
    Shot("60-disturbed-light", "spiral", 150, settings=TEST, edit=_disturbed, arrange=_scroll_to_more),
    Shot("61-disturbed-dark", "spiral", 150, LARGE, DARK, edit=_disturbed),
    Shot("62-disturbed-small-light", "spiral", 60, SMALLEST, LIGHT, _disturbed, _scroll_to_more),
    Shot("63-disturbed-projector", "spiral", 60, LARGE, PROJECTOR, edit=_disturbed),
    Shot("64-look-iris-light", "circle", 5, settings=LIGHT, edit=_of("iris", 8), arrange=_look(0)),
    Shot("65-look-fish-dark", "fish", 5, settings=DARK, arrange=_look(0, scaled=True)),
    Shot("66-look-digits-light", "circle", 5, settings=LIGHT, edit=DIGITS, arrange=_look(0)),
    Shot("67-look-circle-light", "circle", 5, settings=LIGHT, arrange=_look(0)),
    Shot("68-look-long-names-light", "circle", 2, settings=LIGHT, edit=long_names, arrange=_look(0)),
    Shot("69-look-iris-projector", "circle", 5, LARGE, PROJECTOR, edit=_of("iris", 8), arrange=_look(0)),
    Shot("70-look-species-histograms-light", "circle", 5, settings=LIGHT, edit=SPECIES, arrange=_look(1)),
    Shot("71-look-fish-histograms-dark", "fish", 5, settings=DARK, arrange=_look(1, scaled=True)),
    Shot("72-look-projector-histograms", "circle", 5, LARGE, PROJECTOR, edit=SPECIES, arrange=_look(1)),
    Shot("73-look-fish-rows-light", "fish", 5, settings=LIGHT, arrange=_look(2)),
    Shot("74-look-rows-dark", "circle", 5, settings=DARK, edit=SPECIES, arrange=_look(2, scaled=True)),
    Shot("75-look-long-rows-projector", "circle", 2, LARGE, PROJECTOR, edit=long_names, arrange=_look(2)),
    Shot("76-look-small-dark", "circle", 5, SMALLEST, DARK, edit=SPECIES, arrange=_look(0, scaled=True)),
    Shot("77-painting-light", "circle", 40, settings=LIGHT, arrange=_paint),
    Shot("78-painting-dark", "multi-gauss", 40, settings=DARK, arrange=_paint),
    Shot("79-painting-projector", "circle", 40, LARGE, PROJECTOR, arrange=_paint),
    Shot("80-painting-small-dark", "circle", 40, SMALLEST, DARK, arrange=_paint),
    Shot("81-empty-canvas-light", "circle", 10, settings=LIGHT, arrange=_blank),
    Shot("82-empty-canvas-dark", "fish", 10, LARGE, DARK, arrange=_blank),
    Shot("83-picture-light", "spiral", 100, settings=LIGHT, arrange=export_picture("boundary")),
    Shot("84-picture-dark", "spiral", 100, settings=DARK, arrange=export_picture("diagram", "svg")),
    Shot("85-picture-projector", "spiral", 100, LARGE, PROJECTOR, arrange=export_picture("window")),
    Shot("86-animation-light", "spiral", 100, settings=LIGHT, arrange=ask_animation),
    Shot("87-animation-dark", "spiral", 100, settings=DARK, arrange=export_animation),
    Shot("88-animation-projector", "fish", 20, LARGE, PROJECTOR, arrange=ask_animation),
    Shot("89-code-keras-light", "circle", 40, settings=LIGHT, arrange=code()),
    Shot("90-code-torch-dark", "noisy-moons", 10, LARGE, DARK, arrange=code("torch")),
    Shot("91-code-numpy-projector", "circle", 40, LARGE, PROJECTOR, arrange=code("numpy")),
    Shot("92-code-small-light", "circle", 40, SMALLEST, LIGHT, arrange=code("plain", edit=False)),
    Shot("93-code-trained-dark", "circle", 40, settings=DARK, arrange=code("numpy", trained=True)),
    Shot(
        "94-export-light", "circle", 100, settings=LIGHT, arrange=export("npz", "onnx", "c", "numpy_script")
    ),
    Shot("95-export-dark", "species", 100, LARGE, DARK, arrange=export("safetensors", "json")),
    Shot("96-export-small-light", "circle", 10, SMALLEST, LIGHT, arrange=export("npz")),
    Shot("100-held-light", "circle", 100, settings=LIGHT, edit=held, arrange=select_frozen),
    Shot("101-held-dark", "spiral", 60, LARGE, DARK, edit=held_deep),
    Shot("102-held-projector", "circle", 60, SMALLEST, PROJECTOR, edit=held),
    Shot("103-collapse-light", "xor", 60, LARGE, LIGHT, edit=linear(4, 4), arrange=collapse),
    Shot("104-collapse-dark", "xor", 20, settings=DARK, edit=linear(4, 64, 3), arrange=collapse),
    Shot("105-weight-light", "circle", 40, settings=LIGHT, arrange=touch(1, 0)),
    Shot("106-weight-dark", "spiral", 40, SMALLEST, DARK, arrange=touch(2, None)),
    Shot("107-weight-projector", "circle", 40, LARGE, PROJECTOR, arrange=touch(0, 1, 1)),
    Shot("108-matrix-light", "circle", 40, settings=LIGHT, arrange=matrix(0)),
    Shot("109-matrix-dark", "deep-circle", 40, SMALLEST, DARK, arrange=matrix(0, setting=True)),
    Shot("110-matrix-projector", "circle", 40, LARGE, PROJECTOR, arrange=matrix(1)),
    Shot("111-example-forwards-light", "spiral", 100, settings=LIGHT, arrange=example(2, 1)),
    Shot("112-example-backwards-dark", "spiral", 100, LARGE, DARK, arrange=example(-2, 2)),
    Shot("113-example-projector", "circle", 60, LARGE, PROJECTOR, arrange=example(1, 0)),
    Shot("114-example-small-light", "circle", 60, SMALLEST, LIGHT, arrange=example(-1, 1)),
    Shot("115-example-kinds-light", "circle", 40, LARGE, LIGHT, _all_kinds, example(-3, 2)),
    Shot("116-example-classes-dark", "species", 60, settings=DARK, arrange=example(-2, 0)),
    Shot(
        "117-signals-light",
        "spiral",
        0,
        settings=LIGHT,
        arrange=open_signals("gradient_norms", "updates", "distributions", epochs=2500),
    ),
    Shot(
        "118-vanishing-dark",
        "spiral",
        0,
        settings=DARK,
        edit=sigmoids,
        arrange=open_signals("gradient_norms"),
    ),
    Shot(
        "119-signals-projector",
        "fish-lab",
        0,
        LARGE,
        PROJECTOR,
        arrange=open_signals("gradient_norms", "updates", "distributions", numbers="activations"),
    ),
    Shot(
        "120-gradients-small-light",
        "spiral",
        20,
        SMALLEST,
        LIGHT,
        arrange=open_signals("distributions", epochs=400, numbers="gradients"),
    ),
    Shot(
        "121-updates-small-dark", "deep-circle", 0, SMALLEST, DARK, arrange=open_signals("updates", epochs=80)
    ),
    Shot("122-dead-light", "fish-lab", 40, settings=LIGHT, arrange=open_signals("distributions", epochs=60)),
    Shot("123-look-back-light", "spiral", 200, settings=LIGHT, arrange=look_back),
    Shot("124-look-back-small-dark", "spiral", 200, SMALLEST, DARK, arrange=look_back),
    Shot("125-look-back-projector", "spiral", 200, LARGE, PROJECTOR, arrange=look_back),
    Shot("126-changes-light", "spiral", 200, settings=LIGHT, arrange=show_changes),
    Shot("127-changes-dark", "blobs", 100, LARGE, DARK, arrange=show_changes),
    Shot("128-lost-light", "plane", settings=LIGHT, edit=_diverging),
    Shot("129-findings-dark", "circle", 100, settings=DARK, edit=alike, arrange=list_findings),
    Shot("130-findings-projector", "circle", 100, LARGE, PROJECTOR, edit=alike, arrange=list_findings),
    Shot("131-space-light", "circle", 200, LARGE, LIGHT, with_layers(8, 2), instrument("hidden_space")),
    Shot("132-space-dark", "spiral", 400, settings=DARK, arrange=instrument("hidden_space")),
    Shot(
        "133-space-projector",
        "blobs",
        100,
        LARGE,
        PROJECTOR,
        with_layers(6, 5),
        instrument("hidden_space", "show_axes", (0, 3)),
    ),
    Shot("134-surface-light", "spiral", 400, LARGE, LIGHT, arrange=instrument("surface")),
    Shot("135-surface-dark-small", "circle", 100, SMALLEST, DARK, arrange=instrument("surface")),
    Shot("136-surface-projector", "blobs", 100, LARGE, PROJECTOR, arrange=instrument("surface")),
    Shot(
        "137-landscape-light",
        "circle",
        1,
        LARGE,
        LIGHT,
        with_layers(4, 2),
        walk("landscape", 120, "choose", "along the path", 1.0, 51),
    ),
    Shot("138-landscape-dark", "spiral", 300, settings=DARK, arrange=instrument("landscape")),
    Shot("139-runs-light", "circle", 150, settings=LIGHT, arrange=kept_runs),
    Shot("140-runs-dark", "circle", 150, LARGE, DARK, arrange=kept_runs),
    Shot("141-runs-projector", "circle", 150, LARGE, PROJECTOR, arrange=kept_runs),
    Shot("142-runs-small-light", "circle", 60, SMALLEST, LIGHT, arrange=kept_runs),
    Shot("143-compare-light", "moons", 1, settings=LIGHT, arrange=compared("activation", "tanh")),
    Shot("144-compare-projector", "circle", 1, LARGE, PROJECTOR, arrange=compared("learning_rate", 0.3)),
    Shot("145-compare-small-dark", "fish", 1, SMALLEST, DARK, arrange=compared("optimizer", "sgd")),
    Shot("146-seeds-light", "xor", 1, settings=LIGHT, arrange=many_seeds),
    Shot("147-seeds-projector-dark", "xor", 1, LARGE, {**DARK, "projector": True}, arrange=many_seeds),
    Shot("148-spread-dark", "spiral", 0, LARGE, DARK, arrange=open_signals("distributions", epochs=400)),
    Shot("149-spread-projector", "spiral", 0, LARGE, PROJECTOR, arrange=open_signals("distributions")),
    Shot("150-updates-projector", "spiral", 0, LARGE, PROJECTOR, arrange=open_signals("updates")),
    Shot("151-landscape-projector", "spiral", 300, LARGE, PROJECTOR, arrange=instrument("landscape")),
    Shot("152-collapse-projector", "xor", 60, LARGE, PROJECTOR, edit=linear(4, 4), arrange=collapse),
    Shot("153-surface-dark", "spiral", 400, LARGE, DARK, arrange=instrument("surface")),
    *(
        Shot(shot.name, shot.example, shot.epochs, LARGE, shot.settings, arrange=shot.arrange)
        for shot in LAB_SHOTS
    ),
)
