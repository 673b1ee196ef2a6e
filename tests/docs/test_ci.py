"""docs/ci.md (S7): its workflows are sound, and all they call runs in a real repository, August to September.

Only what belongs to the hosts is left out: installing, checking out, and `gh`, whose place a script takes
that writes down what it was asked.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import salescli

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
BOOK = ("salescli.yaml", "ledger", "policies", "report_templates")
AUGUST = "ledger/settlements/2026-08"


def block(language: str, name: str) -> str:
    found = re.search(rf"^```{language}\n# {re.escape(name)}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found, name
    return found.group(1)


def workflow(name: str) -> dict[str, Any]:
    """A workflow as its host reads it; `on` is a key, not true."""
    text = block("yaml", name).replace("\non:\n", '\n"on":\n')
    made = yaml.safe_load(text)
    assert isinstance(made, dict)
    return made


def steps(name: str) -> list[dict[str, Any]]:
    (job,) = workflow(f"github: {name}")["jobs"].values()
    return list(job["steps"])


# --- what the workflows say


@pytest.mark.parametrize("name", ["check", "draft"])
def test_a_github_workflow_is_pinned_and_has_no_more_rights_than_it_needs(name: str) -> None:
    made = workflow(f"github: {name}")
    writes = {"contents": "write", "pull-requests": "write"}
    assert made["permissions"] == ({"contents": "read"} if name == "check" else writes)
    assert made["env"]["SALESCLI"] == f"salescli=={salescli.__version__}"
    (job,) = made["jobs"].values()
    assert re.fullmatch(r"ubuntu-\d\d\.\d\d", job["runs-on"])
    assert job["timeout-minutes"]
    for step in job["steps"]:
        assert "run" in step or re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", step["uses"])
        assert "${{" not in step.get("run", ""), "what others write is no part of a script"
    checkout = next(step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@"))
    assert checkout["with"]["fetch-depth"] == 0
    for words in ("settle publish", "settle close", "settle pay", "secrets."):
        assert words not in block("yaml", f"github: {name}")


def test_the_check_runs_on_every_change_and_the_draft_every_month() -> None:
    assert set(workflow("github: check")["on"]) == {"pull_request", "push"}
    draft = workflow("github: draft")["on"]
    assert draft["schedule"] == [{"cron": "0 1 1 * *"}]
    assert draft["workflow_dispatch"]["inputs"]["period"]["required"] is True


def test_the_gitlab_pipeline_is_pinned_and_never_closes() -> None:
    made = workflow("gitlab")
    assert made["variables"] == {"SALESCLI": f"salescli=={salescli.__version__}", "GIT_DEPTH": "0"}
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", made["default"]["image"])
    assert set(made["stages"]) == {
        job["stage"] for job in made.values() if isinstance(job, dict) and "stage" in job
    }
    assert made["check"]["allow_failure"] == {"exit_codes": [1]}
    for words in ("settle publish", "settle close", "settle pay"):
        assert words not in block("yaml", "gitlab")


# --- what they call


class Hall:
    """A remote repository, a clone for CI, and a clone for people."""

    def __init__(self, folder: Path) -> None:
        self.remote, self.ci, self.people = folder / "remote.git", folder / "ci", folder / "people"
        self.asked, bin_ = folder / "asked.txt", folder / "bin"
        bin_.mkdir()
        gh = bin_ / "gh"
        gh.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> "{self.asked}"\n', encoding="utf-8")
        gh.chmod(0o755)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "SALESCLI"))}
        self.env = kept | {
            "PATH": f"{bin_}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self.sh("git config --global user.name Lin && git config --global user.email lin@example.com", folder)
        self.sh("git init -q --bare -b main remote.git", folder)
        self.sh("git -C remote.git config receive.advertisePushOptions true", folder)
        self.sh(
            "git clone -q remote.git people 2>/dev/null && git clone -q remote.git ci 2>/dev/null", folder
        )
        self.sh("git switch -q -c main", self.people)

    def sh(self, script: str, folder: Path, **more: str) -> str:
        """Run a script as a runner does, stopping at the first line that fails."""
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=folder,
            env=self.env | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def commit(self, why: str) -> None:
        self.sh(f'git add -A && git commit -q -m "{why}" && git push -q -u origin main', self.people)

    def fetch(self) -> None:
        self.sh("git fetch -q origin && git switch -q -C main origin/main && git clean -qfd", self.ci)

    def github(self, name: str, period: str = "") -> str:
        """A workflow on a fresh checkout of main."""
        self.fetch()
        passed = self.ci.with_name("github.env")
        passed.write_text("", encoding="utf-8")
        said = ""
        for step in steps(name):
            if "run" not in step or step["name"] == "install":
                continue
            own = {k: v.replace("${{ inputs.period }}", period) for k, v in step.get("env", {}).items()}
            given = dict(line.split("=", 1) for line in passed.read_text(encoding="utf-8").splitlines())
            said += self.sh(step["run"], self.ci, GITHUB_ENV=str(passed), **given, **own)
        return said

    def gitlab(self, job: str, **variables: str) -> str:
        self.fetch()
        return self.sh("\n".join(workflow("gitlab")[job]["script"]), self.ci, **variables)

    def merge(self, period: str) -> None:
        self.sh(
            f"git pull -q && git fetch -q origin && git merge -q --no-ff -m merge origin/draft/{period}",
            self.people,
        )
        self.sh("git push -q", self.people)

    def says(self, name: str) -> str:
        return self.sh(block("sh", f"people: {name}"), self.people)


def lay(target: Path, *, later_than: str) -> None:
    """The sample book without facts of months after one."""
    for name in BOOK:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True)
        else:
            shutil.copy(source, target / name)
    settings = target / "salescli.yaml"
    settings.write_text(settings.read_text("utf-8").replace("locale: zh_CN", "locale: en"), "utf-8")
    for path in (target / "ledger").rglob("2026-*.csv"):
        if path.stem > later_than and path.parent.name != "targets":
            path.unlink()


def entries(root: Path, period: str) -> list[dict[str, str]]:
    with (root / f"ledger/settlements/{period}/entries.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    made = Hall(tmp_path)
    lay(made.people, later_than="2026-07")
    (made.people / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    (made.people / ".gitignore").write_text(".salescli.lock\n", encoding="utf-8")
    made.commit("facts through July")
    return made


def test_august_goes_from_empty_to_paid_and_its_objection_into_september(hall: Hall) -> None:
    assert "0 settlements checked" in hall.github("check")
    empty = hall.sh("salescli settle draft 2026-08 && rm -r ledger/settlements", hall.ci)
    assert "drafted: 0 entries for 0 people" in empty

    lay(hall.people, later_than="2026-08")
    hall.commit("facts of August")
    hall.github("draft", "2026-08")
    assert "pr create --base main --head draft/2026-08" in hall.asked.read_text(encoding="utf-8")
    assert "as it was" not in hall.github("draft", "2026-08")  # asked again before it is merged
    hall.merge("2026-08")
    assert "the draft is as it was" in hall.github("draft", "2026-08")

    for name in ("publish", "objection", "close", "pay"):
        hall.says(name)
        hall.github("check")
    assert "settlement/2026-08" in hall.sh("git tag", hall.people)
    assert (hall.people.parent / "payroll-2026-08.csv").exists()
    assert "state: paid" in (hall.people / AUGUST / "settlement.yaml").read_text(encoding="utf-8")
    assert "no commit is recorded" not in hall.sh("salescli verify --git", hall.people)

    lay(hall.people, later_than="2026-09")
    hall.commit("facts of September")
    hall.github("draft", "2026-09")
    hall.merge("2026-09")
    (paid,) = [row for row in entries(hall.people, "2026-09") if row["kind"] == "adjustment"]
    assert (paid["person"], paid["amount"], paid["cause"]) == ("zhang", "120.00", "objection 2026-08/1")
    hall.github("check")
    for name, day in (("publish", "2026-10-09"), ("close", "2026-10-14"), ("pay", "2026-10-15")):
        words = "" if name != "close" else "--confirm 2026-09"
        hall.sh(f"salescli settle {name} 2026-09 --on {day} {words}", hall.people)
        hall.commit(f"September: {name}")
    said = hall.github("check")
    assert "2 settlements checked: all as recorded" in said


def test_steps_name_the_commits_they_rest_on(hall: Hall) -> None:
    lay(hall.people, later_than="2026-08")
    hall.commit("facts of August")
    hall.github("draft", "2026-08")
    hall.merge("2026-08")
    for name in ("publish", "objection", "close", "pay"):
        hall.says(name)
    manifest = yaml.safe_load((hall.people / AUGUST / "settlement.yaml").read_text(encoding="utf-8"))
    named = [(event["event"], event["commit"]) for event in manifest["events"] if "commit" in event]
    assert [event for event, _ in named] == ["published", "closed", "paid"]
    for _, commit in named:
        hall.sh(f"git merge-base --is-ancestor {commit} main", hall.people)


def test_the_check_fails_on_a_forged_month(hall: Hall) -> None:
    lay(hall.people, later_than="2026-08")
    hall.commit("facts of August")
    hall.github("draft", "2026-08")
    hall.merge("2026-08")
    hall.says("publish")
    path = hall.people / AUGUST / "entries.csv"  # a cause, which no sum gives away
    path.write_bytes(path.read_bytes().replace(b"tier", b"team", 1))
    hall.commit("nothing to see")
    with pytest.raises(AssertionError, match="verify --git"):
        hall.github("check")


def test_gitlab_checks_and_asks_for_a_merge_of_the_draft(hall: Hall) -> None:
    lay(hall.people, later_than="2026-08")
    hall.commit("facts of August")
    hall.gitlab("check")
    given = {
        "PERIOD": "2026-08",
        "CI_DEFAULT_BRANCH": "main",
        "CI_SERVER_HOST": "gitlab.invalid",
        "CI_PROJECT_PATH": "sales/book",
        "DRAFT_TOKEN": "token",
    }
    there = "https://draft:token@gitlab.invalid/sales/book.git"
    hall.sh(f'git config --global url."file://{hall.remote}".insteadOf "{there}"', hall.ci)
    hall.gitlab("draft", **given)
    hall.merge("2026-08")
    assert entries(hall.people, "2026-08")
    assert "the draft is as it was" in hall.gitlab("draft", **given)
