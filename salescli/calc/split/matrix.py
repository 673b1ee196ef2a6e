"""Whole numbers in a matrix whose rows and columns both sum to given margins."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

Ideal = Sequence[Sequence[Fraction]]

_DIGITS = 40
_ROUNDS = 20_000  # a cell that must nearly vanish takes thousands; reached in tens by most
_CLOSE = Decimal("1e-12")


def proportional(rows: Sequence[int], columns: Sequence[int]) -> list[list[Fraction]]:
    """The matrix every row and column of which has the same proportions as the margins (equal sums)."""
    total = sum(rows)
    if total == 0:
        return [[Fraction(0)] * len(columns) for _ in rows]
    return [[Fraction(r * c, total) for c in columns] for r in rows]


def fitted(
    weights: Sequence[Sequence[Fraction]], rows: Sequence[int], columns: Sequence[int]
) -> list[list[Fraction]] | None:
    """Weights scaled, row by row and column by column in turn, until both margins hold (iterative
    proportional fitting; Deming and Stephan 1940). Zeros stay zeros.

    Returns:
        The matrix, or None where no scaling can reach the margins because of its zeros.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        cells = [[Decimal(w.numerator) / Decimal(w.denominator) for w in line] for line in weights]
        scale = Decimal(max(1, sum(abs(r) for r in rows)))
        for _ in range(_ROUNDS):
            if not _scale(cells, rows):
                return None
            turned = [list(line) for line in zip(*cells, strict=True)]
            if not _scale(turned, columns):
                return None
            cells = [list(line) for line in zip(*turned, strict=True)]
            if all(
                abs(sum(line, Decimal(0)) - want) <= _CLOSE * scale
                for line, want in zip(cells, rows, strict=True)
            ):
                return [[_snapped(cell) for cell in line] for line in cells]
    return None


def _scale(cells: list[list[Decimal]], margins: Sequence[int]) -> bool:
    """Scale each line to its margin, in place; False if a line of zeros should hold something."""
    for line, want in zip(cells, margins, strict=True):
        have = sum(line)
        if have == 0:
            if want:
                return False
            continue
        factor = Decimal(want) / have
        line[:] = [cell * factor for cell in line]
    return True


def _snapped(cell: Decimal) -> Fraction:
    """A cell that is a whole number but for the last digits of the fitting is that whole number."""
    whole = cell.to_integral_value()
    return Fraction(whole if abs(cell - whole) < Decimal("1e-9") else cell)


def rounded(ideal: Ideal, rows: Sequence[int], columns: Sequence[int]) -> list[list[int]] | None:
    """Each cell its ideal rounded down or up, so that both margins hold exactly.

    The largest remainders go up as far as the margins allow; ties go to the earlier row and column.
    Exists whenever the ideal itself has these margins (it is a flow, and flows round to whole ones).

    Returns:
        The matrix, or None if the margins cannot be held by rounding cells down or up.
    """
    floors = [[cell.numerator // cell.denominator for cell in line] for line in ideal]
    need_row = [want - sum(line) for want, line in zip(rows, floors, strict=True)]
    need_column = [want - sum(line[j] for line in floors) for j, want in enumerate(columns)]
    if sum(need_row) != sum(need_column) or min([*need_row, *need_column], default=0) < 0:
        return None
    free = {(i, j): cell % 1 for i, line in enumerate(ideal) for j, cell in enumerate(line) if cell % 1}
    up: set[tuple[int, int]] = set()
    for i, j in sorted(free, key=lambda at: (-free[at], at)):
        if need_row[i] and need_column[j]:
            up.add((i, j))
            need_row[i] -= 1
            need_column[j] -= 1
    for i, missing in enumerate(need_row):
        for _ in range(missing):
            if not _augment(i, free, up, need_column):
                return None
    return [[f + ((i, j) in up) for j, f in enumerate(line)] for i, line in enumerate(floors)]


def _augment(
    start: int, free: dict[tuple[int, int], Fraction], up: set[tuple[int, int]], need_column: list[int]
) -> bool:
    """Give row `start` one more unit: along a path that swaps roundings until a column still in need."""
    by_row: dict[int, list[int]] = {}
    by_column: dict[int, list[int]] = {}
    for i, j in sorted(free):
        (by_column if (i, j) in up else by_row).setdefault(j if (i, j) in up else i, []).append(
            i if (i, j) in up else j
        )
    came: dict[tuple[str, int], tuple[str, int]] = {}
    queue = deque([("row", start)])
    seen = {("row", start)}
    while queue:
        kind, at = queue.popleft()
        if kind == "column" and need_column[at] > 0:
            need_column[at] -= 1
            _swap((kind, at), came, up)
            return True
        onward = by_row.get(at, []) if kind == "row" else by_column.get(at, [])
        for other in onward:
            step = ("column" if kind == "row" else "row", other)
            if step not in seen:
                seen.add(step)
                came[step] = (kind, at)
                queue.append(step)
    return False


def _swap(
    end: tuple[str, int], came: dict[tuple[str, int], tuple[str, int]], up: set[tuple[int, int]]
) -> None:
    at = end
    while at in came:
        before = came[at]
        if before[0] == "row":
            up.add((before[1], at[1]))
        else:
            up.discard((at[1], before[1]))
        at = before
