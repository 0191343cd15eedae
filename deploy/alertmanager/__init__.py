"""Routes for Alertmanager, and the code that makes their calendar."""
