"""One network with its data, optimizer and curves: what a run consists of, without any thread.

The worker thread of the window and the command line both drive a `Session`; it is used by one thread at a
time and hands out host copies only.
"""

import math
import sys
import time
from typing import Self

import numpy as np

from playground.data import Parts
from playground.engine.backends import BACKENDS, compiled, installed, make_backend
from playground.engine.backends.base import Array, Backend, HostArray
from playground.engine.backends.numpy import NumpyBackend
from playground.engine.clipping import CLIPPINGS
from playground.engine.curves import Point, Watch
from playground.engine.losses import LOSSES
from playground.engine.network import Network
from playground.engine.optimizers import OPTIMIZERS, Optimizer
from playground.engine.playground_rule import PlaygroundTrainer
from playground.engine.regularizers import REGULARIZERS
from playground.engine.schedules import SCHEDULES
from playground.engine.trainer import Trainer
from playground.experiment.held import Held
from playground.experiment.model import Experiment, TrainingSettings
from playground.experiment.prepare import Prepared, prepare
from playground.export.model import TrainedModel, trained_model
from playground.tables import by_key
from playground.training.answering import Answering, frozen
from playground.training.carry import Carry, carry_over
from playground.training.ensemble import CYCLIC, Ensemble
from playground.training.failures import device_failed, processor_for
from playground.training.holding import Holding
from playground.training.kernels import desk
from playground.training.memory import free_memory
from playground.training.messages import Carried, EnsembleFigures, FloatArray, History, SetNumber
from playground.training.numbers import place_of
from playground.training.project import Project, other_rows
from playground.training.standing import Kept, Past, Standing
from playground.training.stopping import Referee

KEEP_SECONDS = 1.0
"""How much training is lost at most when a device fails."""


class Session(Answering):
    """A network being trained.

    `carried` says how many weights came from an earlier run; None when the run began with its own, and as
    soon as it trains. `stopped` says in a sentence why a stopping rule has ended the run; empty otherwise,
    and as soon as it trains on. `notice` says in a sentence that the device has failed; empty otherwise.
    """

    def __init__(
        self,
        prepared: Prepared,
        backend: Backend,
        carry: Carry | None = None,
        project: Project | None = None,
    ) -> None:
        plan = prepared.plan
        self.prepared = prepared
        self.settings = plan.training
        self._epochs = plan.epochs
        self.loss = by_key(LOSSES, plan.training.loss, "loss")
        self._rows: list[Point] = []
        self._last: Point = (0.0, math.nan, math.nan, math.nan, math.nan)
        self._shown_until = -math.inf
        self._restart = carry is None
        self._cut = math.inf
        self._all_rows: Array | None = None
        self._shown_rows: Array | None = None
        self.carried: Carried | None = None
        self.stopped = ""
        self.notice = ""
        self.ensemble: Ensemble | None = None
        self._best: HostArray | None = None
        self._initial: HostArray | None = None
        self.marks: tuple[tuple[float, str], ...] = ()
        self._holding = Holding(plan)
        self._settle(backend)
        if project is None or project.standing is None:
            self._begin(carry)
        else:
            self._resume(project, project.standing)

    @classmethod
    def for_experiment(
        cls,
        experiment: Experiment,
        device: str = "auto",
        parts: Parts | None = None,
        project: Project | None = None,
    ) -> Self:
        """Return a session for an experiment, on `parts` of its rows where they are given.

        Raises CannotTrainError, and BackendUnavailableError when `device` is asked for and not there.
        """
        backend = make_backend(device)
        prepared = prepare(experiment, installed(), device, free_memory(), parts)
        if prepared.plan.device == NumpyBackend.key:  # what was asked for, or a rule that others do not know
            backend = NumpyBackend()
        return cls.on(prepared, backend, project=project)

    @classmethod
    def from_project(cls, project: Project, device: str = "auto") -> Self:
        """Return a session that goes on where that of the project stood, bit for bit on the same device.

        With the device "auto" it is the project's own where that works. Raises as `for_experiment`.
        """
        if device == "auto" and project.standing is not None:
            own = project.standing.backend
            device = next((one.key for one in BACKENDS if one.key == own and one.available()), device)
        return cls.for_experiment(project.experiment, device, project=project)

    @classmethod
    def on(
        cls,
        prepared: Prepared,
        backend: Backend,
        carry: Carry | None = None,
        project: Project | None = None,
    ) -> Self:
        """Return a session, on the processor and with a notice of it when the device fails at once."""
        try:
            return cls(prepared, backend, carry, project)
        except backend.failures as error:
            session = cls(prepared, processor_for(prepared), carry, project)
            session.notice = device_failed(error, session.trainer.epoch)
            return session

    # Training -------------------------------------------------------------------------------------------

    def train(self, steps: int, until: float = math.inf) -> int:
        """Run up to `steps` mini-batches, not beyond epoch `until`; return how many were run.

        Ends at the measured point at which a stopping rule says so.
        """
        self.carried = None
        self.stopped = ""
        if self.backend.failures and time.monotonic() > self._kept_at + KEEP_SECONDS:
            self._keep()
        done = 0
        while done < steps and not self.stopped:
            look = self._referee.next_look(self.trainer.epoch)
            halt = min(until, look, math.inf if self.ensemble is None else self.ensemble.next_epoch)
            made = self.trainer.run(min(steps - done, self._steps_to(halt)), halt)
            self._collect()
            done += made
            if not made or self.trainer.diverged:
                break
            if self.ensemble is not None:
                self.ensemble.offer(self.trainer.epoch)
            if self.trainer.epoch >= look:
                self._judge()
        return done

    def train_epoch(self) -> int:
        """Run the rest of the current epoch; return the number of steps."""
        return self.train(self.trainer.steps_per_epoch, self.trainer.epoch + 1)

    def rewind(self) -> None:
        """Go back to step 0 and the run's own initial weights."""
        self.carried = None
        self._rows.clear()
        self._restart = True
        self._shown_until = -math.inf
        self.marks = ()
        self.trainer = self._new_trainer()
        self.stopped = ""
        self._begin(None)

    def begin_with(self, weights: tuple[FloatArray, ...], biases: tuple[FloatArray, ...]) -> None:
        """Go to step 0 with these weights (units, inputs) and biases (units,) as the initial ones."""
        self._set_layers(weights, biases)
        self._initial = self.network.get_parameters()
        self.rewind()

    def return_to(self, past: Past, silent: bool = False) -> None:
        """Go to where this run stood; the curves stay, and so do the settings and what is held.

        When `silent`, those points that the curves have already are not added again on the way on.
        """
        self.carried = None
        shown = max(self._shown_until, self._last[0])
        self.trainer = self._new_trainer()
        self._take_up(past)
        if silent:
            self._shown_until = shown
        self._keep()

    def cut_curves(self) -> None:
        """Say that the points of the curves beyond where the session stands no longer hold."""
        self._cut = min(self._cut, self.position)
        self._rows = [point for point in self._rows if point[0] <= self._cut]

    def change(self, settings: TrainingSettings, epochs: int | None = None) -> None:
        """Go on with other settings, and planned for so many `epochs` where they are given.

        The optimizer starts afresh only when it is another one, the stopping rules when they are others; the
        ensemble of snapshots when the schedule has other cycles.
        """
        old, self.settings = self.settings, settings
        planned, self._epochs = self._epochs, epochs or self._epochs
        trainer = self.trainer
        trainer.learning_rate = settings.learning_rate
        trainer.batch_size = settings.batch_size
        trainer.regularizer = by_key(REGULARIZERS, settings.regularizer, "regularization")
        trainer.regularization_rate = settings.regularization_rate
        trainer.schedule = by_key(SCHEDULES, settings.schedule, "schedule")
        trainer.schedule_hyper = settings.schedule_hyper
        trainer.planned_epochs = self._epochs
        trainer.clipping = by_key(CLIPPINGS, settings.clipping, "clipping")
        trainer.clip_limit = settings.clip_limit
        if (old.stopping, planned) != (settings.stopping, self._epochs):
            self._referee = self._new_referee(None)
            self._keep()  # what was kept belongs to the other rules
        if (old.schedule, old.schedule_hyper) != (settings.schedule, settings.schedule_hyper):
            self.ensemble = self._new_ensemble()
        if (old.optimizer, old.optimizer_parameters) != (settings.optimizer, settings.optimizer_parameters):
            trainer.optimizer = self._new_optimizer()

    def hold(self, held: Held) -> None:
        """Go on with other layers frozen, and other links and neurons switched off.

        A link that is switched on again has the weight it had. The rules for stopping begin anew: what they
        have seen was another network.
        """
        rewired = self._holding.change(held, self.network)
        self._holding.put_on(self.trainer)
        if rewired:
            self.record()
        self._referee = self._new_referee(None)
        self._keep()

    @property
    def held(self) -> Held:
        """What does not learn."""
        return self._holding.held

    def move_to(self, backend: Backend) -> None:
        """Go on from just here on another backend."""
        self._keep()
        self._settle(backend)
        self._kept.kept.bring_to(self.trainer)

    def recover(self, error: BaseException) -> None:
        """Go on on the processor from what was kept last, as the device has failed with `error`.

        Raises CannotTrainError when the computer has no room for the network.
        """
        self._settle(processor_for(self.prepared))
        kept = self._kept
        kept.kept.bring_to(self.trainer)
        self._referee.tally, self._best = kept.tally, kept.best
        self._holding.asleep = kept.asleep
        # The curves have been drawn further than the training now stands.
        self._shown_until, self._last = self._last[0], kept.last
        self.notice = device_failed(error, self.trainer.epoch)

    def set_number(self, command: SetNumber) -> bool:
        """Give one number another value, and leave all others alone; False where there is no such number."""
        place, precision = place_of(self.prepared.plan, command), np.dtype(self.settings.precision)
        with np.errstate(over="ignore"):
            value = precision.type(command.value)
        if place is None or not np.isfinite(value) or self._holding.is_off(place):
            return False
        self.network.parameters[place] = value
        self.trainer.revive(place)
        self.trainer.diverged = False  # what was measured was about another network
        if self.backend.failures:
            self._keep()
        return True

    @property
    def touched(self) -> bool:
        """Whether the weights are others than the initial ones though no step has been made."""
        if self.trainer.step or self._initial is None:
            return False
        awake = self._holding.awake(self.network.get_parameters())
        return not np.array_equal(awake, self._initial, equal_nan=True)

    @property
    def diverged(self) -> bool:
        """Whether a weight or the latest loss is no longer a finite number."""
        return self.trainer.diverged or not self.network.is_finite()

    @property
    def releases_lock(self) -> bool:
        """Whether training leaves the interpreter to other threads while it computes."""
        return self.backend.runner(self.trainer) is not None

    def want_kernels(self) -> None:
        """Have kernels loaded where they could do the training, without waiting for them."""
        if self.backend.key == compiled.CompiledBackend.key and self.trainer.in_kernels:
            desk.want(self.settings.precision)

    @property
    def label(self) -> str:
        """What computes, in a few words: the chosen device, or what stands in for it."""
        stands_in = self.backend.key == compiled.CompiledBackend.key and not self.releases_lock
        return NumpyBackend.label if stands_in else self.backend.label

    @property
    def engine(self) -> str:
        """What computes, and whether that is for the time being."""
        if self.label == self.backend.label:
            return self.label
        if desk.awaited(self.settings.precision):
            return f"{self.label} until compiled"
        return f"{self.label}, not compiled" if desk.trouble else self.label

    # Looking --------------------------------------------------------------------------------------------

    def record(self) -> None:
        """Add a point to the curves: losses and metrics as they are at this step."""
        self.trainer.record()
        self._collect()

    @property
    def epochs(self) -> int:
        """For how many epochs the run is planned."""
        return self._epochs

    @property
    def position(self) -> float:
        """How far the session is on the axis of the curves, in epochs."""
        return max(self.trainer.progress, self._start)

    @property
    def last(self) -> Point:
        """The latest point: epoch, loss in training and watched, metric in training and watched."""
        return self._last

    def take_history(self) -> History:
        """Return the points recorded since the last call."""
        history = History.of(self._rows, self._restart, math.inf if self._restart else self._cut)
        self._rows.clear()
        self._restart, self._cut = False, math.inf
        return history

    def layers(self) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...]]:
        """Return host copies of the weights (units, inputs) and biases (units,) of every layer."""
        # One copy of them all: NumPy lets go of the interpreter for each, and has to wait to have it back.
        return self.network.layers_of(frozen(self.network.get_parameters()))

    def asleep(self) -> tuple[FloatArray, ...] | None:
        """Return what the links that are off would weigh, 0 elsewhere: (units, inputs) of every layer.

        None while all links are on.
        """
        asleep = self._holding.asleep
        return None if asleep is None else self.network.layers_of(asleep)[0]

    def carry(self) -> Carry | None:
        """Return the trained weights for a run that takes over; None when nothing has been trained."""
        if self.trainer.step == 0 and not self.touched:
            return None
        weights, biases = self.network.layers_of(self._holding.awake(self.network.get_parameters()))
        trainer = self.trainer
        return Carry(self.prepared.plan, weights, biases, trainer.epoch, trainer.step, self._last[0])

    def standing(self) -> Standing:
        """Return where the session stands, for another one to go on from there."""
        taken = self.ensemble
        return Standing(
            kept=Kept.of(self.trainer),
            initial=self.network.get_parameters() if self._initial is None else self._initial,
            best=self._best if self._referee.keeps_best else None,
            asleep=self._holding.asleep,
            tally=self._referee.tally,
            snapshots=None if taken is None else taken.standing(),
            last=self._last,
            start=self._start,
            shown_until=self._shown_until,
            stopped=self.stopped,
            backend=self.backend.key,
        )

    def past(self) -> Past:
        """Return what it takes to return to where the session stands."""
        return Past(self.standing(), self.settings, self.epochs, self.held)

    def project(self, experiment: Experiment) -> Project:
        """Return what a file is to hold of this run of `experiment`.

        The curves are those that `take_history` has not given away.
        """
        return Project.of(experiment, self.standing(), self.prepared, History.of(self._rows), self.marks)

    def summary(self, name: str) -> dict[str, object]:
        """Return the result of the training so far, by the names that `playground train --json` prints."""
        plan = self.prepared.plan
        _, train_loss, watched_loss, _, watched_metric = self._last
        metric: str = self.metric
        loss = f"{self.prepared.watched}_loss"
        if self.prepared.has_validation:  # the plain name is that of the test, which is not looked at here
            metric = f"validation_{metric}"
        together = self.ensemble_figures()
        return {
            "name": name,
            "epochs": self.trainer.epoch,
            "steps": self.trainer.step,
            "device": f"{self.engine}: {self.backend.describe()}",
            "parameters": plan.parameters,
            "train_loss": train_loss,
            loss: watched_loss,
            metric: watched_metric,
            "stopped": self.stopped or None,
            "ensemble": together
            and {
                "members": together.members,
                loss: together.watched_loss,
                metric: together.watched_metric,
            },
        }

    def ensemble_figures(self) -> EnsembleFigures | None:
        """Return how good the mean of the snapshots is; None where the learning rate has no cycles."""
        return None if self.ensemble is None else self.ensemble.figures()

    def trained_model(self, experiment: Experiment) -> TrainedModel:
        """Return the network as the exporters take it, with its answers on the test rows."""
        return trained_model(experiment, self.prepared, *self.layers())

    # Inside ---------------------------------------------------------------------------------------------

    def _settle(self, backend: Backend) -> None:
        """Make network, rows and trainer on a backend."""
        prepared, plan = self.prepared, self.prepared.plan
        dtype = self.settings.precision
        self.backend = backend
        self.network = Network(backend, plan.shapes, dtype)
        rows = (prepared.x_watched, prepared.y_watched)
        x, y = (backend.asarray(array, dtype) for array in rows)
        self._watch = Watch(x, y, self.metric, plan.threshold)
        self._x_train = backend.asarray(prepared.x_train, dtype)
        self._y_train = backend.asarray(prepared.y_train, dtype)
        self._all_rows = self._shown_rows = None
        self.trainer = self._new_trainer()
        if self.ensemble is not None:
            self.ensemble.settle(self.network, self._watch)

    def _keep(self) -> None:
        """Copy to the host what it takes to go on should the device fail."""
        self._kept = self.standing()
        self._kept_at = time.monotonic()

    def _begin(self, carry: Carry | None) -> None:
        self._initialise()
        self._start = carry.position if carry is not None else 0.0
        if carry is not None:
            self._take_over(carry)
        self._holding.fall_asleep(self.network)
        self.record()
        self._referee = self._new_referee(self._last)
        self.ensemble = self._new_ensemble()
        self._keep()

    def _initialise(self) -> HostArray:
        """Set the run's own initial weights, and return them: drawn once, the same ever after."""
        if self._initial is None:
            stream = self.prepared.stream
            self.network.initialise(self.settings.seed, None if stream is None else stream.copy().random)
            self._initial = self.network.get_parameters()
        else:
            self.network.set_parameters(self._initial)
        return self._initial

    def _resume(self, project: Project, standing: Standing) -> None:
        """Go on where the project's run stood; what belongs to settings that are others now begins anew."""
        then = project.experiment
        self._take_up(Past(standing, then.training, then.epochs, then.held))
        self._rows += project.history.points()
        self.marks = project.marks
        self.notice = other_rows(project, self.prepared)
        self._keep()

    def _take_up(self, past: Past) -> None:
        """Become what stood there, but for what belongs to settings that are others now."""
        standing, then = past.standing, past.settings
        self._initial = standing.initial
        self._start, self._shown_until = standing.start, standing.shown_until
        standing.kept.bring_to(self.trainer)
        self._holding.resume(past.held, standing.asleep, self.network)
        self._last, self.stopped = standing.last, standing.stopped
        self._referee = self._new_referee(None)
        # Of another network, with other links off, the best weights are not those of this one.
        if (then.stopping, past.epochs, past.held) == (self.settings.stopping, self._epochs, self.held):
            self._referee.tally, self._best = standing.tally, standing.best
        self.ensemble = self._new_ensemble()
        same_cycles = then.schedule_hyper == self.settings.schedule_hyper
        if self.ensemble is not None and standing.snapshots is not None and same_cycles:
            self.ensemble.resume(standing.snapshots)

    def _new_ensemble(self) -> Ensemble | None:
        """Return one that takes snapshots from here on; None where the learning rate has no cycles."""
        if self.settings.schedule != CYCLIC:
            return None
        hyper = self.settings.schedule_hyper
        return Ensemble(self.network, self.loss, self._watch, hyper, self.trainer.epoch)

    def _new_referee(self, start: Point | None) -> Referee:
        """Return one whose rules count from here, where `start` has just been measured, if it has."""
        watched = self.prepared.watched
        referee = Referee(self.settings.stopping, self._epochs, self.trainer.epoch, start, watched)
        if referee.keeps_best:
            self._best = self.network.get_parameters()
        return referee

    def _steps_to(self, epoch: float) -> int:
        """Return how many steps there are at most to an epoch: asking for far more would take time."""
        trainer = self.trainer
        if math.isinf(epoch):
            return sys.maxsize
        return (math.ceil(epoch) - trainer.epoch) * trainer.steps_per_epoch

    def _judge(self) -> None:
        """Show the latest point to the rules, and do what follows from it."""
        verdict = self._referee.look(self._last)
        if self._referee.keeps_best and self._referee.tally.is_best:
            self._best = self.network.get_parameters()
        if verdict is None:
            return
        self.stopped = verdict.sentence
        if verdict.restores and self._best is not None:
            self.network.set_parameters(self._best)
            # What the optimizer remembers is about the weights that have gone.
            self.trainer.optimizer = self._new_optimizer()
            self.record()
        self._referee = self._new_referee(self._last)

    def _collect(self) -> None:
        """Take over the points that the trainer has measured."""
        for point in self.trainer.points:
            # A run taken over in mid-epoch begins that epoch again.
            self._last = (max(point[0], self._start), *point[1:])
            if self._last[0] > self._shown_until:
                self._rows.append(self._last)
        self.trainer.points.clear()

    def _take_over(self, carry: Carry) -> None:
        weights, biases = (tuple(np.array(a) for a in group) for group in self.layers())
        self.carried = carry_over(carry, self.prepared.plan, weights, biases)
        self._set_layers(weights, biases)
        self.trainer.move_to(carry.epoch, 0)
        self.trainer.step = carry.step

    def _set_layers(self, weights: tuple[FloatArray, ...], biases: tuple[FloatArray, ...]) -> None:
        asarray, precision = self.backend.asarray, self.settings.precision
        for layer in range(len(weights)):
            self.network.weights[layer][...] = asarray(weights[layer], precision)
            self.network.biases[layer][...] = asarray(biases[layer], precision)

    def _new_optimizer(self) -> Optimizer:
        chosen = by_key(OPTIMIZERS, self.settings.optimizer, "optimizer")
        size = self.network.size
        return chosen(self.backend, size, self.settings.precision, **self.settings.optimizer_parameters)

    def _new_trainer(self) -> Trainer:
        settings = self.settings
        by_playground = settings.rule == "tensorflow_playground"
        trainer = (PlaygroundTrainer if by_playground else Trainer)(
            self.network,
            self.loss,
            self._new_optimizer(),
            self._x_train,
            self._y_train,
            learning_rate=settings.learning_rate,
            batch_size=settings.batch_size,
            regularizer=by_key(REGULARIZERS, settings.regularizer, "regularization"),
            regularization_rate=settings.regularization_rate,
            seed=settings.seed,
            schedule=by_key(SCHEDULES, settings.schedule, "schedule"),
            schedule_hyper=settings.schedule_hyper,
            planned_epochs=self._epochs,
            clipping=by_key(CLIPPINGS, settings.clipping, "clipping"),
            clip_limit=settings.clip_limit,
            watch=self._watch,
        )
        self._holding.put_on(trainer)
        return trainer
