"""The main road of a book in one process: `python road.py BOOK WORK`; prints what each command said.

Run under different environments by test_same_bytes.py; what it prints and writes must be the same bytes.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

ON = "--on"
ROAD: tuple[tuple[str, ...], ...] = (
    ("validate",),
    ("split", "Q4.yaml", "--write"),
    ("import", "deals", "{work}/export.csv", "--map", "{work}/crm.map.yaml", "--write"),
    ("status", "--period", "2026-08", "-o", "table"),
    ("payout", "--period", "2026-08", "-o", "json"),
    ("settle", "draft", "2026-07"),
    ("settle", "publish", "2026-07", ON, "2026-08-03", "--actor", "İlhan"),
    ("settle", "close", "2026-07", ON, "2026-08-10", "--confirm", "2026-07"),
    ("settle", "draft", "2026-08"),
    ("settle", "publish", "2026-08", ON, "2026-09-02"),
    ("object", "add", "2026-08", "小张", "--reason", "少一单 – İ", ON, "2026-09-03"),
    ("object", "answer", "2026-08", "1", "--accept", "--amount", "1200.5", "--text", "对", ON, "2026-09-04"),
    ("settle", "close", "2026-08", ON, "2026-09-08", "--confirm", "2026-08"),
    ("settle", "pay", "2026-08", ON, "2026-09-15"),
    ("statement", "--all", "--to", "{work}/statements", "--period", "2026-08"),
    ("export", "payroll", "2026-08", ON, "2026-09-10", "-O", "{work}/payroll.csv"),
    ("export", "journal", "2026-08", "-O", "{work}/2026-08.journal"),
    ("settle", "draft", "2026-09"),
    ("verify", "-o", "json"),
    ("explain", "zhang", "--period", "2026-08", "-o", "md"),
)


def main() -> None:
    book, work = (Path(word).resolve() for word in sys.argv[1:3])
    from salescli.cli.errors import guarded
    from salescli.cli.group import cli

    told = io.StringIO()
    sys.stdout = sys.stderr = told
    for line in ROAD:
        args = [word.format(work=work) for word in line]
        for language in ("en", "zh_CN") if line[0] in ("status", "explain") else ("en",):
            code = guarded(cli, [*args, "--lang", language, "-C", str(book)])
            told.write(f"== {' '.join(line)}: {code}\n")
    text = told.getvalue().replace(str(work), "WORK")
    os.write(1, text.encode())


if __name__ == "__main__":
    main()
