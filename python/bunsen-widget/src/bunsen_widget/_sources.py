"""Where the browser has an experiment from."""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path

from ._server import serve

__version__ = version("bunsen-widget")

#: Where the site of this version is online.
SITE = f"https://example.org/bunsen/v/{__version__}/"
#: The copy that the package holds.
PACKED = Path(__file__).parent / "site"
#: The environment's variable that says the mode.
VARIABLE = "BUNSEN_WIDGET"
_FRONT_END = "widget.mjs"


def source_of(mode: str | None, site: str | os.PathLike | None) -> tuple[str, str]:
    """The widget's front end, as its text or its address, and the address of the site that the experiment comes from."""
    said = mode if mode is not None else os.environ.get(VARIABLE) or "url"
    if said.startswith(("https://", "http://")):
        if site is not None:
            raise ValueError(f"The mode {said!r} is the site: there cannot be another one.")
        said, site = "url", said
    if said == "serve-local":
        address = serve(_site_in(PACKED if site is None else Path(site)))
        return address + _FRONT_END, address
    if said not in ("url", "inline"):
        whose = "The mode" if mode is not None else VARIABLE
        raise ValueError(f'{whose} is {said!r}: it may be "inline", "serve-local" or the address of a copy of Bunsen\'s site.')
    address = SITE if site is None else os.fspath(site)
    if not address.startswith(("https://", "http://")):
        raise ValueError(f'{address!r} is no address: a folder takes the mode "serve-local".')
    address = address.rstrip("/") + "/"
    return (address + _FRONT_END if said == "url" else _packed_front_end()), address


def _packed_front_end() -> str:
    return (_site_in(PACKED) / _FRONT_END).read_text(encoding="utf-8")


def _site_in(folder: Path) -> Path:
    """The site of this version in a folder: the site itself, or what a host serves."""
    for site in (folder / "v" / __version__, folder):
        if (site / "embed.html").is_file() and (site / _FRONT_END).is_file():
            return site.resolve()
    raise FileNotFoundError(f"{folder} holds no copy of Bunsen's site: it has no embed.html and {_FRONT_END}.")
