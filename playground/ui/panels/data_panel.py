"""The left panel: which data, how much of it, how it is split, and which features go in."""

import math
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
from playground.experiment.model import CLASSES, NOISE, SEED, DataSettings, Experiment
from playground.tables import by_key
from playground.ui.document import Document
from playground.ui.panels.previews import dataset_preview, paint_preview
from playground.ui.theme.fonts import body_font
from playground.ui.theme.icons import icon
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    ChipRow,
    Choice,
    FormulaEdit,
    Gallery,
    Item,
    LabelledSlider,
    NumberEdit,
    parse_number,
    theme_descendants,
)
from playground.ui.widgets.base import describe, keep_font, role_label
from playground.ui.widgets.gallery import PICTURE

SAMPLE_STEPS = [
    20,
    50,
    100,
    150,
    200,
    250,
    300,
    400,
    500,
    600,
    800,
    1000,
    1200,
    1500,
    2000,
    3000,
    5000,
    10_000,
    20_000,
]
BATCH_STEPS = [
    1,
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    15,
    20,
    25,
    30,
    32,
    40,
    50,
    64,
    100,
    128,
    200,
    256,
    500,
    1000,
    2000,
    5000,
    10_000,
    20_000,
]
SCALING_HELP = "How the inputs are brought to a common size before the network sees them."
PAINT = Item("paint", "Paint your own", "Draw points of your own on an empty canvas.")
SPLIT_ITEMS = (
    Item("random", "Random split", "Rows are dealt to training and test by chance, by the seed."),
    Item("provided", "The course's split", "The training and test rows that the lecture's lab uses."),
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
        self.samples = LabelledSlider("Samples", "How many points there are in all.", SAMPLE_STEPS)
        self.noise = LabelledSlider("Noise", "How much chance blurs the data.", (*NOISE, 0.05), _two_digits)
        self.classes = LabelledSlider("Classes", "How many clusters, each a class.", (*CLASSES, 1))
        self.share = LabelledSlider(
            "Training share",
            "The part of the points that the network learns from; the rest tests it.",
            (0.1, 0.9, 0.1),
            _percent,
        )
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
        self.split = Choice("Split", "Which rows train the network and which test it.")
        self.split.set_items(SPLIT_ITEMS)
        self.new_sample = QPushButton("New sample")
        self.new_sample.setProperty("role", "slim")
        self.new_sample.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.new_sample.setToolTip("Draw other points from the same data set (Ctrl+D).")
        self.seed = NumberEdit()
        self._seed_name = role_label("Seed", "muted")
        self._seed_name.setBuddy(self.seed)
        describe(self.seed, "Seed of the data", "The same seed always draws the same points.")
        self.rows = role_label("", "muted")
        self.rows.setWordWrap(True)

    def _lay_out(self) -> None:
        body = QWidget()
        body.setObjectName("panel_body")
        layout = QVBoxLayout(body)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(8)
        sliders = (self.samples, self.classes, self.noise, self.share, self.batch)
        for widget in (self.gallery, self.expression, *sliders):
            layout.addWidget(widget)
        self._features_title = QLabel("Features")
        self._features_title.setProperty("role", "muted")
        layout.addWidget(self._features_title)
        layout.addWidget(self.features)
        layout.addWidget(self.own_feature)
        layout.addWidget(self.split)
        layout.addWidget(self.scaling)
        layout.addWidget(self.doubtful)
        layout.addWidget(self.rows)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.new_sample, 1)
        line.addWidget(self._seed_name)
        line.addWidget(self.seed)
        layout.addLayout(line)
        layout.addStretch(1)
        self.setWidget(body)

    def _order_tabs(self) -> None:
        """Let Tab go from top to bottom; tiles and chips are made anew, and would come last."""
        sliders = (self.samples, self.classes, self.noise, self.share, self.batch)
        order: list[QWidget] = [*self.gallery.tiles, self.expression]
        for slider in sliders:
            order += [slider.field, slider.slider]
        order += [*self.features.chips, self.own_feature, self.split.combo, self.scaling.combo]
        order += [self.doubtful, self.new_sample, self.seed]
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
        self.split.chosen.connect(lambda key: edit("Set split", edits.set_data, split=key))
        self.new_sample.clicked.connect(self.draw_new_sample)
        self.seed.committed.connect(self._set_seed)
        fields = {"samples": self.samples, "noise": self.noise, "classes": self.classes}
        for name, slider in {**fields, "train_fraction": self.share}.items():
            slider.edited.connect(lambda value, gesture, name=name: self._set_data(name, value, gesture))
        self.batch.edited.connect(
            lambda value, gesture: edit(
                f"Set batch size to {value}", edits.set_training, batch_size=value, merge=("batch", gesture)
            )
        )
        for slider in (self.samples, self.noise, self.classes, self.share, self.batch):
            slider.refused.connect(self._document.refused)

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

    def _set_seed(self, text: str) -> None:
        number = parse_number(text)
        self.seed.revert()
        if number is None or number != int(number):
            self._document.refused.emit(f"“{text.strip()}” is not a whole number, so it is no seed.")
        else:
            self._document.edit(f"Use seed {int(number)}", edits.set_data, seed=int(number))

    def _set_data(self, name: str, value: float, gesture: object) -> None:
        text = f"Set {name.replace('_', ' ').replace('train fraction', 'training share')}"
        self._document.edit(text, edits.set_data, merge=(name, gesture), **{name: value})

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
        self.samples.set_value(data.samples)
        self.noise.set_value(data.noise)
        self.noise.setToolTip(dataset.noise_help or "")
        self.classes.set_value(data.classes)
        self.share.set_value(data.train_fraction)
        self.batch.set_value(experiment.training.batch_size)
        self.seed.show_text(data.link_seed or str(data.seed))
        self._fit_seed()
        self.scaling.set_key(data.scaling)
        self.split.set_key(data.split)
        self._show_features(data)
        self.expression.show_text(data.expression)
        blocked = self.doubtful.blockSignals(True)
        self.doubtful.setChecked(data.leave_out_doubtful)
        self.doubtful.blockSignals(blocked)
        for widget, there in (
            (self.expression, data.dataset == EXPRESSION),
            (self.doubtful, dataset.has_doubtful_rows),
            (self.samples, not dataset.fixed_samples),
            (self.noise, not dataset.fixed_samples),
            (self.new_sample, not dataset.fixed_samples),
            (self._seed_name, not dataset.fixed_samples and data.link_seed is None),
            (self.seed, not dataset.fixed_samples),
            (self.classes, dataset.classes_adjustable),
            (self.split, dataset.has_provided_split),
            (self.share, data.split == "random"),
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
            tiles.append((PAINT, paint_preview(self._theme, size, ratio)))
        self.gallery.set_items(tiles)

    def _fit_seed(self) -> None:
        """Give the seed of a link its room, that of its name: it has five decimals."""
        self.seed.setFixedWidth(self._theme.px(66 if self._document.experiment.data.link_seed else 36))

    def minimumSizeHint(self) -> QSize:
        """Return the least width in which nothing is cut, with room for the scroll bar."""
        bar = self.verticalScrollBar().sizeHint().width()
        body = self.widget()
        return QSize((body.minimumSizeHint().width() if body else 0) + bar, self._theme.px(120))

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        self._theme = theme
        theme_descendants(self, theme)
        for label in (self._features_title, self._seed_name, self.rows, self.doubtful):
            keep_font(label, body_font(theme))
        keep_font(self.new_sample, body_font(theme, bold=True))
        self._fit_seed()
        self.new_sample.setIcon(icon("refresh", theme, "accent"))
        if self._task:
            self._fill_gallery()
            self.gallery.set_key(self._document.experiment.data.dataset)


def _percent(value: float) -> str:
    return f"{value * 100:.0f} %"


def _two_digits(value: float) -> str:
    return f"{value:.2f}" if not math.isclose(value, round(value)) else f"{value:.0f}"
