"""Why, and why not: what the detectors of a brand expected, saw and decided, and what it would have taken."""

from streams.explaining.explanation import Explanation, explain
from streams.explaining.needed import SUSTAINED
from streams.explaining.views import View
from streams.explaining.witness import Witness

__all__ = ["SUSTAINED", "Explanation", "View", "Witness", "explain"]
