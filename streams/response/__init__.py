"""From alarm to a crisis well handled: what a brand says and does once it knows."""
