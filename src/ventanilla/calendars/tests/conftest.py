"""Generated cases have no time limit each: it would judge the machine; test_cost counts what a question costs."""

from hypothesis import settings

settings.register_profile("calendars", deadline=None)
settings.load_profile("calendars")
