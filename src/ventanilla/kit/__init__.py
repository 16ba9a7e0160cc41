"""Tools that know no citizens: clock, queue, live events, storage, the embedded database."""
