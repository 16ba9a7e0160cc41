"""The straight line: what must happen next is a plain call here, readable top to bottom. No tables."""
