"""The menus of the diagram: activations, and what can be done with a layer, a gap, inputs or output."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LAYERS
from playground.experiment import edits
from playground.experiment.flow import width_of
from playground.experiment.hold_edits import can_freeze, is_frozen, is_link_off
from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Dense
from playground.ui.diagram import holding, outline
from playground.ui.diagram.gestures import gap_after, insert_layer, refusal
from playground.ui.diagram.hits import Hit
from playground.ui.document import Document
from playground.ui.selection import NeuronRef, Selection


def new_menu(parent: QWidget, title: str) -> QMenu:
    """Return an empty menu that goes away when it is closed."""
    menu = QMenu(title, parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    menu.setAccessibleName(title)
    return menu


def add_activations(menu: QMenu, document: Document, layer: str) -> None:
    """Add every activation, the present one checked; one that makes no sense here is greyed and says why."""
    group = QActionGroup(menu)
    present = outline.activation_of(document.experiment, layer)
    for record in ACTIVATIONS:
        if record.output_only and layer != OUTPUT_ID:
            continue
        action = QAction(f"{record.label}\t{record.formula}", menu, checkable=True)
        action.setToolTip(record.help)
        action.setStatusTip(record.help)
        action.setChecked(record.key == present)
        action.triggered.connect(_setter(document, layer, record.key))
        group.addAction(action)
        menu.addAction(action)
        if record.key == present:
            menu.setActiveAction(action)


def activation_menu(parent: QWidget, document: Document, layer: str) -> QMenu:
    """Return the menu of activations of a layer."""
    menu = new_menu(parent, f"Activation of {outline.layer_name(document.experiment, layer)}")
    add_activations(menu, document, layer)
    return menu


def link_menu(parent: QWidget, document: Document, selection: Selection, hit: Hit, gap: int | None) -> QMenu:
    """Return the context menu of a link, and of the gap it crosses."""
    layer, unit, source = str(hit.layer), hit.index, hit.source
    menu = new_menu(parent, "Link")
    off = is_link_off(document.experiment, layer, unit, source)
    action = _add(
        menu,
        "Switch this link on" if off else "Switch this link off",
        "X",
        lambda: holding.toggle_link(document, layer, unit, source),
    )
    _explain(action, refusal(document.experiment, edits.set_link, layer, unit, source, off))
    if gap is not None:
        menu.addSeparator()
        add_to_gap(menu, document, selection, gap)
    return menu


def _explain(action: QAction, reason: str) -> None:
    """Grey an entry that would be refused, and let it say why."""
    action.setEnabled(not reason)
    action.setToolTip(reason or action.text().split("\t")[0])
    action.setStatusTip(reason)


def add_holding(menu: QMenu, document: Document, layer: str, neuron: NeuronRef | None) -> None:
    """Add what keeps a layer, or one of its neurons, out of the training."""
    experiment = document.experiment
    kind = "dense" if layer == OUTPUT_ID else experiment.layer(layer).kind
    if not can_freeze(kind):
        return
    if neuron is not None and kind == "dense":
        off = holding.is_neuron_off(experiment, neuron)
        text = f"Switch neuron {neuron.index + 1} {'on' if off else 'off'}"
        action = _add(menu, text, "O", lambda: holding.toggle_neuron(document, neuron))
        _explain(action, refusal(experiment, edits.set_neuron, layer, neuron.index, off))
    frozen = is_frozen(experiment, layer)
    text = holding.freeze_text(experiment, layer)
    action = _add(menu, text, "F", lambda: holding.toggle_frozen(document, layer))
    _explain(action, refusal(experiment, edits.set_frozen, layer, not frozen))
    menu.addSeparator()


def layer_menu(
    parent: QWidget, document: Document, selection: Selection, layer: str, neuron: NeuronRef | None = None
) -> QMenu:
    """Return the context menu of a hidden layer or the output, and of a neuron in it that is pointed at."""
    experiment = document.experiment
    menu = new_menu(parent, outline.layer_name(experiment, layer))
    add_holding(menu, document, layer, neuron)
    dense = layer != OUTPUT_ID and isinstance(experiment.layer(layer), Dense)
    if dense or layer == OUTPUT_ID:
        add_activations(menu.addMenu("Activation"), document, layer)
    if layer == OUTPUT_ID:
        menu.addSeparator()
        _add(
            menu,
            "Add a Dense layer before",
            "Insert",
            lambda: insert_layer(document, selection, len(document.experiment.layers)),
        )
        add_kinds(menu, "Add another layer before", document, selection, len(experiment.layers))
        return menu
    if dense:
        menu.addSeparator()
        _add_widths(menu, document, layer)
        menu.addSeparator()
    here, edit = experiment.index(layer), document.edit
    left = _add(menu, "Move left", "Alt+Left", lambda: edit("Move layer", edits.move_layer, layer, here - 1))
    left.setEnabled(here > 0)
    right = _add(
        menu, "Move right", "Alt+Right", lambda: edit("Move layer", edits.move_layer, layer, here + 2)
    )
    right.setEnabled(here < len(experiment.layers) - 1)
    _add(
        menu,
        "Add a Dense layer after",
        "Insert",
        lambda: insert_layer(document, selection, gap_after(document.experiment, layer)),
    )
    add_kinds(menu, "Add another layer after", document, selection, here + 1)
    menu.addSeparator()
    _add(menu, "Remove", "Delete", lambda: edit("Remove layer", edits.remove_layer, layer))
    return menu


def _add_widths(menu: QMenu, document: Document, layer: str) -> None:
    """Add what changes the width of a Dense layer."""
    units, edit = width_of(document.experiment, layer), document.edit
    _add(menu, "One neuron more", "+", lambda: edit("Add neuron", edits.set_units, layer, units + 1))
    fewer = _add(
        menu, "One neuron fewer", "-", lambda: edit("Remove neuron", edits.set_units, layer, units - 1)
    )
    fewer.setEnabled(units > 1)


def add_kinds(menu: QMenu, text: str, document: Document, selection: Selection, index: int) -> None:
    """Add a menu of all layers but Dense for the gap `index`; one that cannot stand there says why."""
    kinds = menu.addMenu(text)
    kinds.setToolTipsVisible(True)
    for record in LAYERS:
        if record.key == "dense":
            continue
        reason = refusal(document.experiment, edits.add_layer, index, kind=record.key)
        action = _add(kinds, record.label, "", _inserter(document, selection, index, record.key))
        action.setEnabled(not reason)
        action.setToolTip(reason or record.help)
        action.setStatusTip(reason or record.help)


def _inserter(document: Document, selection: Selection, index: int, kind: str) -> Callable[[], object]:
    return lambda: insert_layer(document, selection, index, kind)


def gap_menu(parent: QWidget, document: Document, selection: Selection, index: int) -> QMenu:
    """Return the context menu of a gap."""
    menu = new_menu(parent, "Gap between two layers")
    add_to_gap(menu, document, selection, index)
    return menu


def add_to_gap(menu: QMenu, document: Document, selection: Selection, index: int) -> None:
    """Add what can be put into a gap."""
    _add(menu, "Add a Dense layer here", "", lambda: insert_layer(document, selection, index))
    add_kinds(menu, "Add another layer here", document, selection, index)


def inputs_menu(parent: QWidget, document: Document, selection: Selection) -> QMenu:
    """Return the context menu of the inputs: switch features on and off."""
    menu = new_menu(parent, "Inputs")
    data = document.experiment.data
    for feature in data.known_features:
        action = QAction(feature.label, menu, checkable=True)
        action.setToolTip(feature.help)
        action.setChecked(feature.key in data.features)
        action.triggered.connect(_toggler(document, feature.key))
        menu.addAction(action)
    menu.addSeparator()
    _add(menu, "Add a Dense layer after", "Insert", lambda: insert_layer(document, selection, 0))
    add_kinds(menu, "Add another layer after", document, selection, 0)
    return menu


def canvas_menu(parent: QWidget, document: Document, selection: Selection, fit: Callable[[], None]) -> QMenu:
    """Return the context menu of the empty canvas."""
    menu = new_menu(parent, "Network")
    add = _add(
        menu,
        "Add a Dense layer",
        "Insert",
        lambda: insert_layer(document, selection, gap_after(document.experiment, selection.layer)),
    )
    add.setStatusTip("Adds it after the selected layer")
    gap = gap_after(document.experiment, selection.layer)
    add_kinds(menu, "Add another layer", document, selection, gap)
    _add(menu, "Fit the network into the view", "Ctrl+0", fit)
    return menu


def menu_for(
    parent: QWidget, document: Document, selection: Selection, layer: str, neuron: NeuronRef | None = None
) -> QMenu:
    """Return the context menu of a column."""
    if layer == INPUTS_ID:
        return inputs_menu(parent, document, selection)
    return layer_menu(parent, document, selection, layer, neuron)


def _add(menu: QMenu, text: str, keys: str, run: Callable[[], object]) -> QAction:
    """Add an entry; its key is shown only, the view itself answers to it."""
    action = menu.addAction(text)
    if keys:
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action.setText(f"{text}\t{shown.replace('-', '−')}" if keys != "-" else f"{text}\t−")
    action.triggered.connect(lambda _checked=False: run())
    return action


def _setter(document: Document, layer: str, key: str) -> Callable[[], None]:
    def run() -> None:
        document.edit("Set activation", edits.set_activation, layer, key)

    return run


def _toggler(document: Document, key: str) -> Callable[[], None]:
    def run() -> None:
        document.edit("Change inputs", edits.toggle_feature, key)

    return run
