"""The bare SQL steps: files read typed by DuckDB without a check, the project's own steps, the same totals.

`python -m bench.bare BOOK read|run` – `read` only reads the files with their types.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

from bench.books import NEWEST, PEOPLE, PRODUCTS, REGIONS

_COLUMNS = {
    "deals": {
        "deal_id": "VARCHAR", "customer": "VARCHAR", "region": "VARCHAR", "product": "VARCHAR",
        "owner": "VARCHAR", "amount": "DECIMAL(18,2)", "status": "VARCHAR", "signed_on": "DATE",
        "cost": "DECIMAL(18,2)",
    },
    "collections": {
        "receipt_id": "VARCHAR", "deal_id": "VARCHAR", "received_on": "DATE", "amount": "DECIMAL(18,2)",
    },
    "credits": {"deal_id": "VARCHAR", "person": "VARCHAR", "share": "VARCHAR"},
}  # fmt: skip


def files_sql(root: Path, kind: str) -> str:
    """A FROM item that reads the files of a kind."""
    return (
        f"read_csv('{root}/ledger/{kind}/*.csv', header=true, auto_detect=false, delim=',', quote='\"', "
        f"columns={_COLUMNS[kind]})"
    )


def main(root: Path, what: str) -> None:
    """Read, and run the steps unless only reading is asked for."""
    import duckdb

    con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    if what == "read":
        for kind in _COLUMNS:
            con.execute(f"CREATE TEMP TABLE t_{kind} AS SELECT * FROM {files_sql(root, kind)}")
        return
    _load(con, root)
    print(json.dumps(_steps(con)))


def _load(con: object, root: Path) -> None:
    people = ", ".join(f"'p{i:03}'" for i in range(PEOPLE))
    statements = [
        "CREATE TYPE credit_kind AS ENUM ('owner', 'split')",
        f"CREATE TYPE person AS ENUM ({people})",
        f"CREATE TYPE region AS ENUM {REGIONS}",
        f"CREATE TYPE product AS ENUM {PRODUCTS}",
        "CREATE TEMP TABLE deals AS SELECT deal_id, customer, CAST(region AS region) AS region, "
        "CAST(product AS product) AS product, CAST(owner AS person) AS owner, "
        "CAST(amount * 100 AS BIGINT) AS amount, CAST(cost * 100 AS BIGINT) AS cost, status, "
        "CAST(NULL AS DATE) AS opened_on, signed_on, CAST(NULL AS DATE) AS closed_on, "
        f"CAST(NULL AS DATE) AS cancelled_on FROM {files_sql(root, 'deals')}",
        "CREATE TEMP TABLE numbers AS SELECT deal_id, CAST(rowid AS INTEGER) AS deal FROM deals",
        "CREATE TEMP TABLE receipts AS SELECT n.deal, r.received_on AS day, "
        "CAST(r.amount * 100 AS BIGINT) AS amount, hash(r.receipt_id) AS key "
        f"FROM {files_sql(root, 'collections')} AS r JOIN numbers AS n ON n.deal_id = r.deal_id",
        "CREATE TEMP TABLE credits AS SELECT n.deal, CAST(c.person AS person) AS person, "
        "CAST(CAST(replace(c.share, '%', '') AS DECIMAL(9,6)) * 1000000 AS BIGINT) AS share, "
        f"CAST('split' AS credit_kind) AS kind FROM {files_sql(root, 'credits')} AS c "
        "JOIN numbers AS n ON n.deal_id = c.deal_id",
        "CREATE TEMP TABLE activities (day DATE, person person, kind VARCHAR, count BIGINT, region region, "
        "product product, customer VARCHAR, deal INTEGER)",
    ]
    for sql in statements:
        con.execute(sql)  # type: ignore[attr-defined]


def _steps(con: object) -> dict[str, int]:
    from salescli.measures.cells import cell_steps
    from salescli.measures.engine import step_files
    from salescli.measures.schema import OPTIONAL
    from salescli.model.metric import ClosedDeal, Lights, Policy, built_in_metrics

    policy = Policy(closed_deal=ClosedDeal(), metrics=built_in_metrics(), lights={"default": Lights()})
    year, month = map(int, NEWEST.split("-"))
    con.execute(  # type: ignore[attr-defined]
        "CREATE TEMP TABLE question AS SELECT CAST($1 AS DATE) AS as_of, true AS signed, "
        "CAST(3 AS BIGINT) AS numerator, CAST(10 AS BIGINT) AS denominator",
        [date(year, month, 31).isoformat()],
    )
    for _, sql in (*step_files(frozenset(OPTIONAL)), *cell_steps(policy, frozenset(OPTIONAL), frozenset())):
        con.execute(sql)  # type: ignore[attr-defined]
    rows = con.execute(  # type: ignore[attr-defined]
        "SELECT CAST(region AS VARCHAR), CAST(sum(sales_amount) AS BIGINT) FROM cells "
        f"WHERE bucket = DATE '{NEWEST}-01' AND kind IN ('owner', 'split') GROUP BY 1 ORDER BY 1"
    ).fetchall()
    con.execute("SELECT person, sum(sales_amount) FROM cells GROUP BY 1").fetchall()  # type: ignore[attr-defined]
    return dict(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
