"""Tests of what the benchmarks measure by: their backgrounds, crises, limits and rival rules."""
