"""Which rows train the network, which it is watched on, and which are kept for the end."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.data.base import PART_NAMES, Parts
from playground.experiment import edits
from playground.experiment.model import RANDOM_SPLIT, SEED, Experiment, room_beside
from playground.experiment.prepare import Prepared
from playground.ui.document import Document
from playground.ui.figures import percent
from playground.ui.theme.colour import mix
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import Choice, Item, LabelledSlider, SeedLine, theme_descendants
from playground.ui.widgets.base import keep_font, role_label

SHARES = ("train_fraction", "validation_fraction")
RANDOM = Item(RANDOM_SPLIT, "Random split", "Rows are dealt to the parts by chance, by the split's seed.")
BAR = 8  # design pixels that the bar of the parts is high
GAP = 2


class PartsBar(QWidget):
    """The parts as a bar: how large each is; nothing before a run has dealt the rows."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._counts: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Parts of the data")

    def show_parts(self, parts: Parts | None) -> None:
        """Show how many rows each part has; None where there are no rows."""
        self._counts = () if parts is None else tuple(len(part) for part in parts.all)
        words = "" if parts is None else in_words(parts)
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a low bar as wide as there is room."""
        return QSize(self._theme.px(120), self._theme.px(BAR))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the parts side by side."""
        total = sum(self._counts)
        if not total:
            return
        theme = self._theme
        shades = (theme.accent, mix(theme.accent, theme.surface, 0.45), mix(theme.accent, theme.surface, 0.8))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap, left = theme.px(GAP), 0.0
        shown = [(count, shade) for count, shade in zip(self._counts, shades, strict=True) if count]
        room = self.width() - gap * (len(shown) - 1)
        for count, shade in shown:
            width = room * count / total
            painter.setBrush(QColor(shade))
            painter.drawRoundedRect(QRectF(left, 0.0, width, self.height()), gap, gap)
            left += width + gap
        painter.end()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()


class SplitSection(QWidget):
    """Shows and edits how the rows are dealt out."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._gesture: object = None
        self._before: dict[str, float] = {}
        self.choice = Choice("Split", "Which rows train the network, which watch it and which test it.")
        self.share = LabelledSlider(
            "Training share", "The part of the rows that the network learns from.", (0.1, 0.9, 0.1), percent
        )
        self.validation = LabelledSlider(
            "Validation share",
            "The part of the rows that choices are made by: when to stop, how wide, which rate. "
            "With one, the test rows are kept until you evaluate.",
            (0.0, 0.5, 0.1),
            lambda value: percent(value) if value else "none",
        )
        self.bar = PartsBar()
        self.counts = role_label("", "muted")
        self.counts.setWordWrap(True)
        self.deal = SeedLine(
            "New split",
            "Deal the same rows to the parts anew, by the next seed.",
            "Seed of the split",
            "The same seed always deals the same rows to the same parts.",
        )
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.choice, self.share, self.validation, self.bar, self.counts, self.deal):
            layout.addWidget(widget)

    def _connect(self) -> None:
        edit = self._document.edit
        self.choice.chosen.connect(lambda key: edit("Set split", edits.set_data, split=key))
        for field, slider in zip(SHARES, (self.share, self.validation), strict=True):
            slider.edited.connect(lambda value, gesture, field=field: self._set_share(field, value, gesture))
        self.deal.next_asked.connect(self._deal_anew)
        self.deal.chosen.connect(lambda seed: edit(f"Use split seed {seed}", edits.set_data, split_seed=seed))
        for widget in (self.share, self.validation, self.deal):
            widget.refused.connect(self._document.refused)

    @property
    def tab_order(self) -> list[QWidget]:
        """The controls from top to bottom."""
        shares = [part for slider in (self.share, self.validation) for part in (slider.field, slider.slider)]
        return [self.choice.combo, *shares, self.deal.button, self.deal.field]

    def _set_share(self, field: str, value: float, gesture: object) -> None:
        """Set a share; the other one comes back while the slider is held and moved back."""
        data = self._document.experiment.data
        if gesture is None or gesture != self._gesture:
            self._gesture = gesture
            self._before = {share: getattr(data, share) for share in SHARES}
        (other,) = (share for share in SHARES if share != field)
        shares = {field: value, other: min(self._before[other], room_beside(value))}
        name = field.removesuffix("_fraction").replace("train", "training")
        self._document.edit(f"Set {name} share", edits.set_data, merge=(field, gesture), **shares)

    def _deal_anew(self) -> None:
        seed = (self._document.experiment.data.split_seed + 1) % SEED[1]
        self._document.edit("New split", edits.set_data, split_seed=seed)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show how the rows of an experiment are dealt out."""
        data = experiment.data
        self.choice.set_items((RANDOM, *(Item(s.key, s.label, s.help) for s in data.source.splits)))
        self.choice.set_key(data.split)
        self.share.set_value(data.train_fraction)
        self.validation.set_value(data.validation_fraction)
        self.deal.show_seed(data.split_seed)
        by_chance = data.split == RANDOM_SPLIT
        self.choice.setVisible(len(data.source.splits) > 0)
        for widget, there in (
            (self.share, by_chance),
            (self.validation, by_chance),
            (self.deal, by_chance and (data.source.fixed_samples or data.validation_fraction > 0)),
        ):
            widget.setVisible(there)

    def start_run(self, prepared: Prepared) -> None:
        """Show how many rows each part has."""
        self.bar.show_parts(prepared.parts)
        self.counts.setText(in_words(prepared.parts))

    def clear(self) -> None:
        """Show no rows: there is no run."""
        self.bar.show_parts(None)
        self.counts.clear()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts."""
        theme_descendants(self, theme)
        keep_font(self.counts, body_font(theme))


def in_words(parts: Parts) -> str:
    """Return how many rows each part has, as "250 training, 250 test"."""
    sizes = zip(PART_NAMES, parts.all, strict=True)
    return ", ".join(f"{len(rows):,} {name}" for name, rows in sizes if len(rows))
