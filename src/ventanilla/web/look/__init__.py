"""What every page is put together from: base templates, components, form renderer, styles, scripts. No logic.

`docs/look.md` lists the components with their attributes; `/look/` shows them in debug mode.
"""
