"""The bar across the top: run controls, speed, epoch, and the choices about training."""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from playground.data import DATASETS, OWN, dataset_of
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.experiment import edits
from playground.experiment.model import LEARNING_RATE, REGULARIZATION_RATE, Experiment
from playground.tables import by_key
from playground.training.messages import FLAT_OUT, Snapshot
from playground.ui.document import Document
from playground.ui.panels.details import TrainingDetails
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, JumpSlider, NumberChoice, format_number, theme_descendants
from playground.ui.widgets.base import Figure, describe, keep_font, role_label

RATES = [0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
PENALTIES = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
SPEEDS = [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, FLAT_OUT]
TASKS = (
    Item("classification", "Classification", "Tell classes apart."),
    Item("regression", "Regression", "Predict a number."),
)

MORE_HELP = (
    "The optimizer's own parameters, clipping, the schedule of the learning rate, when to stop by itself, "
    "seed and precision."
)

# What leaves the bar when the window is too narrow for it, in this order.
FOLDS = (("regularizer", "penalty"), ("task",), ("loss",))


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
        self._penalized = False
        self._folds = 0
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
        self.epoch = Figure("0")
        describe(self.epoch, "Epoch", "How many times the network has seen every training row.")

    def _make_choices(self) -> None:
        self.task = Choice("Task", "What the network is to do; the gallery follows.")
        self.task.set_items(TASKS)
        self.loss = Choice("Loss", "How a wrong answer is counted.")
        self.optimizer = Choice("Optimizer", "How the gradient becomes a change of the weights.")
        self.optimizer.set_items(OPTIMIZERS)
        self.more = QToolButton()
        self.more.setAutoRaise(True)
        describe(self.more, "Details of the training", MORE_HELP)
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.overflow = QToolButton()
        self.overflow.setAutoRaise(True)
        self.overflow.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.overflow, "More choices", "The choices for which the window is too narrow.")
        self._rest = _Rest(self)
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
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for button in (self.rewind, self.play, self.step):
            self._row.addWidget(button)
        self._speed = _column(self.speed, self.speed_text)
        self._row.addWidget(self._speed)
        self._epoch = _column(self.epoch_caption, self.epoch)
        self._row.addWidget(self._epoch)
        self._choices = QHBoxLayout()
        self._row.addLayout(self._choices)
        self._row.addWidget(self.overflow)
        self._row.addStretch(1)
        for button in (self.undo, self.redo, self.export):
            self._row.addWidget(button)
        self._fold(0)

    # Room -----------------------------------------------------------------------------------------------

    def _in_bar(self, folds: int) -> list[QWidget]:
        """Return the choices that stay in the bar when so many groups of `FOLDS` have left it."""
        away = [name for group in FOLDS[:folds] for name in group]
        names = ("task", "loss", "optimizer", "more", "rate", "regularizer", "penalty")
        return [getattr(self, name) for name in names if name not in away]

    def _needed(self, folds: int) -> int:
        """Return the width of the bar when so many groups have left it."""
        parts: list[QWidget] = [self.rewind, self.play, self.step, self._speed, self._epoch]
        parts += [choice for choice in self._in_bar(folds) if choice is not self.penalty or self._penalized]
        parts += [self.overflow] if folds else []
        parts += [self.undo, self.redo, self.export]
        # One more gap than between the parts: beside the stretch there are two.
        widths = (part.sizeHint().expandedTo(part.minimumSize()).width() for part in parts)
        return sum(widths) + len(parts) * self._row.spacing()

    def _fit(self) -> None:
        """Move what does not fit into the pop-up, the least important first; bring back what does."""
        room = max(self.width(), self.minimumSizeHint().width())
        folds = next((n for n in range(len(FOLDS)) if self._needed(n) <= room), len(FOLDS))
        if folds != self._folds:
            self._fold(folds)

    def _fold(self, folds: int) -> None:
        self._folds = folds
        stay = self._in_bar(folds)
        for choice in self._in_bar(0):
            (self._choices if choice in stay else self._rest.rows).addWidget(choice)
            choice.setVisible(choice is not self.penalty or self._penalized)
        self.overflow.setVisible(folds > 0)
        if not folds:
            self._rest.hide()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """Return the size when everything that can leave the bar has left it."""
        return QSize(self._needed(len(FOLDS)), self._row.minimumSize().height())

    def sizeHint(self) -> QSize:
        """Return the size with everything in the bar."""
        return QSize(self._needed(0), self._row.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits."""
        super().resizeEvent(event)
        self._fit()

    def _connect(self) -> None:
        edit = self._document.edit
        self.task.chosen.connect(self._choose_task)
        self.loss.chosen.connect(
            lambda key: edit(f"Use {by_key(LOSSES, key, 'loss').label}", edits.set_loss, key)
        )
        self.optimizer.chosen.connect(
            lambda key: edit(f"Use {by_key(OPTIMIZERS, key, 'optimizer').label}", edits.set_optimizer, key)
        )
        self.rate.chosen.connect(
            lambda value: edit(
                f"Set learning rate to {format_number(value)}", edits.set_training, learning_rate=value
            )
        )
        self.regularizer.chosen.connect(self._choose_regularizer)
        self.penalty.chosen.connect(
            lambda value: edit(
                f"Set penalty to {format_number(value)}", edits.set_training, regularization_rate=value
            )
        )
        for choice in (self.rate, self.penalty):
            choice.refused.connect(self._document.refused)
        self.speed.valueChanged.connect(self._choose_speed)
        self.more.clicked.connect(self._open_details)
        self.overflow.clicked.connect(self._open_rest)

    def _open_details(self) -> None:
        left, bottom = self.more.mapToGlobal(QPoint(0, 0)), self.mapToGlobal(self.rect().bottomLeft())
        self.details.open_below(QPoint(left.x(), bottom.y()))

    def _open_rest(self) -> None:
        self._rest.open_below(self.overflow.mapToGlobal(self.overflow.rect().bottomLeft()))

    # Editing --------------------------------------------------------------------------------------------

    def _choose_task(self, task: str) -> None:
        first = next(dataset.key for dataset in DATASETS if dataset.task == task)
        key = self._last_of_task.get(task, first)
        table = self._document.experiment.data.table
        if key == OWN and (table is None or dataset_of(table).task != task):
            key = first  # there is another table now, for another task
        label = by_key(TASKS, task, "task").label.lower()
        self._document.edit(f"Switch to {label}", edits.set_dataset, key)

    def _choose_regularizer(self, key: str) -> None:
        fields: dict[str, object] = {"regularizer": key}
        if key != "none" and self._document.experiment.training.regularization_rate == 0:
            fields["regularization_rate"] = 0.001
        self._document.edit(
            f"Use {by_key(REGULARIZERS, key, 'regularizer').label} regularization",
            edits.set_training,
            **fields,
        )

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
        self.epoch.show_text(f"{snapshot.epoch:,}")

    def set_playing(self, playing: bool) -> None:
        """Show Pause while training, Play otherwise."""
        self._playing = playing
        action = self._actions["play"]
        action.setText("Pause" if playing else "Play")
        action.setIcon(icon("pause" if playing else "play", self._theme, "accent_text"))
        self.play.setAccessibleName(action.text())

    def _show(self, experiment: Experiment) -> None:
        dataset = experiment.data.source
        training = experiment.training
        self._last_of_task[dataset.task] = dataset.key
        self.task.set_key(dataset.task)
        self.loss.set_items([loss for loss in LOSSES if dataset.task in loss.tasks])
        self.loss.set_key(training.loss)
        self.optimizer.set_key(training.optimizer)
        self.rate.set_value(training.learning_rate)
        self.rate.setEnabled(not by_key(OPTIMIZERS, training.optimizer, "optimizer").solves)
        self.regularizer.set_key(training.regularizer)
        self.penalty.set_value(training.regularization_rate)
        self._penalized = training.regularizer != "none"
        self.penalty.setVisible(self._penalized)
        self._fit()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        self._rest.apply_theme(theme)
        self._row.setSpacing(theme.px(6))
        self._choices.setSpacing(theme.px(6))
        figures, small = number_font(theme, theme.size_number), body_font(theme, theme.size_small)
        self.epoch.set_look(figures, "000,000", theme.px(8))
        for label in (self.epoch_caption, self.speed_text):
            keep_font(label, small)
        self._speed.setFixedWidth(theme.px(84))
        icons = ((self.more, "settings", "muted"), (self.overflow, "more", "text"))
        for button, name, tone in icons:
            button.setIcon(icon(name, theme, tone))
        for button in (self.more, self.overflow, self.undo, self.redo, self.export):
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
        for button, side in ((self.play, 40), (self.rewind, 32), (self.step, 32)):
            button.setIconSize(QSize(theme.px(20), theme.px(20)))
            button.setMinimumSize(theme.px(side), theme.px(side))
        self.play.setFixedSize(theme.px(40), theme.px(40))
        self._fit()
        self.set_playing(self._playing)


class _Rest(QWidget):
    """The pop-up with the choices that the bar has no room for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rows = QVBoxLayout(self)

    def open_below(self, place: QPoint) -> None:
        """Open with the top left corner at the global point `place`."""
        self.adjustSize()
        self.move(place)
        self.show()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        theme_descendants(self, theme)
        self.rows.setContentsMargins(*[theme.px(16)] * 4)
        self.rows.setSpacing(theme.px(8))


def _column(*widgets: QWidget) -> QWidget:
    """Return the widgets one above the other, in the middle of the height."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return column
