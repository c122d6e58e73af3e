"""What docs/architecture.md and docs/dependencies.md promise of the code."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("hub", "connectors", "matching", "mappings", "cli")

# Library (as imported) → where it may be imported. Everywhere is said with the empty text.
HOMES: dict[str, tuple[str, ...]] = {
    "pyarrow": ("",),
    "duckdb": ("hub/columns.py", "matching"),
    "numpy": ("matching", "mappings", "connectors/files", "hub"),
    "sqlalchemy": ("hub/store", "hub/jobs"),
    "alembic": ("hub/store",),
    "jinja2": ("hub/web",),
    "apscheduler": ("hub/jobs",),
    "rapidfuzz": ("matching", "mappings"),
    "numba": ("matching/kernels",),
    "anyascii": ("matching",),
    "pydantic": ("connectors", "mappings", "cli"),
    "ruamel": ("mappings", "cli"),
    "jmespath": ("mappings",),
    "phonenumbers": ("mappings",),
    "email_validator": ("mappings",),
    "ftfy": ("mappings",),
    "cleanco": ("mappings",),
    "stdnum": ("mappings",),
    "tldextract": ("mappings",),
    "dateutil": ("mappings",),
    "httpx": ("connectors",),
    "tenacity": ("connectors",),
    "imap_tools": ("connectors",),
    "python_calamine": ("connectors",),
    "charset_normalizer": ("connectors",),
    "openpyxl": ("cli/demo",),
    "typer": ("cli",),
    "rich": ("cli",),
    "dotenv": ("cli",),
    # the contract suite is made of pytest classes; it is imported by tests only
    "pytest": ("connectors/contract",),
}


def _modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


def test_each_third_party_library_is_imported_in_its_home_only() -> None:
    strays = defaultdict(list)
    for path in _modules():
        name = path.relative_to(ROOT).as_posix()
        for library in _imports(path) - set(sys.stdlib_module_names) - set(ROOMS):
            if not any(name.startswith(home) for home in HOMES.get(library, ())):
                strays[library].append(name)
    assert dict(strays) == {}


def test_every_runtime_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    names = [re.split(r"[\[<>=~!]", line)[0] for line in project["dependencies"]]
    assert [name for name in names if name not in told] == []


def test_every_room_of_the_hub_stands_in_the_drawing() -> None:
    told = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = [path.name for path in (ROOT / "hub").iterdir() if path.is_dir() and path.name[0] not in "_."]
    assert [room for room in rooms if f"`hub/{room}/`" not in told] == []


def test_no_lock_file_names_a_host_or_a_place_on_a_machine() -> None:
    locks = [ROOT / "requirements.lock", *sorted((ROOT / "tests/servers").glob("*.lock"))]
    found = {
        lock.name: line
        for lock in locks
        for line in lock.read_text(encoding="utf-8").splitlines()
        if re.search(r"https?://|file:|^\s*/|--(extra-)?index-url|--find-links", line)
    }
    assert found == {}
    assert "--hash=sha256:" in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = [re.split(r"[\[<>=~!]", line)[0].lower().replace(".", "-") for line in wanted]
    assert [n for n in names if n != "customer-hub" and not re.search(rf"^{n}==", locked, re.MULTILINE)] == []


def test_files_stay_small_enough_to_read() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in _modules()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400 and "migrations" not in path.parts
    }
    assert long == {}
