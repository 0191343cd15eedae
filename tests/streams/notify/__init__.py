"""Tests of who is told of crises."""
