"""What the YAML parser complains about, in plain words with a remedy."""

from __future__ import annotations

from salescli.i18n import N_

_QUOTE = N_("put the text in quotes, or write a space after the colon that ends a key")
_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "mapping values are not allowed",
        N_("a colon cannot stand here"),
        N_("put text with a colon in quotes; keys of one level start in the same column"),
    ),
    (
        "did not find expected ',' or '}'",
        N_("the `{{` of line {since} is not closed before this"),
        N_("put a comma between entries and a `}}` at the end"),
    ),
    (
        "did not find expected ',' or ']'",
        N_("the `[` of line {since} is not closed before this"),
        N_("put a comma between entries and a `]` at the end"),
    ),
    (
        "did not find expected key",
        N_("a key is expected here; the block began in line {since}"),
        N_("keys of one level start in the same column; close quotes and brackets opened above"),
    ),
    (
        "could not find expected ':'",
        N_("a key without its colon"),
        N_("write `key: value`, with a space after the colon"),
    ),
    (
        "did not find expected '-' indicator",
        N_("an entry of the list begun in line {since} is expected here"),
        N_("begin each entry with `- `, all in the same column"),
    ),
    (
        "block sequence entries are not allowed",
        N_("a list cannot begin here"),
        N_("put the `- ` on a line of its own below the key"),
    ),
    (
        "found unexpected end of stream",
        N_("this quote is not closed"),
        N_("close it with the same kind of quote"),
    ),
    (
        "found character that cannot start any token",
        N_("a value cannot begin with this character"),
        N_("put the value in quotes"),
    ),
    (
        "did not find expected node content",
        N_("a value is expected here"),
        N_("put text with special characters in quotes; close every bracket"),
    ),
    (
        "did not find expected alphabetic or numeric character",
        N_("a value cannot begin with `*` or `&`"),
        N_("put the value in quotes"),
    ),
    (
        "found unknown escape character",
        N_("`\\` means something else in double quotes"),
        N_("use single quotes"),
    ),
    (
        "found invalid Unicode character escape code",
        N_("this is not a character"),
        N_("write the character itself"),
    ),
    (
        "did not find expected comment or line break",
        N_("nothing may follow `|` or `>` on its line"),
        N_("start the text on the next line"),
    ),
    ("found duplicate %YAML", N_("a `%` line cannot stand here"), N_("delete it")),
    (
        "did not find expected <document start>",
        N_("this line belongs to nothing above it"),
        N_("keys of one level start in the same column; close quotes and brackets opened above"),
    ),
    ("found undefined tag handle", N_("`!` begins a tag"), N_("put the value in quotes")),
    (
        "found a tab character",
        N_("there is a tab where spaces belong"),
        N_("use spaces; two for each level"),
    ),
)


def is_about_context(problem: str) -> bool:
    """Whether what is wrong stands where its context began, not where the parser noticed it."""
    return "could not find expected ':'" in problem or "unexpected end of stream" in problem


def explain(problem: str, context: str) -> tuple[str, str]:
    """Template and hint for a parser's problem; `{since}` is the line where its context began.

    What is not in the table keeps the parser's own words in `{problem}`.
    """
    for words, template, hint in _WORDS:
        if words in problem:
            return template, hint
    if "escape" in problem or "scalar" in context:
        return N_("this text cannot be read: {problem}"), N_("put it in single quotes")
    return N_("this is not YAML: {problem}"), _QUOTE
