"""What SQL the store speaks: one module per noun, functions of a connection."""
