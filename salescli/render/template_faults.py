"""What Jinja2 and Python say of a template that fails, in our words and the language in use."""

from __future__ import annotations

import re

from salescli.i18n import N_, gettext

# Texts of jinja2.parser, jinja2.lexer, jinja2.runtime, jinja2.sandbox and of Python, and what they mean.
_FAULTS = (
    (
        r"Unexpected end of template\. .*innermost block that needs to be closed is '(?P<tag>\w+)'\.",
        N_("the template ends before `{tag}` is closed with `end{tag}`"),
    ),
    (
        r"Encountered unknown tag '(?P<tag>\w+)'.*innermost block.* to be closed is '(?P<open>\w+)'\.",
        N_("there is no tag `{tag}` here; `{open}` is open, which `end{open}` closes"),
    ),
    (r"Encountered unknown tag '(?P<tag>\w+)'\..*", N_("there is no tag `{tag}`")),
    (
        r"expected token '(?P<wanted>.+)', got '(?P<got>.+)'",
        N_("`{got}` stands where `{wanted}` belongs"),
    ),
    (r"unexpected '(?P<got>.+)'", N_("`{got}` cannot stand here")),
    (r"unexpected char '(?P<got>.+)' at \d+", N_("`{got}` cannot stand here")),
    (r"Missing end of (?P<what>comment|raw directive).*", N_("a comment or `raw` is not closed")),
    (r"(?i)unexpected end of template.*", N_("the template ends within an expression")),
    (r"Expected an expression, got '(?P<got>.+)'", N_("an expression belongs where `{got}` stands")),
    (r"'.+' has no attribute '(?P<name>.+)'", N_("this value has no part `{name}`")),
    (r".+ has no element (?P<name>.+)", N_("this list has no element {name}")),
    (r"'(?P<name>.+)' is undefined", N_("there is no value `{name}` here")),
    (r"access to attribute '(?P<name>.+)' of .+ is unsafe\.", N_("`{name}` may not be asked of a value")),
    (r".*division by zero|.*modulo by zero", N_("division by zero")),
    (r"'.+' object is not iterable", N_("this value is no list to go through")),
    (r"'.+' object is not callable", N_("this value cannot be called")),
    (r"object of type '.+' has no len\(\)", N_("this value has no length")),
    (
        r"(unsupported operand|can only concatenate|'.+' not supported between|must be str|can't multiply).*",
        N_("values of different kinds cannot be put together with this sign"),
    ),
    (
        r"range\(\) counts (?P<most>\d+) steps in all, no more",
        N_("range() counts {most} steps in all, no more"),
    ),
)


def fault(said: str) -> str:
    """A library's text in our words; as it is where it is none of those known."""
    for pattern, template in _FAULTS:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found is not None:
            return gettext(template).format(**found.groupdict())
    return said
