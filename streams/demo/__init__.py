"""`larum demo`: a simulation of three invented brands, and the screen on which a crisis is seen being caught."""
