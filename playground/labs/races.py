"""Races to begin with: each shows one thing that optimizers do well, or how they fail."""

from dataclasses import dataclass, replace

from playground.labs.race import Conditions, Entrant
from playground.labs.surfaces import Place

CALM = Conditions()


@dataclass(frozen=True, slots=True)
class Preset:
    """A race from a start, or the surface's own; `see` says what is to be seen, and what to try then."""

    key: str
    label: str
    help: str
    see: str
    surface: str
    entrants: tuple[Entrant, ...]
    start: Place | None = None
    conditions: Conditions = CALM


def _one(optimizer: str, rate: float, corrected: bool = True, **hyper: float) -> Entrant:
    return Entrant(optimizer, rate, hyper, corrected)


PRESETS: tuple[Preset, ...] = (
    Preset(
        "race",
        "Four optimizers, one valley",
        "SGD, Momentum, RMSprop and Adam start together in Rosenbrock's banana.",
        "All find the valley at once; following its bend is what takes long. Watch who is slow where it is "
        "flat.",
        "rosenbrock",
        (_one("sgd", 0.001), _one("momentum", 0.0003), _one("rmsprop", 0.02), _one("adam", 0.05)),
    ),
    Preset(
        "large",
        "Too small, right, too large",
        "Plain descent in a bowl at four rates, the last above the limit.",
        "The limit is α < 2/λ = 1 here: below a half it walks in, then it leaps from wall to wall, and "
        "above 1 each leap is longer than the last.",
        "bowl",
        (_one("sgd", 0.01), _one("sgd", 0.2), _one("sgd", 0.95), _one("sgd", 1.05)),
    ),
    Preset(
        "ravine",
        "Zig-zag in a ravine",
        "One rate for a steep and a flat direction: too large for one, too small for the other.",
        "At 97 % of its limit SGD leaps from wall to wall; at a calm rate it creeps along the floor. "
        "Momentum cancels the leaps and adds up the way along the floor.",
        "ravine",
        (_one("sgd", 0.0776), _one("sgd", 0.01), _one("momentum", 0.02, beta=0.8), _one("adam", 0.1)),
    ),
    Preset(
        "saddle",
        "Stuck on a ridge",
        "All start exactly on the ridge of a saddle, where no gradient points to the sides.",
        "Each comes to rest at 0, 0, where the gradient is 0 though both minima lie lower. Now set the "
        "noise to 0.01, and look again.",
        "saddle",
        (_one("sgd", 0.05), _one("momentum", 0.01), _one("adam", 0.05)),
        start=(1.0, 0.0),
    ),
    Preset(
        "escape",
        "Noise leaves the ridge",
        "The same saddle with a little noise in every gradient.",
        "The noise pushes each off the ridge to one side or the other, and the slope does the rest. Take "
        "another seed: which minimum it is depends on chance.",
        "saddle",
        (_one("sgd", 0.05), _one("momentum", 0.01), _one("adam", 0.05)),
        start=(1.0, 0.0),
        conditions=Conditions(noise=0.01),
    ),
    Preset(
        "overshoot",
        "Momentum overshoots",
        "The same rate with more and more momentum.",
        "With β = 0.5 it hardly overshoots, with 0.9 it swings past the minimum and back, with 0.99 it "
        "circles for hundreds of steps: speed that is never lost cannot be stopped.",
        "bowl",
        (_one("momentum", 0.02, beta=0.5), _one("momentum", 0.02), _one("momentum", 0.02, beta=0.99)),
    ),
    Preset(
        "correction",
        "Adam without its correction",
        "Adam with and without the correction of the bias of its running means, which begin at 0.",
        "Both running means begin at 0, but v grows more slowly: without the correction the first step is "
        "more than three times as long (0.1/√0.001), and the next ones, too.",
        "ravine",
        (_one("adam", 0.15), _one("adam", 0.15, corrected=False)),
    ),
    Preset(
        "hollow",
        "The hollow nearby",
        "Two hollows: the shallow one is nearer, the deep one is better.",
        "SGD stays in the first hollow it meets, where the gradient is 0, too. With enough speed momentum "
        "rolls through it into the deeper one.",
        "gaussians",
        (_one("sgd", 0.05), _one("momentum", 0.03, beta=0.95), _one("adam", 0.1)),
        start=(2.3, 0.4),
    ),
    Preset(
        "plain",
        "A plain with steep walls",
        "Beale's surface: slopes of very different sizes on one map.",
        "The walls allow SGD only a tiny rate, with which it hardly moves on the plain. A rate of its own "
        "for each weight, as RMSprop, Adagrad and Adam have it, gets along with both.",
        "beale",
        (_one("sgd", 0.002), _one("adagrad", 0.3), _one("rmsprop", 0.02), _one("adam", 0.05)),
        start=(-1.5, 1.5),
    ),
)


def usual(rate: float, side: float) -> tuple[Entrant, ...]:
    """Return a race for a map `side` wide, where plain descent does well at this rate."""
    return (
        Entrant("sgd", rate),
        Entrant("momentum", _figure(rate / 4)),
        Entrant("rmsprop", _figure(side / 200)),
        Entrant("adam", _figure(side / 100)),
    )


def moved_to(entrant: Entrant, rates: tuple[float, float], sides: tuple[float, float]) -> Entrant:
    """Return an entrant with a rate that suits another surface as its own suited the one before.

    Where a step is the rate times the gradient, it goes with the surfaces' own `rates`; where it is about as
    long as the rate itself, with the `sides` of the maps.
    """
    before, after = rates if entrant.optimizer in BY_SLOPE else sides
    return replace(entrant, rate=_figure(entrant.rate * after / before))


def _figure(rate: float) -> float:
    return float(f"{rate:.2g}")


BY_SLOPE = frozenset(("sgd", "momentum", "nesterov"))
