"""Crises into what people have: Alertmanager, webhooks, chat, mail and on-call services.

The forms are larum's own, and small. Apprise, which knows more services, answers that a message was taken or was not:
not whether it ever will be, nor when to come again, which is what a lane goes by; and it calls whatever address a name
stands for.
"""
