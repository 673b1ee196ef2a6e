"""The same work in pandas: closed deals by the 30 % rule, credits by largest remainder, monthly cells.

`python -m bench.with_pandas BOOK` prints the newest month's sales by region in cents.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from bench.books import NEWEST


def read(root: Path, kind: str) -> pd.DataFrame:
    """All files of a kind, every cell a text."""
    files = sorted((root / "ledger" / kind).glob("*.csv"))
    return pd.concat((pd.read_csv(f, dtype=str, keep_default_na=False) for f in files), ignore_index=True)


def cents(column: pd.Series) -> pd.Series:
    """Money with two decimals as whole cents, exactly."""
    return column.str.replace(".", "", regex=False).astype("int64")


def main(root: Path) -> None:
    """Read, measure, print."""
    deals, receipts, credits = (read(root, kind) for kind in ("deals", "collections", "credits"))
    deals["cents"] = cents(deals["amount"])
    deals["signed_on"] = pd.to_datetime(deals["signed_on"])
    receipts["cents"] = cents(receipts["amount"])
    receipts["received_on"] = pd.to_datetime(receipts["received_on"])
    daily = receipts.groupby(["deal_id", "received_on"], as_index=False)["cents"].sum()
    daily = daily.sort_values(["deal_id", "received_on"])
    daily["so_far"] = daily.groupby("deal_id")["cents"].cumsum()
    daily = daily.merge(deals[["deal_id", "cents"]], on="deal_id", suffixes=("", "_deal"))
    reached = daily[daily["so_far"] * 10 >= daily["cents_deal"] * 3].groupby("deal_id")["received_on"].min()
    deals["reached"] = deals["deal_id"].map(reached)
    closed = deals[deals["reached"].notna()].copy()
    closed["day"] = closed[["signed_on", "reached"]].max(axis=1)
    closed["month"] = closed["day"].dt.strftime("%Y-%m")
    parts = credits.merge(closed[["deal_id", "cents", "month", "region", "product"]], on="deal_id")
    parts["percent"] = parts["share"].str.rstrip("%").astype("int64")
    exact = parts["cents"] * parts["percent"]
    parts["part"], parts["rest"] = exact // 100, exact % 100
    parts = parts.sort_values(["deal_id", "rest", "person"], ascending=[True, False, True])
    left = parts["cents"] - parts.groupby("deal_id")["part"].transform("sum")
    rank = parts.groupby("deal_id").cumcount()
    parts["part"] += np.where(rank < left, 1, 0)
    whole = closed[~closed["deal_id"].isin(set(credits["deal_id"]))]
    whole = whole.rename(columns={"owner": "person"}).assign(part=whole["cents"])
    columns = ["month", "person", "region", "product", "part"]
    cells = pd.concat([parts[columns], whole[columns]]).groupby(columns[:4], as_index=False)["part"].sum()
    newest = cells[cells["month"] == NEWEST].groupby("region")["part"].sum()
    print(json.dumps({region: int(total) for region, total in sorted(newest.items())}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
