"""What an edit is that makes no sense, and how edits come to say so."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import ValidationError

from playground.experiment.model import Experiment
from playground.experiment.rule import with_fitting_rule
from playground.experiment.words import first_problem

F = TypeVar("F", bound=Callable[..., Experiment])


class EditRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """An edit that makes no sense; the message is a sentence for the person who tried it."""


def edit(function: F) -> F:
    """Turn a value the document does not accept into a refusal that says what is allowed.

    An edit to what TensorFlow Playground's rule of training does not know leaves that rule.
    """

    @functools.wraps(function)
    def wrapped(experiment: Experiment, *args: Any, **kwargs: Any) -> Experiment:
        try:
            return with_fitting_rule(function(experiment, *args, **kwargs))
        except ValidationError as error:
            raise EditRefused(first_problem(error)) from error

    return cast(F, wrapped)
