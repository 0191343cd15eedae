"""Tests of larum."""
