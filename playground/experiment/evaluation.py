"""A look at the test rows, which the document keeps."""

import math
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

MAX_EVALUATIONS = 1000


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None


Figure = Annotated[float | None, BeforeValidator(_finite)]


class Evaluation(BaseModel):
    """What the test rows said when they were asked, after `epoch` epochs and `step` steps.

    `test_rows` is a short name for those `rows` rows, so that looks at the same ones can be counted. `loss`
    is the mean, `metric` accuracy or R2; `mae` and `rmse` are in the target's unit, None for classes. What
    was no finite number is None.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    test_rows: str
    rows: int
    epoch: int
    step: int
    loss: Figure
    metric: Figure
    mae: Figure = None
    rmse: Figure = None

    def summary(self) -> dict[str, object]:
        """Return what was found, by the names that `playground train --json` prints."""
        if self.mae is None:
            return {"test_loss": self.loss, "test_accuracy": self.metric}
        return {"test_loss": self.loss, "test_r2": self.metric, "test_mae": self.mae, "test_rmse": self.rmse}
