"""Generated cases have no time limit each: it would judge the machine; what a question costs is counted in test_cost."""

from hypothesis import settings

settings.register_profile("calendars", deadline=None)
settings.load_profile("calendars")
