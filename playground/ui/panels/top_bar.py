"""The bar across the top: run controls, speed, epoch, and the choices about training."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from playground.data import DATASETS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.tables import by_key
from playground.experiment import edits
from playground.experiment.model import LEARNING_RATE, REGULARIZATION_RATE, Experiment
from playground.training.messages import FLAT_OUT, Snapshot
from playground.ui.document import Document
from playground.ui.panels.details import TrainingDetails
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Described, Item, JumpSlider, NumberChoice, theme_descendants
from playground.ui.widgets.base import describe, role_label

RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
PENALTIES = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
SPEEDS = [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, FLAT_OUT]
TASKS = (
    Item("classification", "Classification", "Tell classes apart."),
    Item("regression", "Regression", "Predict a number."),
)


class TopBar(QWidget):
    """Run controls and training choices.

    Signals:
        speed_chosen(float): steps a second, infinite for flat out.
    """

    speed_chosen = Signal(float)

    def __init__(self, document: Document, actions: dict[str, QAction], theme: Theme) -> None:
        super().__init__()
        self.setObjectName("top_bar")
        self._document = document
        self._actions = actions
        self._theme = theme
        self._last_of_task: dict[str, str] = {}
        self._playing = False
        self._make_run_controls()
        self._make_choices()
        self._lay_out()
        self._connect()
        document.experiment_changed.connect(lambda _old, new: self._show(new))
        self.apply_theme(theme)
        self._show(document.experiment)

    # Making ---------------------------------------------------------------------------------------------

    def _make_run_controls(self) -> None:
        self.rewind = self._button("rewind")
        self.play = self._button("play")
        self.play.setObjectName("play_button")
        self.step = self._button("step_epoch")
        menu = QMenu(self.step)
        menu.addAction(self._actions["step_epoch"])
        menu.addAction(self._actions["step_batch"])
        self.step.setMenu(menu)
        self.step.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.speed = JumpSlider()
        self.speed.setRange(0, len(SPEEDS) - 1)
        describe(
            self.speed, "Speed", "How many steps a second at most; at the right end, as fast as it goes."
        )
        self.speed_text = role_label("", "caption")
        self.speed_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.epoch_caption = role_label("Epoch", "caption")
        self.epoch = QLabel("0")
        describe(self.epoch, "Epoch", "How many times the network has seen every training row.")

    def _make_choices(self) -> None:
        self.task = Choice("Task", "What the network is to do; the gallery follows.")
        self.task.set_items(TASKS)
        self.loss = Choice("Loss", "How a wrong answer is counted.")
        self.optimizer = Choice("Optimizer", "How the gradient becomes a change of the weights.")
        self.optimizer.set_items(OPTIMIZERS)
        self.more = QToolButton()
        self.more.setAutoRaise(True)
        describe(self.more, "Details of the training", "The optimizer's own parameters, seed and precision.")
        self.details = TrainingDetails(self._document, self._theme, self)
        self.rate = NumberChoice(
            "Learning rate", "How long each step is. It can be changed while training.", RATES, *LEARNING_RATE
        )
        self.regularizer = Choice("Regularization", "A penalty on large weights, against overfitting.")
        self.regularizer.set_items(REGULARIZERS)
        self.penalty = NumberChoice(
            "Penalty", "How strong the regularization is.", PENALTIES, *REGULARIZATION_RATE
        )
        self.export = self._button("export")
        self.undo = self._button("undo")
        self.redo = self._button("redo")

    def _button(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[key])
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[key].text())
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for button in (self.rewind, self.play, self.step):
            layout.addWidget(button)
        layout.addLayout(_column(self.speed, self.speed_text))
        layout.addSpacing(8)
        layout.addLayout(_column(self.epoch_caption, self.epoch))
        layout.addSpacing(8)
        choices = (self.task, self.loss, self.optimizer, self.more, self.rate, self.regularizer, self.penalty)
        for choice in choices:
            layout.addWidget(choice)
        layout.addStretch(1)
        for button in (self.undo, self.redo, self.export):
            layout.addWidget(button)

    def _connect(self) -> None:
        edit = self._document.edit
        self.task.chosen.connect(self._choose_task)
        self.loss.chosen.connect(lambda key: edit(f"Use {_label(LOSSES, key)}", edits.set_loss, key))
        self.optimizer.chosen.connect(
            lambda key: edit(f"Use {_label(OPTIMIZERS, key)}", edits.set_optimizer, key)
        )
        self.rate.chosen.connect(
            lambda value: edit(f"Set learning rate to {value:g}", edits.set_training, learning_rate=value)
        )
        self.regularizer.chosen.connect(self._choose_regularizer)
        self.penalty.chosen.connect(
            lambda value: edit(f"Set penalty to {value:g}", edits.set_training, regularization_rate=value)
        )
        for choice in (self.rate, self.penalty):
            choice.refused.connect(self._document.refused)
        self.speed.valueChanged.connect(self._choose_speed)
        self.more.clicked.connect(self._open_details)

    def _open_details(self) -> None:
        self.details.open_below(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    # Editing --------------------------------------------------------------------------------------------

    def _choose_task(self, task: str) -> None:
        first = next(dataset.key for dataset in DATASETS if dataset.task == task)
        key = self._last_of_task.get(task, first)
        label = _label(TASKS, task).lower()
        self._document.edit(f"Switch to {label}", edits.set_dataset, key)

    def _choose_regularizer(self, key: str) -> None:
        fields: dict[str, object] = {"regularizer": key}
        if key != "none" and self._document.experiment.training.regularization_rate == 0:
            fields["regularization_rate"] = 0.001
        self._document.edit(f"Use {_label(REGULARIZERS, key)} regularization", edits.set_training, **fields)

    def _choose_speed(self, index: int) -> None:
        self._show_speed(SPEEDS[index])
        self.speed_chosen.emit(SPEEDS[index])

    # Showing --------------------------------------------------------------------------------------------

    def set_speed(self, speed: float) -> None:
        """Show a speed without saying so to anyone."""
        blocked = self.speed.blockSignals(True)
        nearest = min(range(len(SPEEDS)), key=lambda index: abs(min(SPEEDS[index], 1e9) - min(speed, 1e9)))
        self.speed.setValue(nearest)
        self.speed.blockSignals(blocked)
        self._show_speed(SPEEDS[nearest])

    def _show_speed(self, speed: float) -> None:
        self.speed_text.setText("flat out" if speed == FLAT_OUT else f"{speed:,.0f} steps/s")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the epoch."""
        text = f"{snapshot.epoch:,}"
        if text != self.epoch.text():
            self.epoch.setText(text)

    def set_playing(self, playing: bool) -> None:
        """Show Pause while training, Play otherwise."""
        self._playing = playing
        action = self._actions["play"]
        action.setText("Pause" if playing else "Play")
        action.setIcon(icon("pause" if playing else "play", self._theme, "accent_text"))
        self.play.setAccessibleName(action.text())

    def _show(self, experiment: Experiment) -> None:
        dataset = by_key(DATASETS, experiment.data.dataset, "data set")
        training = experiment.training
        self._last_of_task[dataset.task] = dataset.key
        self.task.set_key(dataset.task)
        self.loss.set_items([loss for loss in LOSSES if dataset.task in loss.tasks])
        self.loss.set_key(training.loss)
        self.optimizer.set_key(training.optimizer)
        self.rate.set_value(training.learning_rate)
        self.regularizer.set_key(training.regularizer)
        self.penalty.set_value(training.regularization_rate)
        self.penalty.setVisible(training.regularizer != "none")

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        self.epoch.setFont(number_font(theme, theme.size_number))
        self.epoch_caption.setFont(body_font(theme, theme.size_small))
        self.epoch.setMinimumWidth(self.epoch.fontMetrics().horizontalAdvance("000,000"))
        self.speed.setFixedWidth(theme.px(84))
        self.speed_text.setFont(body_font(theme, theme.size_small))
        self.speed_text.setFixedWidth(theme.px(84))
        self.more.setIcon(icon("settings", theme, "muted"))
        self.more.setIconSize(QSize(theme.px(16), theme.px(16)))
        for button, side in ((self.play, 40), (self.rewind, 32), (self.step, 32)):
            button.setIconSize(QSize(theme.px(20), theme.px(20)))
            button.setMinimumSize(theme.px(side), theme.px(side))
        self.play.setFixedSize(theme.px(40), theme.px(40))
        self.set_playing(self._playing)


def _column(*widgets: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setSpacing(0)
    layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return layout


def _label(table: Sequence[Described], key: str) -> str:
    return next(record.label for record in table if record.key == key)
