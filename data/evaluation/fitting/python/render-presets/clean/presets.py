"""Render presets that artists upload as YAML."""
from __future__ import annotations

from dataclasses import dataclass

import yaml

MAX_PRESET_BYTES = 64 * 1024
ENGINES = {"cycles", "eevee", "workbench"}


class PresetError(ValueError):
    """An uploaded preset cannot be used."""


@dataclass(frozen=True)
class Preset:
    name: str
    engine: str
    samples: int


def _whole_number(document: dict, key: str, lowest: int, highest: int) -> int:
    value = document.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise PresetError(f"{key} must be a whole number from {lowest} to {highest}")
    return value


def read_preset(upload: bytes) -> Preset:
    if len(upload) > MAX_PRESET_BYTES:
        raise PresetError(f"a preset has at most {MAX_PRESET_BYTES} bytes")
    try:
        document = yaml.load(upload, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise PresetError("not a YAML document") from error
    if not isinstance(document, dict):
        raise PresetError("a preset is a mapping")
    name = document.get("name")
    if not isinstance(name, str) or not name.strip():
        raise PresetError("name is missing")
    engine = document.get("engine")
    if not isinstance(engine, str) or engine not in ENGINES:
        raise PresetError(f"engine must be one of {', '.join(sorted(ENGINES))}")
    return Preset(name.strip(), engine, _whole_number(document, "samples", 1, 16384))
