"""What the test rows say about a network, asked once its training is done.

With a validation part nothing about the test rows is measured while a network is trained, so that no choice
(when to stop, how wide, which rate) can be made by them: the score of a choice made by the test rows is too
good. Each look at them is an `Evaluation`, and is kept.
"""

from typing import TYPE_CHECKING

from playground.experiment.evaluation import Evaluation

if TYPE_CHECKING:
    from playground.training.session import Session


def evaluate(session: "Session") -> Evaluation:
    """Return how the network of `session` does on the test rows as it is now."""
    prepared = session.prepared
    backend, dtype, rows = session.backend, session.settings.precision, prepared.test_rows
    x, y = (backend.asarray(array[rows], dtype) for array in (prepared.x, prepared.y))
    loss, outputs = session.network.evaluate(x, y, session.loss)
    is_number = prepared.plan.task == "regression"
    error, root = session.errors(outputs, rows) if is_number else (None, None)
    return Evaluation(
        test_rows=prepared.test_name,
        rows=len(rows),
        epoch=session.trainer.epoch,
        step=session.trainer.step,
        loss=loss,
        metric=session.score(outputs, backend.to_host(y)),
        mae=error,
        rmse=root,
    )
