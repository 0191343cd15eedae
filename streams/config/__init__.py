"""The configuration file: read into settings, checked to the line, and written for a start."""

from streams.config.loading import ConfigurationError, load
from streams.config.template import template

__all__ = ["ConfigurationError", "load", "template"]
