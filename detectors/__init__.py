"""Statistics and language: river estimators for bursts, negativity and sentiment. No I/O, no Kafka."""
