"""Where the sample book is: packaged beside the code, or at the root of a source checkout."""

from __future__ import annotations

from pathlib import Path

from salescli.i18n import N_

SAMPLE_NAMES = (N_("Visits"),)
"""What the sample book calls metrics of its own, so that they read well in both languages."""
SAMPLE_PARTS = ("salescli.yaml", "ledger", "policies", "report_templates")


def sample_folder() -> Path:
    """The folder that holds the sample book's `salescli.yaml`.

    Raises:
        FileNotFoundError: if this installation has none.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "sample", package.parent):
        if all((folder / part).exists() for part in SAMPLE_PARTS):
            return folder
    raise FileNotFoundError("this installation of salescli has no sample book")
