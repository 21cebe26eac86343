"""The settings of an experiment in words: read off the very controls that show them in the window."""

from collections.abc import Iterator

from PySide6.QtWidgets import QCheckBox, QWidget

from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.experiment.hold_edits import is_frozen, links_off, neurons_off
from playground.experiment.model import OUTPUT_ID, Experiment
from playground.experiment.words import layer_names
from playground.tables import by_key
from playground.ui.document import Document
from playground.ui.panels.data_panel import DataPanel
from playground.ui.panels.details import TrainingDetails
from playground.ui.panels.stop_section import RULES
from playground.ui.theme.tokens import LIGHT
from playground.ui.widgets import Choice, LabelledSlider, NumberChoice, SeedLine, format_number

Rows = list[tuple[str, str]]


def data_rows(experiment: Experiment) -> Rows:
    """Return which data there is and how it is used, a name and a value each."""
    source = experiment.data.source
    labels = {feature.key: feature.label for feature in experiment.data.known_features}
    panel = DataPanel(Document(experiment), LIGHT)
    try:
        return [
            ("Data set", source.label),
            *_shown(panel),
            ("Features", ", ".join(labels[key] for key in experiment.data.features)),
            ("Target", source.target),
        ]
    finally:
        panel.deleteLater()


def training_rows(experiment: Experiment) -> Rows:
    """Return how the network is trained, a name and a value each."""
    training = experiment.training
    optimizer = by_key(OPTIMIZERS, training.optimizer, "optimizer")
    regularizer = by_key(REGULARIZERS, training.regularizer, "regularization")
    owner = QWidget()
    document = Document(experiment)
    details = TrainingDetails(document, LIGHT, owner)
    try:
        rows: Rows = [
            ("Loss", by_key(LOSSES, training.loss, "loss").label),
            ("Optimizer", optimizer.label),
        ]
        if not optimizer.solves:
            rows.append(("Learning rate", format_number(training.learning_rate)))
        rows.append(("Regularization", regularizer.label))
        if training.regularizer != "none":
            rows.append(("Penalty", format_number(training.regularization_rate)))
        details.stop.setVisible(False)  # its numbers mean nothing apart from their rules
        return [*rows, *_shown(details), *_rules(experiment), *_held(experiment)]
    finally:
        owner.deleteLater()
        document.deleteLater()


def _held(experiment: Experiment) -> Iterator[tuple[str, str]]:
    """Yield what does not learn."""
    names = dict(zip([one.id for one in experiment.layers], layer_names(experiment.layers), strict=True))
    names[OUTPUT_ID] = "Output"
    frozen = [name for key, name in names.items() if is_frozen(experiment, key)]
    if frozen:
        yield "Frozen", ", ".join(frozen)
    neurons = [f"{name}, neuron {n + 1}" for key, name in names.items() for n in neurons_off(experiment, key)]
    if neurons:
        yield "Neurons switched off", "; ".join(neurons)
    links = sum(len(links_off(experiment, key)) for key in names)
    if links:
        yield "Links switched off", f"{links:,}"


def _rules(experiment: Experiment) -> Iterator[tuple[str, str]]:
    """Yield the rules that end the run, each with its numbers."""
    stopping = experiment.training.stopping
    for rule in RULES:
        if getattr(stopping, rule.field) not in (None, False):
            amounts = [f"{one.label.lower()}: {getattr(stopping, one.field):g}" for one in rule.amounts]
            yield f"Stop when {rule.label}", ", ".join(amounts) or "yes"


def _shown(root: QWidget) -> Iterator[tuple[str, str]]:
    """Yield what the controls below a widget are called and show, but for those that do not apply."""
    for control in root.findChildren(QWidget):
        if not control.isEnabledTo(root) or not control.isVisibleTo(root):
            continue
        if isinstance(control, LabelledSlider):
            yield control.slider.accessibleName(), control.field.text()
        elif isinstance(control, SeedLine):
            yield control.field.accessibleName(), control.field.text()
        elif isinstance(control, Choice | NumberChoice):
            yield control.combo.accessibleName(), control.combo.currentText()
        elif isinstance(control, QCheckBox) and control.isChecked():
            yield control.accessibleName(), "yes"
