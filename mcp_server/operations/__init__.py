"""What an operator sees of a running server: health, figures, traces, a line per call, an audit."""
