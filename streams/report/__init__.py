"""The report: one self-contained HTML file for people who decide, from readings and crisis events."""

from streams.report.frame import Frame
from streams.report.page import render, write_report

__all__ = ["Frame", "render", "write_report"]
