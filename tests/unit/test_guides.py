"""What the guides show works as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

from cli.settings.load import parse_project
from cli.wiring import Hub
from hub.golden.survivorship import ORDERING

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "golden-records.md"


def test_the_guides_hub_yaml_is_a_valid_one(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    rules = Hub(parse_project(example, tmp_path, {})).rules()
    assert rules.ages == {730}
    assert rules.named_attributes() == ["credit_limit"]


def test_the_guide_tells_every_criterion() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [one.value for one in ORDERING if f"`{one.value}`" not in text] == []
