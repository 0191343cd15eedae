"""Crises into what people have: Alertmanager, webhooks, chat, mail and on-call services."""
