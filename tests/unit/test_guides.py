"""What the guides show works as it stands there."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from cli.settings.load import parse_project
from cli.wiring import Hub
from hub.golden.survivorship import ORDERING

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "golden-records.md"


def test_the_guides_hub_yaml_is_a_valid_one(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    rules = Hub(parse_project(examples[0], tmp_path, {})).rules()
    assert rules.ages == {730}
    assert rules.named_attributes() == ["credit_limit"]
    secrets = {f"{name}_SECRET": f"whsec_{b64encode(bytes(16)).decode()}" for name in ("SHOP", "AUDIT")}
    told = parse_project(examples[1], tmp_path, secrets).settings.webhooks
    assert [(name, one.contact) for name, one in told.items()] == [("shop", True), ("audit", False)]


def test_the_guide_tells_every_criterion() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [one.value for one in ORDERING if f"`{one.value}`" not in text] == []
