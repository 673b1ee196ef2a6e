"""The same files give the same bytes: any time zone, language, hash seed, umask and folder (SPEC G3)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from processes import LOCK, copy
from safe_books import EXPORT, MAP

PLACE = Path(__file__).parent


@dataclass(frozen=True)
class Mix:
    """One way a machine may be."""

    zone: str
    lang: str
    seed: str
    umask: int
    cwd: str


MIXES = (
    Mix("UTC", "C.UTF-8", "0", 0o022, "/"),
    Mix("Pacific/Kiritimati", "tr_TR.UTF-8", "7", 0o077, "{book}"),
    Mix("America/St_Johns", "C", "1", 0o002, "{book}/ledger/deals"),
    Mix("Asia/Shanghai", "zh_CN.GB18030", "4294967295", 0o027, "{work}"),
    Mix("Pacific/Niue", "de_DE.ISO-8859-1", "99", 0o000, "/tmp"),
    Mix("No/Such_Zone", "xx_YY", "random", 0o022, "/"),
)


def road(mix: Mix, at: Path, start: Path) -> tuple[bytes, dict[str, bytes], dict[str, int]]:
    """What the road prints; every file it leaves; the modes of files that were there before."""
    book, work = copy(start, at / "a book" / "账本"), at / "work"
    work.mkdir()
    (work / "export.csv").write_text(EXPORT, encoding="utf-8")
    (work / "crm.map.yaml").write_text(MAP, encoding="utf-8")
    (book / "ledger/deals/2026-08.csv").chmod(0o640)
    (book / "ledger/deals/2026-09.csv").chmod(0o664)
    known = [path for path in book.rglob("*") if path.is_file()]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "SALES"))}
    env |= {
        "TZ": mix.zone,
        "LANG": mix.lang,
        "LC_ALL": mix.lang,
        "PYTHONHASHSEED": mix.seed,
        "COLUMNS": "100",
    }
    done = subprocess.run(
        [sys.executable, str(PLACE / "road.py"), str(book), str(work)],
        env=env,
        cwd=mix.cwd.format(book=book, work=work),
        umask=mix.umask,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    left = {
        path.relative_to(at).as_posix(): path.read_bytes()
        for path in sorted(at.rglob("*"))
        if path.is_file() and path.name != LOCK
    }
    given = (LOCK, "crm.map.yaml", "export.csv")
    made = [path for path in at.rglob("*") if path.is_file() and path.name not in given]
    for path in set(made) - set(known):
        assert path.stat().st_mode & 0o777 == 0o666 & ~mix.umask, path
    return done.stdout, left, {path.relative_to(at).as_posix(): path.stat().st_mode for path in known}


@pytest.fixture(scope="module")
def expected(
    books: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[bytes, dict[str, bytes], dict[str, int]]:
    return road(MIXES[0], tmp_path_factory.mktemp("road"), books["draft"])


def test_the_road_leads_to_its_end(expected: tuple[bytes, dict[str, bytes], dict[str, int]]) -> None:
    told = expected[0].decode()
    codes = [line.rpartition(": ")[2] for line in told.splitlines() if line.startswith("== ")]
    assert len(codes) == 22
    assert set(codes) <= {"0"}, told
    assert any(name.endswith("payroll.csv") for name in expected[1])


@pytest.mark.parametrize("mix", MIXES[1:], ids=lambda mix: f"{mix.zone} {mix.lang}")
def test_the_same_bytes_everywhere(
    mix: Mix,
    expected: tuple[bytes, dict[str, bytes], dict[str, int]],
    books: dict[str, Path],
    tmp_path: Path,
) -> None:
    told, left, modes = road(mix, tmp_path, books["draft"])
    assert told.decode() == expected[0].decode()
    assert left.keys() == expected[1].keys()
    assert [name for name in left if left[name] != expected[1][name]] == []
    assert modes == expected[2]
