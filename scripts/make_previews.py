"""Write the gallery's pictures of the data sets that take long to be loaded; run it when one is added."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def main() -> None:
    """Write `previews.json` anew."""
    from playground import paths
    from playground.data import DATASETS
    from playground.ui.panels.previews import stored_preview

    slow = [dataset for dataset in DATASETS if not dataset.is_ready()]
    content = {dataset.key: stored_preview(dataset) for dataset in slow}
    path = paths.resources() / "datasets" / "previews.json"
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path}: {', '.join(content)}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
