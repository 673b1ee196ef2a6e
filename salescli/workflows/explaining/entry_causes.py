"""Why an entry is paid, in words for people: files hold its `cause` in English, the same in every book."""

from __future__ import annotations

import re

from salescli.i18n import N_
from salescli.model.table import Line

# What shapes and settlements write into `cause`; a text that none of these says is shown as it is.
_CAUSES = (
    (r"tier (?P<tier>.+)", N_("tier {tier}")),
    (r"rule (?P<number>\d+)", N_("rule {number}")),
    (r"rate (?P<rate>.+)", N_("rate {rate}")),
    (r"score (?P<score>.+)", N_("score {score}")),
    (r"rank (?P<rank>\d+)", N_("rank {rank}")),
    (r"rank (?P<rank>\d+)=", N_("rank {rank}=")),
    (r"rank (?P<rank>\d+) (?P<field>.+)", N_("rank {rank} {field}")),
    (r"rank (?P<rank>\d+)= (?P<field>.+)", N_("rank {rank}= {field}")),
    (r"pool of region (?P<region>.+)", N_("pool of region {region}")),
    (r"pool", N_("pool")),
    (r"region (?P<region>.+)", N_("region {region}")),
    (r"team", N_("team")),
    (r"milestone (?P<names>.+)", N_("milestone {names}")),
    (r"over the cap", N_("over the cap")),
    (r"cap", N_("cap")),
    (r"held", N_("held")),
    (r"receipts", N_("receipts")),
    (r"instalments", N_("instalments")),
    (r"events", N_("events")),
    (r"months", N_("months")),
    (r"floor", N_("floor")),
    (r"advance", N_("advance")),
    (r"guarantee", N_("guarantee")),
    (r"draw", N_("draw")),
    (r"to date", N_("to date")),
    (r"true-up", N_("true-up")),
    (r"cancelled (?P<day>.+)", N_("cancelled {day}")),
    (r"objection (?P<id>.+)", N_("objection {id}")),
    (r"reversed: (?P<what>.+)", N_("reversed: {what}")),
    (r"lost", N_("lost")),
    (r"not in the book any more", N_("not in the book any more")),
    (r"does not count any more", N_("does not count any more")),
    (r"(?P<part>\S+) less", N_("{part} less")),
    (r"reckoned again: (?P<what>.+)", N_("reckoned again: {what}")),
    (r"an earlier period changed", N_("an earlier period changed")),
    (r"counts again", N_("counts again")),
    (r"not cancelled any more", N_("not cancelled any more")),
    (r"not what it was: (?P<turned>.+)", N_("not what it was: {turned}")),
)
_WITHIN = "what"


def because(cause: str) -> Line | str:
    """The cause of an entry as a sentence; machines get back the text it was made from."""
    for pattern, template in _CAUSES:
        found = re.fullmatch(pattern, cause)
        if found is not None:
            params: dict[str, object] = dict(found.groupdict())
            if _WITHIN in params:
                params[_WITHIN] = because(str(params[_WITHIN]))
            return Line(template=template, params=params)
    return cause
