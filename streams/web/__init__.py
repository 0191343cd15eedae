"""The page and the API by which people see what goes on and say what they do about it."""
