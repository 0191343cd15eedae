"""Sentiment that learns: tokens of social text, lexicons as a start, and an online model over hashed features."""

from detectors.sentiment.model import Scored, SentimentModel

__all__ = ["Scored", "SentimentModel"]
