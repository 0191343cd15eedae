"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("larum", deadline=None)  # a shared machine is slow now and then, which no test is to hang on
settings.load_profile("larum")
