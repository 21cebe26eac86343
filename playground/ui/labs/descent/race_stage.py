"""The views of a race: the map, the surface, the losses, and the terms of the chosen one's last step."""

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.labs.basins import Drop
from playground.labs.race import Race, Runner
from playground.labs.steps import terms
from playground.labs.surfaces import FloatArray
from playground.ui.labs.descent import tangent
from playground.ui.labs.descent.race_words import notes, rows
from playground.ui.labs.descent.racers import Racer
from playground.ui.labs.descent.scene import Scene
from playground.ui.labs.descent.terms_panel import TermsPanel
from playground.ui.labs.field_plot import FieldPlot
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.relief_view import ReliefView, Route
from playground.ui.labs.things import Arrows, Curve, Handle, Marks, Thing
from playground.ui.plots.overlay import Look, few
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item

MOST_POINTS, FEW_POINTS = 600, 250
"""Points of a path that are drawn on the map, and on the surface."""
LEAST_LOSS, MOST_LOSS = 1e-12, 1e3
"""Of the map's highest loss, what is drawn at least and at most."""
BEYOND = 3.0
TERM_DASHES: tuple[tuple[float, ...], ...] = ((), (4.0, 2.0), (1.5, 1.5), (6.0, 2.0, 1.5, 2.0))


class RaceStage(QWidget):
    """Draws a race.

    Signals:
        start_moved(float, float): the race is to begin here.
        other_moved(float, float): the tangent plane is to be compared here.
    """

    start_moved = Signal(float, float)
    other_moved = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._scene: Scene | None = None
        self._drop: Drop | None = None
        self._numbers_next = False
        self._other: FloatArray | None = None
        self.map = FieldPlot(
            theme,
            "Map",
            "The surface from above, with the paths. Click to begin there, or drag the start.",
            "Choose a surface at the left.",
            ("x", "y"),
            square=True,
        )
        self.relief = ReliefView(theme, "Surface", "The surface from the side, with the paths.")
        self.losses = LabPlot(
            theme,
            "Loss by steps",
            "How high each racer is after each step.",
            "Press Play, or S for a single step.",
            ("step", "loss"),
            (False, True),
            steady=True,
        )
        self.terms = TermsPanel(theme)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        holders = (QWidget(), QWidget())
        self._lines = tuple(QHBoxLayout(holder) for holder in holders)
        for holder, line, share in zip(holders, self._lines, (3, 2), strict=True):
            line.setContentsMargins(0, 0, 0, 0)
            self._layout.addWidget(holder, share)
        for index, widget in enumerate((self.map, self.relief, self.losses, self.terms)):
            self._lines[index // 2].addWidget(widget, 1)
        self.map.clicked.connect(self.start_moved)
        self.map.moved.connect(self._move)

    @property
    def views(self) -> list[tuple[Item, QWidget]]:
        """What can be shown alone where there is no room for all."""
        return [
            (Item("map", "Map", "The surface from above."), self.map),
            (Item("surface", "Surface", "The surface from the side."), self.relief),
            (Item("losses", "Losses", "The loss of each racer over the steps."), self.losses),
            (Item("terms", "Last step", "What the last step was made of."), self.terms),
        ]

    def show_scene(self, scene: Scene) -> None:
        """Show another surface, with nobody on it yet."""
        self._scene, self._drop = scene, None
        ground = scene.ground
        self.map.set_axes(scene.names[:2], (False, False))
        self.map.show_field(scene.values, ground.across, ground.up)
        self.relief.show_field(scene.values, ground.across, ground.up, (*scene.signs, scene.names[2]))
        name = scene.names[2] if not scene.floor else f"{scene.names[2]} above the lowest"
        self.losses.set_axes(("step", name), (False, scene.floor is not None))

    def show_drop(self, drop: Drop | None) -> None:
        """Show where balls that were dropped began and ended; None for none."""
        self._drop = drop

    def show_other(self, other: FloatArray | None) -> None:
        """Compare the tangent plane at the start with the surface at a place (2,); None: not at all."""
        self._other = other

    def show_race(self, race: Race, racers: tuple[Racer, ...], chosen: int, playing: bool) -> None:
        """Draw the paths as they are now; the chosen one's last step in its terms.

        While it plays, the places are drawn in one frame and the numbers in the next.
        """
        scene = self._scene
        if scene is None:
            return
        pairs = list(zip(racers, race.runners, strict=True))
        looks = self._term_looks(race.runners[chosen])
        self._numbers_next = playing and not self._numbers_next
        if self._numbers_next or not playing:
            self._show_places(scene, race, pairs, chosen, looks)
        if not self._numbers_next:
            self._show_numbers(scene, race, pairs, chosen, looks)

    def _show_places(
        self, scene: Scene, race: Race, pairs: list[tuple[Racer, Runner]], chosen: int, looks: dict[str, Look]
    ) -> None:
        things: list[Thing] = [*self._balls(), *self._minima(scene)]
        things += [thing for pair in pairs for thing in self._path(scene, *pair)]
        routes = [self._route(*pair) for pair in pairs]
        handles = [
            Handle("start", "start", (float(race.start[0]), float(race.start[1])), self._theme.surface)
        ]
        if self._other is None:
            things += self._arrows(scene, race.runners[chosen], looks)
        else:
            things += tangent.things(scene.ground, race.start, self._other, self._theme)
            routes.append(tangent.route(scene.ground, race.start, self._theme))
            handles.append(tangent.handle(self._other, self._theme))
        self.map.show_things(things, handles)
        self.relief.show_routes(routes)

    def _show_numbers(
        self, scene: Scene, race: Race, pairs: list[tuple[Racer, Runner]], chosen: int, looks: dict[str, Look]
    ) -> None:
        self.losses.show_things([self._loss(scene, *pair) for pair in pairs] if race.step_count else [])
        if self._other is not None:
            said = tangent.panel(scene.ground, race.start, self._other, self._theme)
            self.terms.show_terms(tangent.TITLE, *said)
            return
        racer, runner = pairs[chosen]
        title = f"Last step of {racer.name}" if runner.steps else f"{racer.name}: no step yet"
        self.terms.show_terms(title, rows(runner, looks), notes(scene, race, racer, runner))

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        for view in (self.map, self.relief, self.losses, self.terms):
            view.apply_theme(theme)
        for layout in (self._layout, *self._lines):
            layout.setSpacing(theme.px(6))

    def _move(self, key: str, x: float, y: float) -> None:
        (self.other_moved if key == tangent.KEY else self.start_moved).emit(x, y)

    # Things ---------------------------------------------------------------------------------------------

    def _balls(self) -> list[Thing]:
        drop, theme = self._drop, self._theme
        if drop is None:
            return []
        found: list[Thing] = []
        for index in np.unique(drop.found).tolist():
            colour = theme.muted if index < 0 else theme.classes[index % len(theme.classes)]
            symbol = theme.class_markers[max(index, 0) % len(theme.class_markers)]
            found.append(Marks(drop.starts[drop.found == index], colour, symbol, 6.0, "ball"))
        return found

    def _minima(self, scene: Scene) -> list[Thing]:
        if not scene.minima:
            return []
        return [Marks(np.array(scene.minima), self._theme.text, "x", 9.0, "minimum", rim=False)]

    def _path(self, scene: Scene, racer: Racer, runner: Runner) -> list[Thing]:
        places = thinned(runner.places)
        if runner.lost_at is not None:
            away = places[-1] + BEYOND * scene.side * runner.lost_towards
            places = np.vstack((places, away))
        look = racer.look(self._theme)
        return [
            Curve(places[:, 0], places[:, 1], look, halo=True),
            Marks(runner.places[-1:], look.colour, racer.marker(self._theme), 11.0, racer.name),
        ]

    def _route(self, racer: Racer, runner: Runner) -> Route:
        look, marker = racer.look(self._theme), racer.marker(self._theme)
        places, heights = (thinned(path, FEW_POINTS) for path in (runner.places, runner.values))
        return Route(places, heights, look, marker)

    def _loss(self, scene: Scene, racer: Racer, runner: Runner) -> Curve:
        values = runner.values - (scene.floor or 0.0)
        known = scene.values[np.isfinite(scene.values)]
        top = float(known.max()) - (scene.floor or 0.0) if known.size else 1.0
        low = -np.inf if scene.floor is None else LEAST_LOSS * top
        drawn = (values >= low) & (np.abs(values) <= MOST_LOSS * max(top, 1.0))
        x, y = few(np.arange(len(values), dtype=np.float64), np.where(drawn, values, np.nan))
        return Curve(x, y, racer.look(self._theme), racer.name)

    def _term_looks(self, runner: Runner) -> dict[str, Look]:
        """Return how each term that is drawn on the map is drawn."""
        theme = self._theme
        colours = (theme.danger, theme.accent, theme.success, theme.warning)
        drawn = ["g", *(term.symbol for term in terms(runner) if term.is_way)]
        return {
            symbol: Look(colour, dash, 2.4)
            for symbol, colour, dash in zip(drawn, colours, TERM_DASHES, strict=False)
        }

    def _arrows(self, scene: Scene, runner: Runner, looks: dict[str, Look]) -> list[Thing]:
        """Return the gradient where the last step began, and the parts of the step one after the other."""
        begun = runner.places[-2] if runner.steps else runner.places[-1]
        slope = runner.slopes[-1] if runner.steps else scene.ground.gradient(begun)
        found = tangent.uphill(begun, slope, scene.side, looks["g"])
        at = begun
        for term in terms(runner):
            if term.is_way and term.symbol in looks:
                base = begun if term.symbol == "Δw" else at
                found.append(Arrows(base[None], (base + term.vector)[None], looks[term.symbol]))
                at = base + term.vector
        return found


def thinned(path: FloatArray, most: int = MOST_POINTS) -> FloatArray:
    """Return at most about so many points of a path (n, ...), its last one included.

    Every odd number of points: of a path that leaps to and fro, every second one would show one side alone.
    """
    stride = len(path) // most
    if stride < 1:
        return path
    stride += 1 - stride % 2
    return np.concatenate((path[:-1:stride], path[-1:]))
