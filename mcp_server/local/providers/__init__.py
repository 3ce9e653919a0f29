"""Where a refresh gets its figures: an inbox, TikTok's pages, dated crawls, the sample itself."""
