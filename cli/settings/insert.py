"""Puts a new entry into a settings file and leaves every other character of it alone."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from hub.errors import ConfigurationError
from mappings.yaml_file import editor, parse_yaml


def with_entry(text: str, section: str, name: str, entry: Mapping[str, Any]) -> str:
    """The text of a YAML file with `entry` under `section` and `name`, after those that are there.

    Where lines cannot simply be put in (the section is written in braces), the whole file is written anew;
    that keeps comments and order too, but not all spacing.
    """
    line_end = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    root = parse_yaml(plain, "hub.yaml")
    written = _put_in(plain, root, section, name, entry)
    wanted = {**root, section: {**(root.get(section) or {}), name: dict(entry)}}
    if written is None or not _says(written, wanted):
        written = _anew(root, section, name, entry)
    return written.replace("\n", line_end)


def _put_in(text: str, root: CommentedMap, section: str, name: str, entry: Mapping[str, Any]) -> str | None:
    """The text with the entry's lines in it; None where there is no line to put them after."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    held = root.get(section)
    if section not in root:
        lines += [*([""] if lines else []), f"{section}:"]
        where, column = len(lines), _unit(root)
    elif not held:
        where, column = root.lc.key(section)[0] + 1, _unit(root)
        head = re.fullmatch(r"([^:]+:)\s*(?:\{\s*\})?(\s*#.*)?", lines[where - 1])
        if head is None:
            return None
        lines[where - 1] = head[1] + (head[2] or "")
    elif isinstance(held, CommentedMap) and not held.fa.flow_style():
        where, column = _end(lines, root, section), held.lc.col
    else:
        return None
    lines[where:where] = [" " * column + line for line in _lines(name, entry, _unit(root))]
    return "\n".join([*lines, ""])


def _end(lines: list[str], root: CommentedMap, section: str) -> int:
    """The line after the last one of a section, before the blank lines and comments that follow it."""
    start = root.lc.key(section)[0]
    later = [root.lc.key(key)[0] for key in root if key in root.lc.data]
    end = min((line for line in later if line > start), default=len(lines))
    while re.fullmatch(r"\s*(#.*)?", lines[end - 1]):
        end -= 1
    return end


def _unit(root: CommentedMap) -> int:
    """By how many spaces this file's blocks are indented."""
    blocks = (one for one in root.values() if isinstance(one, CommentedMap) and one)
    columns = (one.lc.col for one in blocks if not one.fa.flow_style())
    return next((column for column in columns if column), 2)


def _lines(name: str, entry: Mapping[str, Any], unit: int) -> list[str]:
    yaml, text = editor(), io.BytesIO()
    yaml.indent(mapping=unit, sequence=unit + 2, offset=unit)
    yaml.dump({name: dict(entry)}, text)
    return text.getvalue().decode().splitlines()


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return dict(parse_yaml(text, "hub.yaml")) == wanted
    except ConfigurationError:
        return False


def _anew(root: CommentedMap, section: str, name: str, entry: Mapping[str, Any]) -> str:
    if not root.get(section):
        root[section] = CommentedMap()
    root[section][name] = dict(entry)
    text = io.BytesIO()
    editor().dump(root, text)
    return text.getvalue().decode()
