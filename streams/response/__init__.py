"""From an alarm to a crisis well handled: who does what until when, and what is said in public."""
