"""Writes the trained weights or the rows where the person says, and tells how well the file was proved."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from playground.export import EXPORTERS, UnknownFormatError, export
from playground.export.model import ExportFailedError, trained_model
from playground.export.rows import write_rows
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.panels.status import StatusLine


def export_weights(parent: QWidget, document: Document, bridge: TrainingBridge, status: StatusLine) -> None:
    """Ask for a file and export the network as it was last shown."""
    snapshot, prepared = bridge.snapshot, bridge.prepared
    if snapshot is None or prepared is None:
        status.notice("There is no network to export yet.", warning=True)
        return
    formats = ";;".join(f"{exporter.label} (*{exporter.suffix})" for exporter in EXPORTERS)
    proposal = f"{document.experiment.name}{EXPORTERS[0].suffix}"
    name, _ = QFileDialog.getSaveFileName(parent, "Export weights", proposal, formats)
    if not name:
        return
    path = Path(name) if Path(name).suffix else Path(name).with_suffix(EXPORTERS[0].suffix)
    try:
        model = trained_model(document.experiment, prepared, snapshot.weights, snapshot.biases)
        proof = export(model, path)
    except (ExportFailedError, UnknownFormatError) as error:
        QMessageBox.warning(parent, "The weights were not exported", str(error))
        return
    status.notice(f"Wrote {path.name}: {proof}.")


def export_data(parent: QWidget, document: Document, bridge: TrainingBridge, status: StatusLine) -> None:
    """Ask for a file and write the rows that train and test the network."""
    if bridge.prepared is None or bridge.snapshot is None:
        status.notice("There are no rows to export yet.", warning=True)
        return
    proposal = f"{Path(document.experiment.data.source.label).stem}-rows.csv"
    name, _ = QFileDialog.getSaveFileName(parent, "Export data as CSV", proposal, "CSV (*.csv)")
    if not name:
        return
    path = Path(name) if Path(name).suffix else Path(name).with_suffix(".csv")
    try:
        count = write_rows(document.experiment, bridge.prepared, path)
    except ExportFailedError as error:
        QMessageBox.warning(parent, "The rows were not exported", str(error))
        return
    status.notice(f"Wrote {path.name}: {count:,} rows, read back, all equal.")
