"""What came of a sweep in three views: curves over one choice, cells over two, parallel axes over all."""

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.experiment.variation import Value
from playground.labs.sweep import Point, SweepResult, SweepSpec
from playground.labs.sweep_groups import Summary, best, summaries
from playground.tables import by_key
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.sweep.cells import Cell, CellGrid
from playground.ui.labs.sweep.parallel import Axis, ParallelAxes, Run
from playground.ui.labs.sweep.reading import (
    Quantity,
    axis_places,
    figure,
    goodness,
    in_words,
    keys_of,
    places_of,
    quantities,
    thing_of,
    value_axis,
    value_texts,
    values_in_words,
)
from playground.ui.labs.things import Curve, Marks
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, FlowLayout, Item
from playground.ui.widgets.segments import Segments

VIEWS = (
    Item("curve", "Curve", "The figure over the values of what is varied."),
    Item("cells", "Heat map", "A cell for each pair of choices, the better the bluer."),
    Item(
        "parallel",
        "Parallel curves",
        "A line for each run over the axes of all choices, the better the bluer.",
    ),
    Item("pictures", "Boundaries", "What each network answers over the plane of its two inputs."),
)
ONE, TWO = "This needs one thing that is varied.", "This needs at least two things that are varied."
EMPTY = "Press Start: the results are drawn here as they come."


class SweepViews(QWidget):
    """Draws results as they come.

    Signals:
        chosen(int): the runs of this group were chosen.
        opened(int): the experiment of this group is to be opened.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._spec: SweepSpec | None = None
        self._points: tuple[Point, ...] = ()
        self._results: Mapping[str, SweepResult] = {}
        self._found: tuple[Summary, ...] = ()
        self._pictures: dict[int, QImage] = {}
        self.view = Segments("View", VIEWS, breaks=True)
        self.figure = Choice("Figure", "Which figure of the runs is drawn.")
        self.third = Choice("Third", "The value of the third thing that is varied.")
        self.curve = LabPlot(
            theme, "Figure over what is varied", "Each seed a point, the median a line.", EMPTY
        )
        self.cells, self.parallel = CellGrid(), ParallelAxes()
        self._stack = QStackedWidget()
        for part in (self.curve, self.cells, self.parallel):
            self._stack.addWidget(part)
        self.foot = FlowLayout()
        self.foot.addWidget(self.figure)
        self.foot.addWidget(self.third)
        self.third.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.view)
        self._layout.addWidget(self._stack, 1)
        self._layout.addLayout(self.foot)
        self.view.chosen.connect(lambda _key: self._draw())
        self.figure.chosen.connect(lambda _key: self._draw())
        self.third.chosen.connect(lambda _key: self._draw())
        for source in (self.cells, self.parallel):
            source.chosen.connect(self._choose)
            source.opened.connect(self.opened)
        self._offer_figures("accuracy")
        self.view.set_key("cells")
        self._offer_views(2)

    # For the owner --------------------------------------------------------------------------------------

    @property
    def found(self) -> tuple[Summary, ...]:
        """The groups of which there are results."""
        return self._found

    def begin(self, spec: SweepSpec, points: tuple[Point, ...]) -> None:
        """Show a sweep of which there are no results yet."""
        self._spec, self._points, self._results = spec, points, {}
        self._found, self._pictures = (), {}
        self.figure.set_key(spec.best_by)
        varied = len(spec.vary)
        self._offer_views(varied)
        if varied == 1 or self.view.key == "curve":
            self.view.set_key("curve" if varied == 1 else "cells")
        self._offer_third()
        self._draw()

    def show_results(self, results: Mapping[str, SweepResult], pictures: Mapping[int, QImage]) -> None:
        """Show what there is by now; `pictures` by the group they are of."""
        self._results, self._pictures = results, dict(pictures)
        self._found = summaries(self._points, results)
        if results:
            self._offer_figures(next(iter(results.values())).metric)
        self._offer_third()
        self._draw()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for part in (self.view, self.figure, self.third, self.curve, self.cells, self.parallel):
            part.apply_theme(theme)
        self.foot.setSpacing(theme.px(12))
        self._layout.setSpacing(theme.px(8))
        self._draw()

    # Choices --------------------------------------------------------------------------------------------

    @property
    def _metric(self) -> str:
        return next(iter(self._results.values())).metric if self._results else "accuracy"

    @property
    def _quantity(self) -> Quantity:
        return by_key(quantities(self._metric), self.figure.key, "figure")

    def _offer_figures(self, metric: str) -> None:
        key = self.figure.key
        self.figure.set_items(quantities(metric))
        if key:
            self.figure.set_key(key)

    def _offer_views(self, varied: int) -> None:
        plane = self._spec is None or self._spec.experiment.data.source.kind == "plane"
        reasons = {} if varied == 1 else {"curve": ONE}
        if varied == 1:
            reasons["cells"] = TWO
        if not plane:
            reasons["pictures"] = "This needs an experiment with two inputs."
        self.view.set_unavailable(reasons)
        if self.view.key in reasons:
            self.view.set_key("curve" if varied == 1 else "cells")

    def _offer_third(self) -> None:
        spec = self._spec
        wanted = spec is not None and len(spec.vary) == 3
        self.third.setVisible(wanted and self.view.key in ("cells", "pictures"))
        if spec is None or not wanted:
            return
        values = places_of(spec, self._found)[2]
        items = [
            Item("", f"best {thing_of(keys_of(spec)[2]).label.lower()}", "The best of them in each cell.")
        ]
        items += [Item(str(n), in_words(keys_of(spec)[2], value), "") for n, value in enumerate(values)]
        key = self.third.key
        self.third.set_items(items)
        if key in {item.key for item in items}:
            self.third.set_key(key)

    def _choose(self, group: int) -> None:
        for source in (self.cells, self.parallel):
            source.choose(group)
        self.chosen.emit(group)

    # Drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        spec = self._spec
        if spec is None:
            return
        self.third.setVisible(len(spec.vary) == 3 and self.view.key in ("cells", "pictures"))
        shown = {"curve": self.curve, "parallel": self.parallel}.get(self.view.key, self.cells)
        self._stack.setCurrentWidget(shown)
        if shown is self.curve:
            self._draw_curve(spec)
        elif shown is self.parallel:
            self._draw_parallel(spec)
        else:
            self._draw_cells(spec)

    def _values(self) -> np.ndarray:
        return np.array([one.medians[self.figure.key] for one in self._found])

    def _help(self, one: Summary) -> str:
        quantity = self._quantity
        seeds = f", median of {one.runs} seeds" if one.runs > 1 else ""
        said = figure(quantity, one.medians[quantity.key], self._metric)
        return f"{values_in_words(one)}: {quantity.label} {said}{seeds}; {one.parameters:,} parameters"

    def _draw_curve(self, spec: SweepSpec) -> None:
        theme, quantity, key = self._theme, self._quantity, keys_of(spec)[0]
        points = {point.id: point for point in self._points}
        rows = [
            (points[name].values[key], float(getattr(result, quantity.key)))
            for name, result in self._results.items()
            if name in points and not result.error
        ]
        places = places_of(spec, self._found)[0]
        words = any(isinstance(value, str) for value in places)
        at = (lambda value: float(places.index(value))) if words else float
        log = not words and min(map(float, places), default=0) > 0
        log = log and max(map(float, places)) / min(map(float, places)) > 20
        values = [y for _, y in rows if np.isfinite(y)]
        log_up = quantity.is_loss and bool(values) and min(values) > 0 and max(values) / min(values) > 10
        self.curve.set_axes((thing_of(key).label.lower(), quantity.label), (log, log_up))
        seeds = np.array([(at(x), y) for x, y in rows]).reshape(-1, 2)
        order = sorted(self._found, key=lambda one: at(one.values[key]))
        line = np.array([(at(one.values[key]), one.medians[quantity.key]) for one in order]).reshape(-1, 2)
        self.curve.show_things(
            [
                Curve(line[:, 0], line[:, 1], Look(theme.accent, (), 2.2)),
                Marks(seeds, theme.curve_train, size=5.0, name=quantity.label, rim=False),
            ]
            if rows
            else []
        )

    def _draw_cells(self, spec: SweepSpec) -> None:
        if len(spec.vary) < 2:
            return self._draw_line_of_cells(spec)
        places = places_of(spec, self._found)
        down, across = places[1], places[0]
        kept = self._of_third(spec, places)
        good = goodness(self._values(), self._quantity.is_loss).tolist()
        shares = dict(zip([one.group for one in self._found], good, strict=True))
        grid: list[list[Cell | None]] = [[None] * len(across) for _ in down]
        for one in kept:
            row, column = down.index(one.values[keys_of(spec)[1]]), across.index(one.values[keys_of(spec)[0]])
            there = grid[row][column]
            if there is None or (there.share or 0.0) < shares[one.group]:
                grid[row][column] = self._cell(one, shares[one.group])
        top = best(spec, self._found)
        # The largest value on top, as on an axis.
        self.cells.show_cells(
            tuple(tuple(row) for row in reversed(grid)),
            tuple(reversed(value_texts(keys_of(spec)[1], down))),
            value_texts(keys_of(spec)[0], across),
            (thing_of(keys_of(spec)[1]).label, thing_of(keys_of(spec)[0]).label),
            None if top is None else top.group,
        )
        return None

    def _draw_line_of_cells(self, spec: SweepSpec) -> None:
        """Draw pictures over one choice alone."""
        across = places_of(spec, self._found)[0]
        shares = goodness(self._values(), self._quantity.is_loss)
        row: list[Cell | None] = [None] * len(across)
        for one, share in zip(self._found, shares, strict=True):
            row[across.index(one.values[keys_of(spec)[0]])] = self._cell(one, float(share))
        top = best(spec, self._found)
        names = value_texts(keys_of(spec)[0], across)
        title = ("", thing_of(keys_of(spec)[0]).label)
        self.cells.show_cells((tuple(row),), ("",), names, title, None if top is None else top.group)

    def _of_third(self, spec: SweepSpec, places: list[tuple[Value, ...]]) -> list[Summary]:
        """Return the groups with the chosen third value, or all of them."""
        if len(spec.vary) < 3 or not self.third.key:
            return list(self._found)
        wanted = places[2][int(self.third.key)]
        return [one for one in self._found if one.values[keys_of(spec)[2]] == wanted]

    def _cell(self, one: Summary, share: float) -> Cell:
        quantity = self._quantity
        picture = self._pictures.get(one.group) if self.view.key == "pictures" else None
        text = figure(quantity, one.medians[quantity.key], self._metric)
        return Cell(one.group, share, text, self._help(one), picture)

    def _draw_parallel(self, spec: SweepSpec) -> None:
        places = places_of(spec, self._found)
        values, quantity = self._values(), self._quantity
        shares = goodness(values, quantity.is_loss)
        axes = [value_axis(key, own) for key, own in zip(keys_of(spec), places, strict=True)]
        columns = [
            axis_places([one.values[key] for one in self._found], own)
            for key, own in zip(keys_of(spec), places, strict=True)
        ]
        ticks = self._figure_ticks(values[np.isfinite(values)])
        runs = tuple(
            Run(
                one.group,
                np.array([*(column[n] for column in columns), shares[n]]),
                float(shares[n]),
                self._help(one),
            )
            for n, one in enumerate(self._found)
        )
        self.parallel.show_runs((*axes, Axis(quantity.label, ticks)), runs)

    def _figure_ticks(self, known: np.ndarray) -> tuple[tuple[float, str], ...]:
        """Return the worst figure at the bottom of its axis and the best at the top."""
        if not len(known):
            return ()
        low, high = (figure(self._quantity, float(end), self._metric) for end in (known.min(), known.max()))
        return ((0.0, high), (1.0, low)) if self._quantity.is_loss else ((0.0, low), (1.0, high))
