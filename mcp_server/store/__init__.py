"""What outlives a process: snapshots, refresh jobs, the quota seen, accounts, cached answers."""
