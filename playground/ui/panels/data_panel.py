"""The left panel: which data, how much of it, how it is split, and which features go in."""

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from playground.data import (
    DATASETS,
    EXPRESSION,
    SCALINGS,
    Dataset,
    dataset_of,
    dataset_of_expression,
    own_feature,
)
from playground.data.expression import CLASSES_EXAMPLE, NUMBER_EXAMPLE, read_expression
from playground.data.formula import FUNCTIONS
from playground.experiment import edits
from playground.experiment.model import SEED, DataSettings, Experiment
from playground.tables import by_key
from playground.ui.document import Document
from playground.ui.panels.previews import dataset_preview, paint_preview
from playground.ui.panels.rows_section import RowsSection
from playground.ui.panels.split_section import SplitSection
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    ChipRow,
    Choice,
    FormulaEdit,
    Gallery,
    Item,
    LabelledSlider,
    SeedLine,
    theme_descendants,
)
from playground.ui.widgets.base import describe, keep_font, role_label
from playground.ui.widgets.gallery import PICTURE

BATCH_STEPS = [
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 32, 40, 50, 64, 100, 128, 200, 256, 500),
    *(1000, 2000, 5000, 10_000, 20_000),
]
SCALING_HELP = "How the inputs are brought to a common size before the network sees them."
PAINT = Item("paint", "Paint", "Draw points of your own on an empty canvas.")
TARGET_ITEMS = (
    Item("as_inputs", "Like the inputs", "The network answers in a common size, shown in the unit."),
    Item("none", "None", "The network answers in the target's own unit, as in the lecture's lab."),
)


class DataPanel(QScrollArea):
    """Shows and edits `experiment.data` and the batch size.

    Signals:
        paint_asked(str): an empty canvas for this task is asked for.
    """

    paint_asked = Signal(str)

    def __init__(self, document: Document, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._theme = theme
        self._task = ""
        self._own: Dataset | None = None
        self._expression = ""
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Hidden is not enough: a control that takes the focus would still be scrolled to.
        across = self.horizontalScrollBar()
        across.rangeChanged.connect(lambda: across.setRange(0, 0))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._make_controls()
        self._lay_out()
        self._connect()
        document.experiment_changed.connect(lambda _old, new: self._show(new))
        self.apply_theme(theme)
        self._show(document.experiment)

    # Making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.gallery = Gallery("Data set", "Choose the data that the network learns from.")
        self.drawn = RowsSection(self._document)
        self.batch = LabelledSlider(
            "Batch size", "How many points each step looks at before it changes the weights.", BATCH_STEPS
        )
        self.features = ChipRow("Features", "What the network is given of each point.")
        self.own_feature = FormulaEdit(
            "Your own feature",
            f"A formula over the inputs, then Enter. There are: {', '.join(f.name for f in FUNCTIONS)}.",
            lambda text: own_feature(text, self._document.experiment.data.source.inputs),
        )
        self.own_feature.setPlaceholderText("Your own feature, as x1*x2")
        self.look = QPushButton("Look at the data…")
        self.look.setProperty("role", "line_link")
        self.look.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self.look, "Look at the data", "Scatter matrix, histograms and design matrix (Ctrl+T).")
        self.expression = FormulaEdit(
            "Formula of the data",
            "A comparison of x1 and x2 makes two classes; another formula, or one of x, makes numbers.",
            read_expression,
        )
        self.doubtful = QCheckBox("Leave out known errors")
        describe(
            self.doubtful,
            "Leave out known errors",
            "Train and test without the rows of this data set that are known to be wrong.",
        )
        self.scaling = Choice("Scaling", SCALING_HELP)
        self.scaling.set_items(SCALINGS)
        self.target_scaling = Choice("Target scaling", "How the number to be learnt is brought to size.")
        self.target_scaling.set_items(TARGET_ITEMS)
        self.split = SplitSection(self._document)
        self.sample = SeedLine(
            "New sample",
            "Draw other points from the same data set (Ctrl+D).",
            "Seed of the data",
            "The same seed always draws the same points.",
        )
        self.rows = role_label("", "muted")
        self.rows.setWordWrap(True)

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("panel_body")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        for widget in (self.gallery, self.expression, self.drawn, self.split, self.batch):
            layout.addWidget(widget)
        self._features_title = QLabel("Features")
        self._features_title.setProperty("role", "muted")
        head = QHBoxLayout()
        head.addWidget(self._features_title, 1)
        head.addWidget(self.look)
        layout.addLayout(head)
        layout.addWidget(self.features)
        layout.addWidget(self.own_feature)
        layout.addWidget(self.scaling)
        layout.addWidget(self.target_scaling)
        layout.addWidget(self.doubtful)
        layout.addWidget(self.rows)
        layout.addWidget(self.sample)
        layout.addStretch(1)
        self.setWidget(body)

    def _order_tabs(self) -> None:
        """Let Tab go from top to bottom; tiles and chips are made anew, and would come last."""
        order: list[QWidget] = [*self.gallery.tiles, self.expression, *self.drawn.tab_order]
        order += [*self.split.tab_order, self.batch.field, self.batch.slider]
        order += [self.look, *self.features.chips, self.own_feature, self.scaling.combo]
        order += [self.target_scaling.combo, self.doubtful, self.sample.button, self.sample.field]
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        edit = self._document.edit
        self.gallery.chosen.connect(self._choose)
        self.expression.committed.connect(
            lambda text: edit(f"Use the formula {text}", edits.set_expression, text)
        )
        self.own_feature.committed.connect(self._add_feature)
        for field in (self.expression, self.own_feature):
            field.refused.connect(self._document.refused)
        self.doubtful.toggled.connect(
            lambda on: edit("Leave out known errors", edits.set_data, leave_out_doubtful=on)
        )
        self.features.toggled.connect(lambda key: self._toggle(key))
        self.features.removed.connect(lambda key: edit(f"Remove feature {key}", edits.remove_formula, key))
        self.scaling.chosen.connect(lambda key: edit("Set scaling", edits.set_data, scaling=key))
        self.target_scaling.chosen.connect(
            lambda key: edit("Set the target's scaling", edits.set_data, target_scaling=key)
        )
        self.sample.next_asked.connect(self.draw_new_sample)
        self.sample.chosen.connect(lambda seed: edit(f"Use seed {seed}", edits.set_data, seed=seed))
        self.batch.edited.connect(
            lambda value, gesture: edit(
                f"Set batch size to {value}", edits.set_training, batch_size=value, merge=("batch", gesture)
            )
        )
        for widget in (self.batch, self.sample):
            widget.refused.connect(self._document.refused)

    # Editing --------------------------------------------------------------------------------------------

    def _choose(self, key: str) -> None:
        if key == PAINT.key:
            self.gallery.set_key(self._document.experiment.data.dataset)
            self.paint_asked.emit(self._task)
            return
        record = by_key(self._records(), key, "data set")
        if key == EXPRESSION:
            self._document.edit("Choose a formula", edits.set_expression, self._offered_expression())
        else:
            self._document.edit(f"Choose {record.label}", edits.set_dataset, key)

    def _offered_expression(self) -> str:
        """Return the formula that the gallery offers: the document's, where it is for the same task."""
        text = self._document.experiment.data.expression
        if text and dataset_of_expression(text).task == self._task:
            return text
        return NUMBER_EXAMPLE if self._task == "regression" else CLASSES_EXAMPLE

    def _add_feature(self, text: str) -> None:
        if self._document.edit(f"Add feature {text}", edits.add_formula, text):
            self.own_feature.clear()

    def draw_new_sample(self) -> None:
        """Draw other points: the next seed."""
        seed = (self._document.experiment.data.seed + 1) % SEED[1]
        self._document.edit("New sample", edits.set_data, seed=seed)

    def _toggle(self, key: str) -> None:
        on = key in self._document.experiment.data.features
        name = by_key(self._document.experiment.data.known_features, key, "feature").label
        text = f"Remove feature {name}" if on else f"Add feature {name}"
        if not self._document.edit(text, edits.toggle_feature, key):
            self._show(self._document.experiment)

    # Showing --------------------------------------------------------------------------------------------

    def _show(self, experiment: Experiment) -> None:
        data = experiment.data
        dataset = data.source
        own = dataset_of(data.table) if data.table is not None else None
        if (dataset.task, own, data.expression) != (self._task, self._own, self._expression):
            self._task, self._own, self._expression = dataset.task, own, data.expression
            self._fill_gallery()
        self.gallery.set_key(data.dataset)
        self.drawn.show_experiment(experiment, dataset)
        self.batch.set_value(experiment.training.batch_size)
        self.sample.show_seed(data.link_seed or data.seed)
        self.scaling.set_key(data.scaling)
        self.target_scaling.set_key(data.target_scaling)
        self.split.show_experiment(experiment)
        self._show_features(data)
        self.expression.show_text(data.expression)
        blocked = self.doubtful.blockSignals(True)
        self.doubtful.setChecked(data.leave_out_doubtful)
        self.doubtful.blockSignals(blocked)
        for widget, there in (
            (self.expression, data.dataset == EXPRESSION),
            (self.doubtful, dataset.has_doubtful_rows),
            (self.sample, not dataset.fixed_samples),
            (self.target_scaling, dataset.task == "regression" and data.scaling != "none"),
            (self.rows, dataset.fixed_samples),
        ):
            widget.setVisible(there)
        self.rows.setText(dataset.help)
        self._order_tabs()

    def _show_features(self, data: DataSettings) -> None:
        self.features.set_items([Item(one.key, one.label, one.help) for one in data.known_features])
        self.features.set_keys(data.features)
        self.features.set_removable(data.formulas)

    def _records(self) -> list[Dataset]:
        """Return the data sets of the task, and the rows of one's own whatever they are for."""
        own = [] if self._own is None else [self._own]
        shipped = [dataset for dataset in DATASETS if dataset.task == self._task]
        return [*shipped, dataset_of_expression(self._offered_expression()), *own]

    def _fill_gallery(self) -> None:
        records = self._records()
        size, ratio = self._theme.px(PICTURE), self.devicePixelRatioF()
        pictures = [dataset_preview(record, self._theme, size, ratio) for record in records]
        tiles: list[tuple[Dataset | Item, QPixmap]] = list(zip(records, pictures, strict=True))
        if self._own is None or self._own.kind != "plane":
            before_own = len(tiles) - (self._own is not None)
            tiles.insert(before_own, (PAINT, paint_preview(self._theme, size, ratio)))
        self.gallery.set_items(tiles)

    def minimumSizeHint(self) -> QSize:
        """Return the least width in which nothing is cut, with room for the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        body = self.widget()
        return QSize((body.minimumSizeHint().width() if body else 0) + bar, self._theme.px(120))

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        for label in (self._features_title, self.rows, self.doubtful, self.look):
            keep_font(label, body_font(theme))
        if self._task:
            self._fill_gallery()
            self.gallery.set_key(self._document.experiment.data.dataset)
