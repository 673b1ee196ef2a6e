"""verify --git (S5): settlements against the commits of a real repository."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from salescli.books.git import open_repository
from salescli.books.settlements import read_settlement
from salescli.findings import Misuse, Refused, Tampered
from salescli.model.table import Line, Report
from salescli.workflows.settling import objections
from salescli.workflows.settling.settle import draft
from salescli.workflows.settling.settle_steps import close, pay, publish
from salescli.workflows.settling.settlement_files import manifest_yaml
from salescli.workflows.settling.verify import verify

from .books import make_book
from .test_settle import AUGUST

TAG = "settlement/2026-08"
ME = {
    "GIT_AUTHOR_NAME": "Lin",
    "GIT_AUTHOR_EMAIL": "lin@example.com",
    "GIT_COMMITTER_NAME": "Lin",
    "GIT_COMMITTER_EMAIL": "lin@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(root: Path, *words: str, on: str = "2026-09-10", **more: str) -> str:
    when = {"GIT_AUTHOR_DATE": f"{on}T12:00:00+0800", "GIT_COMMITTER_DATE": f"{on}T12:00:00+0800"}
    done = subprocess.run(
        ["git", *words], cwd=root, env=os.environ | ME | when | more, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def commit(root: Path, why: str, on: str = "2026-09-10") -> str:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", why, on=on)
    return git(root, "rev-parse", "HEAD")


def said(report: Report) -> list[tuple[str, str, str, str]]:
    def text(value: object) -> str:
        if isinstance(value, Line):
            return value.template.format(**{key: text(one) for key, one in value.params.items()})
        return "" if value is None else str(value)

    keys = ("period", "result", "file", "what")
    return [tuple(text(row[key]) for key in keys) for row in report.tables[0].rows]  # type: ignore[misc]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """August drafted, published, closed and paid, with a commit after each step."""
    root = make_book(tmp_path / "book")
    (root / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    (root / ".gitignore").write_text(".salescli.lock\n", encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    draft(root, "2026-08")
    commit(root, "draft", "2026-09-01")
    publish(root, "2026-08", date(2026, 9, 2))
    commit(root, "publish", "2026-09-02")
    close(root, "2026-08", date(2026, 9, 8))
    commit(root, "close", "2026-09-08")
    pay(root, "2026-08", date(2026, 9, 9))
    commit(root, "pay", "2026-09-09")
    return root


def forge(root: Path) -> None:
    """A cent more in August, with every hash of the month made to fit, committed."""
    path = root / AUGUST / "payouts.csv"
    path.write_bytes(path.read_bytes().replace(b"48500.00", b"48500.01"))
    known = read_settlement(root, "2026-08", [])
    assert known is not None
    outputs = {**known.outputs, f"{AUGUST}/payouts.csv": hashlib.sha256(path.read_bytes()).hexdigest()}
    whole = dataclasses.replace(known, outputs=outputs)
    (root / AUGUST / "settlement.yaml").write_bytes(manifest_yaml(whole))


# --- the road that is meant


def test_each_step_names_the_commit_it_rests_on(book: Path) -> None:
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    log = git(book, "log", "--reverse", "--format=%H").split()
    assert [(e.event, e.commit) for e in known.events] == [
        ("drafted", ""),
        ("published", log[0]),
        ("closed", log[1]),
        ("paid", log[2]),
    ]
    report = verify(book, git=True)
    assert report.exit_code == 0
    assert said(report) == [
        ("2026-08", "as it was committed", "", f"in {log[2][:12]} (2026-09-08)"),
        ("2026-08", "as recorded, and reckoned again to the same bytes", "", ""),
    ]


def test_a_draft_is_the_same_bytes_with_and_without_git(tmp_path: Path, book: Path) -> None:
    bare = make_book(tmp_path / "bare")
    draft(bare, "2026-09")
    draft(book, "2026-09")
    name = "ledger/settlements/2026-09/entries.csv"
    assert (bare / name).read_bytes() == (book / name).read_bytes()
    assert b"commit" not in (bare / name).with_name("settlement.yaml").read_bytes()


def test_a_step_on_files_that_are_not_committed_names_no_commit_and_says_which(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    git(root, "init", "-q", "-b", "main")
    commit(root, "facts")
    draft(root, "2026-08")
    report = publish(root, "2026-08", date(2026, 9, 2))
    assert report.notes[0].params == {"path": f"{AUGUST}/credits.csv"}
    known = read_settlement(root, "2026-08", [])
    assert known is not None
    assert known.events[-1].commit == ""
    commit(root, "publish")
    (row, _) = said(verify(root, git=True))
    assert row[3].endswith("; its steps name no commit")


def test_objections_stay_in_step_with_their_commits(book: Path) -> None:
    objections.add(book, "2026-08", "zhang", "missing", date(2026, 9, 20))
    commit(book, "objection", "2026-09-20")
    objections.answer(book, "2026-08", "1", True, "right", date(2026, 9, 21), Decimal(5))
    assert ("2026-08", "not committed as it is here", f"{AUGUST}/settlement.yaml", "") in said(
        verify(book, git=True)
    )
    commit(book, "answer", "2026-09-21")
    assert verify(book, git=True).exit_code == 0


# --- a late change is not a forgery


def test_a_late_fact_is_told_with_the_commit_that_brought_it(book: Path) -> None:
    path = book / "ledger/deals/2026-08.csv"
    path.write_text(
        path.read_text("utf-8") + "L-1,c1,east,A,zhang,1.00,won,,2026-08-05,2026-08-05,\n", "utf-8"
    )
    assert (
        "2026-08",
        "changed since it was settled",
        "ledger/deals/2026-08.csv",
        "other content, not committed",
    ) in (said(verify(book, git=True)))
    late = commit(book, "late deal", "2026-09-12")
    (book / "other.txt").write_text("x", encoding="utf-8")
    commit(book, "something else", "2026-09-13")
    report = verify(book, git=True)
    assert report.exit_code == 1
    assert said(report)[1:] == [
        (
            "2026-08",
            "changed since it was settled",
            "ledger/deals/2026-08.csv",
            f"changed by {late[:12]} (2026-09-12)",
        )
    ]


def test_a_file_that_is_gone_and_one_no_commit_ever_held(book: Path) -> None:
    (book / "ledger/collections/2026-07.csv").unlink()
    gone = commit(book, "tidy up", "2026-09-12")
    rows = said(verify(book, git=True))
    assert ("ledger/collections/2026-07.csv", f"removed by {gone[:12]} (2026-09-12)") in [
        row[2:] for row in rows
    ]


def test_a_file_of_a_later_month_changes_nothing_settled(tmp_path: Path) -> None:
    root = make_book(tmp_path, ("2026-07", "2026-08"))
    draft(root, "2026-07")
    later = make_book(tmp_path / "later")
    for kind in ("deals", "collections"):
        shutil.copy(later / f"ledger/{kind}/2026-09.csv", root / f"ledger/{kind}/2026-09.csv")
    shutil.rmtree(later)
    report = verify(root)
    assert report.exit_code == 0
    late = root / "ledger/deals/2026-07-late.csv"
    text = (root / "ledger/deals/2026-07.csv").read_text("utf-8").splitlines()[0]
    late.write_text(f"{text}\nL-9,c1,east,A,zhang,200000,won,,2026-07-05,2026-07-05,\n", "utf-8")
    (root / "ledger/collections/2026-07-late.csv").write_text(
        "receipt_id,deal_id,received_on,amount\nR-99,L-9,2026-07-06,200000\n", "utf-8"
    )
    report = verify(root)
    assert report.exit_code == 1
    assert {(row[2], row[3]) for row in said(report)} >= {("ledger/deals/2026-07-late.csv", "new")}


# --- forgery


def test_a_month_rewritten_with_all_hashes_made_to_fit_is_found_in_the_history(book: Path) -> None:
    closed = git(book, "log", "--reverse", "--format=%H").split()
    forge(book)
    commit(book, "nothing to see", "2026-09-20")
    # Without git nothing gives it away but the reckoning; the history does, whatever is reckoned.
    report = verify(book, git=True)
    assert report.exit_code == 6
    found = {(row[2], row[3]) for row in said(report) if row[1] == "not what was settled"}
    assert (f"{AUGUST}/payouts.csv", f"{closed[0][:12]} (2026-09-01) holds other content") in found
    assert (
        f"{AUGUST}/payouts.csv",
        f"{closed[1][:12]} (2026-09-02) has it as settled, with other content",
    ) in found


def test_a_settled_file_changed_and_committed_is_found(book: Path) -> None:
    path = book / AUGUST / "entries.csv"
    path.write_bytes(path.read_bytes().replace(b"28800.00", b"28800.01"))
    commit(book, "oops")
    assert verify(book, git=True).exit_code == 6


def test_a_settled_month_that_was_removed_is_found(book: Path) -> None:
    shutil.rmtree(book / AUGUST)
    commit(book, "clean up")
    report = verify(book, git=True)
    assert report.exit_code == 6
    (row,) = said(report)
    assert row[0] == "2026-08"
    assert row[3].startswith("gone, but ")


def test_a_manifest_that_is_none_is_told_with_the_commit_that_has_it(book: Path) -> None:
    (book / AUGUST / "settlement.yaml").write_text("period: [\n", encoding="utf-8")
    rows = said(verify(book, git=True))
    last = git(book, "rev-parse", "HEAD")
    assert any(row[3] == f"{last[:12]} (2026-09-09) holds it as it was settled" for row in rows)


def test_a_commit_that_is_not_there_or_not_in_this_history_is_named(book: Path) -> None:
    whole = (book / AUGUST / "settlement.yaml").read_bytes()
    known = read_settlement(book, "2026-08", [])
    assert known is not None
    git(book, "checkout", "-q", "--orphan", "other")
    stranger = commit(book, "elsewhere")
    git(book, "checkout", "-q", "main")
    for named, told in ((stranger, "not in the history"), ("0" * 40, "not in this repository")):
        events = tuple(dataclasses.replace(e, commit=named) if e.commit else e for e in known.events)
        (book / AUGUST / "settlement.yaml").write_bytes(
            manifest_yaml(dataclasses.replace(known, events=events))
        )
        report = verify(book, git=True)
        assert report.exit_code == 6
        assert any(told in row[3] and named[:12] in row[3] for row in said(report))
    (book / AUGUST / "settlement.yaml").write_bytes(whole)


def test_neither_replacements_nor_grafts_nor_a_hook_s_environment_deceive(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = git(book, "rev-parse", "HEAD")
    forge(book)
    new = commit(book, "forged", "2026-09-20")
    git(book, "replace", f"{old}^{{tree}}", f"{new}^{{tree}}")
    for commit_ in git(book, "log", "--format=%H", GIT_NO_REPLACE_OBJECTS="1").split()[1:-1]:
        git(book, "replace", "-f", commit_, new)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent")
    assert verify(book, git=True).exit_code == 6


def test_an_object_that_is_not_what_its_name_says_stops_with_6(book: Path) -> None:
    import zlib

    oid = git(book, "rev-parse", f"HEAD:{AUGUST}/payouts.csv")
    path = book / ".git/objects" / oid[:2] / oid[2:]
    data = zlib.decompress(path.read_bytes()).replace(b"48500.00", b"48500.01")
    path.chmod(0o644)
    path.write_bytes(zlib.compress(data))
    with pytest.raises(Tampered) as stopped:
        verify(book, git=True)
    assert stopped.value.exit_code == 6
    assert oid in stopped.value.message


# --- tags


def test_a_tag_is_held_against_the_month(book: Path) -> None:
    git(book, "tag", "settlement/2026-08")
    assert said(verify(book, git=True))[0][3].endswith("tag settlement/2026-08, not signed")
    git(book, "tag", "-f", "-a", "-m", "August", "settlement/2026-08")
    assert said(verify(book, git=True))[0][3].endswith("tag settlement/2026-08, not signed")
    first = git(book, "rev-list", "--max-parents=0", "HEAD")
    git(book, "tag", "-f", "settlement/2026-08", first)
    assert verify(book, git=True).exit_code == 0  # the draft's commit has the files too
    git(book, "tag", "-f", "settlement/2026-08", f"{first}:ledger")
    report = verify(book, git=True)
    assert report.exit_code == 6
    assert said(report)[0][3] == "tag settlement/2026-08 leads to no commit of this history"


def test_a_tag_of_other_files_is_named(book: Path) -> None:
    git(book, "tag", "settlement/2026-08")
    kept = git(book, "rev-parse", "HEAD")
    path = book / AUGUST / "payouts.csv"
    path.write_bytes(path.read_bytes().replace(b"48500.00", b"48500.01"))
    git(book, "add", "-A")
    git(book, "commit", "-q", "-m", "x")
    git(book, "tag", "-f", "settlement/2026-08")
    git(book, "revert", "--no-edit", "HEAD")
    assert kept
    rows = said(verify(book, git=True))
    assert any(row[2].endswith("payouts.csv") and "tag settlement/2026-08" in row[3] for row in rows)


@dataclasses.dataclass
class Signing:
    """How a book's tags are signed: `know` puts the signer's public key at hand, `who` is the signer then."""

    know: Callable[[], object]
    who: str


@pytest.fixture(params=["ssh", "openpgp"])
def signing(
    book: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Signing]:
    """A throwaway key, and the closed month signed with it by a tag; nobody knows the key yet."""
    with (_ssh if request.param == "ssh" else _openpgp)(book, tmp_path, monkeypatch) as made:
        yield made


@contextmanager
def _ssh(book: Path, tmp_path: Path, _: pytest.MonkeyPatch) -> Iterator[Signing]:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed: tags signed by ssh are not tried")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    git(book, "config", "gpg.format", "ssh")
    git(book, "config", "user.signingkey", str(key))
    git(book, "tag", "-s", "-m", "August", TAG)

    def know() -> None:
        allowed = tmp_path / "allowed"
        public = key.with_suffix(".pub").read_text(encoding="utf-8")
        allowed.write_text(f"lin@example.com {public}", encoding="utf-8")
        git(book, "config", "gpg.ssh.allowedSignersFile", str(allowed))

    yield Signing(know, "lin@example.com")


@contextmanager
def _openpgp(book: Path, _: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Signing]:
    if shutil.which("gpg") is None or shutil.which("gpgconf") is None:
        pytest.skip("gpg is not installed: tags signed by OpenPGP are not tried")
    # The agent's socket lies in the folder, and the path of a socket may have some hundred characters only.
    with TemporaryDirectory(prefix="gpg-") as own, TemporaryDirectory(prefix="gpg-") as others:
        monkeypatch.setenv("GNUPGHOME", own)
        made = ("--quick-generate-key", "Lin <lin@example.com>", "ed25519", "sign", "never")
        gpg("--pinentry-mode", "loopback", "--passphrase", "", *made)
        git(book, "config", "gpg.format", "openpgp")
        git(book, "config", "user.signingkey", "lin@example.com")
        git(book, "tag", "-s", "-m", "August", TAG)
        public = gpg("--armor", "--export", "lin@example.com")
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
        monkeypatch.setenv("GNUPGHOME", others)  # whoever verifies has a keyring of their own
        yield Signing(lambda: gpg("--import", given=public), "Lin <lin@example.com>")
        subprocess.run(["gpgconf", "--kill", "all"], check=False)


def gpg(*words: str, given: bytes = b"") -> bytes:
    return subprocess.run(
        ["gpg", "--batch", "--quiet", *words], input=given, capture_output=True, check=True
    ).stdout


def rewritten(root: Path, old: str, new: str) -> None:
    """The tag with another text under the signature it had."""
    whole = git(root, "cat-file", "tag", TAG)
    assert old in whole
    forged = subprocess.run(
        ["git", "hash-object", "-t", "tag", "-w", "--stdin"],
        cwd=root, input=whole.replace(old, new, 1).encode() + b"\n", capture_output=True, check=True,
    ).stdout.decode().strip()  # fmt: skip
    git(root, "update-ref", f"refs/tags/{TAG}", forged)


def test_a_signature_is_checked_where_its_key_is(book: Path, signing: Signing) -> None:
    report = verify(book, git=True)
    assert report.exit_code == 0
    assert said(report)[0][3].endswith("signed, but its key is not here")
    signing.know()
    report = verify(book, git=True)
    assert report.exit_code == 0
    assert said(report)[0][3].endswith(f"tag {TAG}, signed by {signing.who}")


@pytest.mark.parametrize("what", ["its words", "the commit it leads to"])
def test_a_signature_of_something_else_is_bad(book: Path, signing: Signing, what: str) -> None:
    signing.know()
    if what == "its words":
        rewritten(book, "August", "Bugust")
    else:  # the commit of the step before, which holds the settled files as well
        rewritten(book, git(book, "rev-parse", "HEAD"), git(book, "rev-parse", "HEAD~1"))
    report = verify(book, git=True)
    assert report.exit_code == 6
    assert f"the signature of tag {TAG} is bad" in [row[3] for row in said(report)]


def test_a_tag_without_a_signature_is_no_signed_one(book: Path, signing: Signing) -> None:
    """Whoever can move a tag can leave its signature out: it is said, and is not `signed by`."""
    signing.know()
    git(book, "tag", "-f", TAG, "HEAD")
    report = verify(book, git=True)
    assert report.exit_code == 0
    assert said(report)[0][3].endswith(f"tag {TAG}, not signed")


# --- odd repositories


def refused(root: Path) -> str:
    with pytest.raises(Misuse) as stopped:
        verify(root, git=True)
    assert stopped.value.exit_code == 2
    return f"{stopped.value.message}; {stopped.value.hint}"


def test_what_is_no_whole_repository_is_said(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make_book(tmp_path / "plain")
    draft(plain, "2026-08")
    assert "is not in a git repository" in refused(plain)
    git(plain, "init", "-q")
    assert "no commit yet" in refused(plain)
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{book}", "shallow")
    assert "git fetch --unshallow" in refused(tmp_path / "shallow")
    with no_git(tmp_path, monkeypatch):
        assert "git is not installed" in refused(book)
        publish(plain, "2026-08", date(2026, 9, 2))  # a step goes on without


@contextmanager
def no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        (tmp_path / "empty").mkdir()
        patched.setenv("PATH", str(tmp_path / "empty"))
        yield


def test_odd_names_of_files_and_folders_are_only_names(tmp_path: Path) -> None:
    odd = tmp_path / 'a "quoted"\n-folder'
    root = make_book(odd / "-book :(top)*")
    names = ("-x.csv", 'q"uote.csv', "a' b.csv", "星.csv", ":(glob)*.csv", "#.csv", "{a: 1}.csv")
    for number, name in enumerate(names):
        (root / "ledger/deals" / name).write_text(
            "deal_id,customer,region,product,owner,amount,status,signed_on,closed_on\n"
            f"X-{number},c,east,A,zhang,1,won,2026-08-01,2026-08-01\n",
            encoding="utf-8",
        )
    git(odd, "init", "-q", "-b", "main")
    (odd / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    draft(root, "2026-08")
    first = commit(odd, "draft")
    publish(root, "2026-08", date(2026, 9, 2))
    commit(odd, "publish")
    report = verify(root, git=True)
    assert report.exit_code == 0, said(report)
    assert said(report)[0][3].startswith(f"in {first[:12]}")
    for name in names:
        path = root / "ledger/deals" / name
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    late = commit(odd, "late")
    rows = said(verify(root, git=True))
    changed = {row[2] for row in rows if row[3].startswith(f"changed by {late[:12]}")}
    assert changed == {f"ledger/deals/{name}" for name in names}


@pytest.mark.parametrize("name", ["new\nline.csv", "tab\t.csv", "turn\u202e.csv"])
def test_a_name_that_could_not_be_read_back_is_not_settled(tmp_path: Path, name: str) -> None:
    root = make_book(tmp_path)
    shutil.move(root / "ledger/collections/2026-07.csv", root / "ledger/collections" / name)
    with pytest.raises(Refused) as stopped:
        draft(root, "2026-08")
    assert ascii(name)[1:-1] in stopped.value.message
    assert not (root / "ledger/settlements").exists()


def test_line_ends_that_git_converts_are_named(book: Path) -> None:
    (book / ".gitattributes").write_text("* text eol=crlf\n", encoding="utf-8")
    path = book / AUGUST / "entries.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    rows = said(verify(book))
    assert any(row[2].endswith("entries.csv") and "only its line ends differ" in row[3] for row in rows)


def test_a_git_lfs_pointer_stands_for_what_it_points_to(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    git(root, "init", "-q", "-b", "main")
    draft(root, "2026-08")
    path = root / "ledger/deals/2026-08.csv"
    whole = path.read_bytes()
    pointer = (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{hashlib.sha256(whole).hexdigest()}\nsize {len(whole)}\n"
    )
    path.write_text(pointer, encoding="utf-8")
    first = commit(root, "as git stores it")
    path.write_bytes(whole)
    with open_repository(root) as repository:
        entry = repository.find(first, "ledger/deals/2026-08.csv")
        assert entry is not None
        assert repository.blob(entry).pointer
    publish(root, "2026-08", date(2026, 9, 2))
    known = read_settlement(root, "2026-08", [])
    assert known is not None
    assert known.events[-1].commit == first


def test_a_repository_of_sha_256_is_read_too(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    git(root, "init", "-q", "--object-format=sha256", "-b", "main")
    draft(root, "2026-08")
    first = commit(root, "draft")
    publish(root, "2026-08", date(2026, 9, 2))
    commit(root, "publish")
    known = read_settlement(root, "2026-08", [])
    assert known is not None
    assert known.events[-1].commit == first
    assert len(first) == 64
    assert verify(root, git=True).exit_code == 0
