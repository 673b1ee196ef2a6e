"""Receipts that name who paid, where that is not the deal's customer (SPEC K5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from salescli.measures.base import Base
from salescli.measures.source import FactFile, text_sql

Payers = Mapping[str, frozenset[str]]
"""Deal → payers as written."""


def strange_payers(base: Base, parts: Sequence[tuple[Sequence[FactFile], str]]) -> Payers:
    """Who else paid, by deal; also makes `strange_payers`, the ids of these deals.

    Names that differ only in width, case and blanks are the same. No file is read where none names payers.
    """
    naming = [file for files, _ in parts for file in files if "customer" in file.header]
    found: dict[str, set[str]] = {}
    if naming:
        rows = base.rows(
            "SELECT DISTINCT d.deal_id, d.customer, t.customer"
            f" FROM ({text_sql(naming, base.digits)}) AS t JOIN deals AS d ON d.deal_id = t.deal_id"
            " WHERE t.customer <> d.customer"
        )
        for deal, customer, payer in rows:
            if _bare(customer) != _bare(payer):
                found.setdefault(deal, set()).add(payer)
    base.con.execute(
        "CREATE OR REPLACE TEMP TABLE strange_payers AS SELECT CAST(unnest($deals) AS VARCHAR) AS deal_id",
        {"deals": sorted(found)},
    )
    return {deal: frozenset(payers) for deal, payers in found.items()}


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
