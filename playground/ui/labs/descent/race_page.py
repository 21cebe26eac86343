"""Two weights: a race of optimizers down a surface, from one point, on a map and from the side."""

import sys
from importlib import import_module
from time import perf_counter

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox

from playground.labs.basins import drop
from playground.labs.race import MOST_STEPS, Race
from playground.labs.races import PRESETS, moved_to
from playground.labs.surfaces import Place, Surface
from playground.tables import by_key
from playground.ui.background import Background
from playground.ui.labs.context import LabContext
from playground.ui.labs.descent.conditions import ConditionsSection
from playground.ui.labs.descent.ground_section import GroundSection
from playground.ui.labs.descent.race_stage import RaceStage
from playground.ui.labs.descent.race_words import of_drop, standing, verdict
from playground.ui.labs.descent.racers import Racers
from playground.ui.labs.descent.scene import Scene
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.transport import Transport
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, describe, keep_font

INTRO = "Two weights, and a loss over them: let optimizers race downhill from one point, and see each step."
FRAME = 0.004
"""Seconds of steps in one go; what is left over is made in the next frames."""
SETTLE = 15
"""Frames between two sentences while it plays: they are to be read."""
BALLS = 200
OTHER = 0.12
"""Of the map's side, how far beside the start the tangent plane is compared at first."""
SOLVER = "scipy.optimize"
"""What L-BFGS needs takes too long to import for a click."""
OWN_RACE = Item("own", "Your own race", "What you have made of the others.")


class RacePage(LabPage):
    """The page of the race."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        theme = context.theme()
        self.scene: Scene | None = None
        self.race: Race | None = None
        self._start: Place = (0.0, 0.0)
        self._target = 0
        self._frames = 0
        self._see = ""
        self._seed = 0
        self._later = QTimer(self, interval=1, singleShot=True)
        self._later.timeout.connect(self._go_on)
        self._solver = Background(self, "playground-solver")
        self._solver.done.connect(self._take_solver)
        self._make_controls(theme)
        self.stage_view = RaceStage(theme)
        self.stage_view.start_moved.connect(self._set_start)
        self.stage_view.other_moved.connect(self._set_other)
        self.stage.addWidget(self.stage_view, 1)
        self.column.addWidget(PlotChoice(self, self.stage_view.views))
        self.column.addStretch(1)
        transport = Transport("step", 20)
        transport.asked.connect(self._step)
        transport.back_asked.connect(self._back)
        transport.rewind_asked.connect(self._rewind)
        transport.playing_changed.connect(lambda _on: self._draw())
        self.use(transport)
        self.apply_theme(theme)
        self.choose_preset(PRESETS[0].key)

    def _make_controls(self, theme: Theme) -> None:
        self.preset = Choice(
            "A race", "A race that shows one thing that optimizers do well, or how they fail."
        )
        self.preset.set_items([*PRESETS, OWN_RACE])
        self.preset.chosen.connect(self.choose_preset)
        self.column.addWidget(self.preset)
        self.ground = GroundSection(theme, self.context.seen)
        self.ground.changed.connect(self._take_scene)
        self.ground.drawing.connect(self._show_drawing)
        self.column.addWidget(self.ground)
        self.balls = Button(
            f"Drop {BALLS} balls",
            "Let balls roll from random places: each is coloured by the minimum that it ends in.",
        )
        self.balls.clicked.connect(self._drop)
        self.column.addWidget(self.balls)
        self.tangent = QCheckBox("Tangent plane at the start")
        describe(
            self.tangent,
            "Tangent plane at the start",
            "Drag the diamond: how well the gradient alone foretells the loss there.",
        )
        self.tangent.toggled.connect(self._show_tangent)
        self.column.addWidget(self.tangent)
        self.section("Racers")
        self.racers = Racers(theme)
        self.racers.changed.connect(self._begin_again)
        self.racers.chosen.connect(self._draw)
        self.column.addWidget(self.racers)
        self.section("For all of them")
        self.conditions = ConditionsSection(theme)
        self.conditions.changed.connect(self._begin_again)
        self.column.addWidget(self.conditions)
        for part in (self.ground, self.racers, self.conditions):
            part.refused.connect(lambda text: self.say(text, warning=True))

    # For the window -------------------------------------------------------------------------------------

    def end(self) -> None:
        """Make no more steps, and draw no more maps."""
        super().end()
        self._later.stop()
        self.ground.end()
        self._solver.end(2.0)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        keep_font(self.tangent, body_font(theme))
        self._draw()

    # What races on what ---------------------------------------------------------------------------------

    def choose_preset(self, key: str) -> None:
        """Begin one of the races that are offered."""
        if key == OWN_RACE.key:
            return
        preset = by_key(PRESETS, key, "race")
        self.scene = None  # what races is the preset's, not moved over from the surface before
        self.conditions.show_conditions(preset.conditions)
        self.racers.show_entrants(preset.entrants)
        self.ground.choose(preset.surface)
        self.preset.set_key(key)
        if preset.start is not None:
            self._start = preset.start
            self._show_tangent(self.tangent.isChecked())
        self._see = preset.see
        self._rewind()

    def _take_scene(self, scene: Scene) -> None:
        """Race on another surface, each at a rate that suits it as its own suited the one before."""
        before = self.scene
        self.scene, self._start = scene, scene.start
        self.preset.set_key(OWN_RACE.key)
        self.balls.setVisible(isinstance(scene.ground, Surface))
        self._see = scene.about
        if before is not None:
            rates, sides = (before.rate, scene.rate), (before.side, scene.side)
            self.racers.show_entrants([moved_to(racer.entrant, rates, sides) for racer in self.racers.racers])
        self.stage_view.show_scene(scene)
        self._show_tangent(self.tangent.isChecked())
        self._rewind()

    def _show_drawing(self, on: bool) -> None:
        self._set_able(not on, "The map of the network's loss is being drawn.")

    def _take_solver(self, _module: object) -> None:
        self._set_able(True)
        self._begin_again()

    def _set_able(self, able: bool, why: str = "") -> None:
        """Allow steps, or say why there are none now."""
        if self.transport is not None:
            self.transport.set_able(able, "" if able else why)
        if not able:
            self.say(why)

    def _set_start(self, x: float, y: float) -> None:
        if self.scene is None:
            return
        before, self._start = self._start, (x, y)
        self._show_tangent(self.tangent.isChecked())
        try:
            self._begin_again()
        except ValueError as error:
            self._start = before
            self.say(str(error), warning=True)

    def _show_tangent(self, _on: bool) -> None:
        """Compare tangent plane and surface a little beside the start, or no longer."""
        if self.scene is None:
            return
        aside = OTHER * self.scene.side * np.array([1.0, 0.5])
        self.stage_view.show_other(np.array(self._start) + aside if self.tangent.isChecked() else None)
        self._draw()

    def _set_other(self, x: float, y: float) -> None:
        self.stage_view.show_other(np.array([x, y]))
        self._draw()

    def _begin_again(self) -> None:
        """Let the race of now be run anew, as far as it was."""
        self.preset.set_key(OWN_RACE.key)
        done = self.race.step_count if self.race is not None else 0
        self._make_race()
        self._target = max(done, self._target)
        self._later.start()

    def _make_race(self) -> None:
        if self.scene is None:
            return
        entrants = [racer.entrant for racer in self.racers.racers]
        if SOLVER not in sys.modules and any(entrant.kind.solves for entrant in entrants):
            self._set_able(False, "L-BFGS is being loaded.")
            self._solver.start(lambda _tell, _cancelled: import_module(SOLVER))
            return
        self.race = Race(self.scene.ground, self._start, entrants, self.conditions.conditions)

    # Steps ----------------------------------------------------------------------------------------------

    def _step(self, steps: int) -> None:
        if self.race is not None:
            self._target = self.race.step_count + steps
            self._go_on()

    def _go_on(self) -> None:
        """Make the steps that are owed, as many as one frame has time for."""
        race = self.race
        if race is None:
            return
        until = perf_counter() + FRAME
        while race.step_count < self._target and not race.is_over and perf_counter() < until:
            race.advance()
        if race.is_over:
            self._target = race.step_count
            self.pause()
        elif race.step_count < self._target:
            self._later.start()
        self._draw()

    def _back(self) -> None:
        if self.race is not None:
            self._later.stop()
            self.race.back()
            self._target = self.race.step_count
            self._draw()

    def _rewind(self) -> None:
        self._later.stop()
        self._target = 0
        self._make_race()
        self._draw()

    # Drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        race, scene = self.race, self.scene
        if race is None or scene is None or len(race.runners) != len(self.racers.racers):
            return
        playing = self.transport is not None and self.transport.is_playing
        self.stage_view.show_race(race, self.racers.racers, self.racers.index, playing)
        self._frames += 1
        if not playing or self._frames % SETTLE == 0 or race.step_count <= 1:
            self.racers.show_notes([standing(scene, runner) for runner in race.runners])
            self._tell(race, scene)

    def _tell(self, race: Race, scene: Scene) -> None:
        if race.step_count == 0:
            self.say(f"{self._see} Click on the map to begin elsewhere.")
            return
        text, warning = verdict(scene, race, self.racers.racers)
        full = f" {MOST_STEPS:,} steps are the most." if race.step_count >= MOST_STEPS else ""
        self.say(f"{text}{full}", warning)

    def _drop(self) -> None:
        """Drop balls, others each time."""
        scene = self.scene
        if scene is None:
            return
        self._seed += 1
        dropped = drop(scene.ground, scene.minima, BALLS, self._seed, scene.rate)
        self.stage_view.show_drop(dropped)
        self._draw()
        self.say(of_drop(dropped))
