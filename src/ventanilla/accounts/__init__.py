"""Staff users, their roles in each body, API tokens. Citizens sign in with the portal."""
