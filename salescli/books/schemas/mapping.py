"""Mapping files: how an export's columns become a book's (`salescli import … --map`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from salescli.books.fields import count_between, matching, one_of
from salescli.books.typed import Model, Text, scalar

_V1, _V2 = scalar(count_between(1, 1000), {"type": "integer", "minimum": 1})
Line = Annotated[int, _V1, _V2]
_V1, _V2 = scalar(one_of(",", ";", "tab", "|"), {"enum": [",", ";", "tab", "|"]})
Delimiter = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of(".", ","), {"enum": [".", ","]})
DecimalMark = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of("owner", "column"), {"enum": ["owner", "column"]})
RegionFrom = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(one_of("percent", "ratio", "signed"), {"enum": ["percent", "ratio", "signed"]})
ShareForm = Annotated[str, _V1, _V2]
_V1, _V2 = scalar(matching(r"[A-Za-z0-9._-]+", "an encoding", "gb18030"), {"type": "string"})
Encoding = Annotated[str, _V1, _V2]


class Source(Model):
    """A column taken only from some rows: `{from: close_date, when: {status: [won]}}`."""

    since: Text | list[Text] = Field(alias="from", description="the export's column, or the first filled one")
    when: dict[Text, list[Text]] = Field(
        default={}, description="only where these columns of ours have these values"
    )


class Mapping(Model):
    """A mapping file."""

    kind: Literal["deals", "collections", "activities", "credits"] | None = Field(
        default=None, description="which facts it is for; checked against the command"
    )
    columns: dict[Text, Text | list[Text] | Source] = Field(description="our column: the export's")
    constants: dict[Text, Text] = Field(default={}, description="our column: the same value in every row")
    defaults: dict[Text, Text] = Field(
        default={}, description="our column: the value where the cell is empty"
    )
    values: dict[Text, dict[Text, Text]] = Field(default={}, description="our column: {their value: ours}")
    skip: dict[Text, list[Text]] = Field(default={}, description="their column: values of rows to leave out")
    region: RegionFrom = Field(default="column", description="owner: the region of the owner's assignment")
    dates: list[Text] = Field(default=[], description="forms of dates, such as m/d/yyyy, or excel")
    decimal: DecimalMark = Field(default=".", description="what separates decimals")
    shares: ShareForm = Field(default="signed", description="what a bare 60 or 0.6 means")
    encoding: Encoding | None = Field(default=None, description="where it is not UTF-8 or GB18030")
    delimiter: Delimiter | None = Field(default=None, description="what separates columns")
    sheet: Text | None = Field(default=None, description="the sheet of a workbook")
    header_row: Line = Field(default=1, description="line of the heading")
