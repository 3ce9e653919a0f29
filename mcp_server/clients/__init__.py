"""The two APIs as typed methods: one per operation, over one shared transport each."""
