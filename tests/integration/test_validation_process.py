"""Great Expectations in a process of its own, as a task starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_great_expectations_prints_nothing_logs_nothing_and_writes_nothing(tmp_path):
    code = (
        "import logging; logging.basicConfig(level=logging.INFO)\n"
        "import pandas as pd\nfrom pathlib import Path\nfrom patron_update.validation import load, judge\n"
        f"suite = load(Path({str(ROOT / 'include/expectations/students.yaml')!r}))\n"
        "batch = pd.DataFrame({'line': [2], **{column: ['x'] for column in suite.columns}})\n"
        "figures = {'row_count': 1, 'columns': {'email_primary': {'distinct': 1, 'duplicates': 0}}}\n"
        "print(len(judge(suite, [batch], figures).rejected))\n"
    )
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=tmp_path, env=home, capture_output=True, text=True, check=True
    )

    assert (ran.stdout, ran.stderr) == ("1\n", "")
    assert list(tmp_path.rglob("*")) == []
