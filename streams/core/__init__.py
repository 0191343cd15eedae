"""The pure core: posts become mentions, mentions tallies, tallies crises. No broker, clock, file or web in here."""
