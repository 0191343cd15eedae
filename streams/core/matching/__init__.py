"""Which brands a post names: folding of spelling, Polish inflection, and one scan for all names."""
