"""Who may call over HTTP and SSE, and what for."""
