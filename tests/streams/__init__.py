"""Tests that mirror the package `streams`."""
