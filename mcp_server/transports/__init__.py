"""How bytes reach the server: our own stdio streams."""
