"""Double descent in trained networks: what the sweep that ships comes to at its turning points."""

from playground.labs import sweep_file
from playground.labs.sweep import points
from playground.training.measuring import measure

NARROW, PEAK, WIDEST = 8, 26, 800
SEED = 0


def test_that_the_test_loss_peaks_where_the_rows_are_first_fitted_and_falls_below_its_first_minimum() -> None:
    wanted = tuple(map(float, (NARROW, PEAK, WIDEST)))
    runs = {
        float(one.values["width"]): one
        for one in points(sweep_file.find("double-descent"))
        if one.values["width"] in wanted and one.seed == SEED
    }
    narrow, peak, widest = (measure(runs[width], "numpy") for width in wanted)
    assert peak.test_loss > 1.4 * narrow.test_loss
    assert widest.test_loss < narrow.test_loss
    assert narrow.train_loss > 0.01 > peak.train_loss
    assert widest.train_loss < 1e-3
