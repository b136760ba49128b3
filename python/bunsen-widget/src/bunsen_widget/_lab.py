"""The widget."""

from __future__ import annotations

import os

import anywidget
import numpy as np
import traitlets as t

from ._sources import source_of

#: How the experiment looks: the attributes of the element, as docs/embed.md of Bunsen has them.
_LOOK = ("show", "edit", "start", "theme", "until", "compare", "brand", "load", "poster", "height")
#: What the browser tells of the run.
_TOLD = ("phase", "step", "steps", "loss", "accuracy", "check", "link", "verdict", "error")


def _text_or_list() -> t.Union:
    return t.Union([t.Unicode(), t.List(t.Unicode())], default_value=None, allow_none=True).tag(sync=True)


def _text() -> t.Unicode:
    return t.Unicode(None, allow_none=True).tag(sync=True)


def _number() -> t.Float:
    return t.Float(None, allow_none=True).tag(sync=True)


class Lab(anywidget.AnyWidget):
    """An experiment: a network that trains in the browser that shows the notebook.

    ``recipe`` says what is trained, as the part of a link behind ``#``. The look is keywords: ``show`` and ``edit`` (texts with commas, or lists), ``start``,
    ``theme``, ``until``, ``compare``, ``brand``, ``load``, ``poster`` and ``height`` (pixels, a CSS length or ``"auto"``).

    ``mode`` says where the browser has the experiment from; without it the environment's ``BUNSEN_WIDGET`` does:

    - the address of a copy of Bunsen's site; by default that where this version is online;
    - ``"inline"``: the widget's own code comes from this package, where an address is not let in as code; the experiment comes from ``site``;
    - ``"serve-local"``: all of it comes from this process, which serves ``site``, a folder, or the copy that the package holds. The browser has to be on the
      same machine; no internet is needed.
    """

    _esm = t.Unicode().tag(sync=True)

    recipe = t.Unicode().tag(sync=True)
    src = t.Unicode().tag(sync=True)
    show = _text_or_list()
    edit = _text_or_list()
    start = _text()
    theme = _text()
    until = t.Int(None, allow_none=True).tag(sync=True)
    compare = _text()
    brand = _text()
    load = _text()
    poster = _text()
    height = t.Union([t.Int(), t.Unicode()], default_value=None, allow_none=True).tag(sync=True)

    phase = _text()
    step = t.Int(0).tag(sync=True)
    steps = t.Int(0).tag(sync=True)
    #: Of the last step.
    loss = _number()
    #: On the test images, from 0 to 1.
    accuracy = _number()
    #: Of a run that is finished on the CPU engine.
    check = _text()
    #: The link that trains this again.
    link = _text()
    #: How the run compares with what its link promises.
    verdict = _text()
    #: Why the recipe was refused, or the run has failed.
    error = _text()
    #: The loss of each step so far, as an array.
    losses = t.Instance(np.ndarray).tag(
        sync=True,
        to_json=lambda losses, _: losses.tolist(),
        from_json=lambda losses, _: np.asarray(losses, dtype=float),
    )

    @t.default("losses")
    def _no_losses(self) -> np.ndarray:
        return np.empty(0)

    def __init__(
        self, recipe: str = "", *, mode: str | None = None, site: str | os.PathLike | None = None, **look: object
    ) -> None:
        unknown = sorted(look.keys() - set(_LOOK))
        if unknown:
            raise TypeError(f"Lab takes no {', '.join(unknown)}. Its looks are {', '.join(_LOOK)}.")
        esm, src = source_of(mode, site)
        super().__init__(recipe=recipe.lstrip("#"), _esm=esm, src=src, **look)

    @property
    def value(self) -> dict[str, object]:
        """What is known of the run: ``lab.value["accuracy"]``."""
        return {name: getattr(self, name) for name in _TOLD}
