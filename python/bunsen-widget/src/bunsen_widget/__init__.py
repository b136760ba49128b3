"""Bunsen in a notebook: a network that trains in the reader's browser, and what becomes of the run as Python's values.

    from bunsen_widget import Lab

    lab = Lab("model=lenet5&data=digits&seed=7", edit="lr")
    lab
"""

from ._lab import Lab
from ._sources import __version__

__all__ = ["Lab", "__version__"]
