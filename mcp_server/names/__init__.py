"""Public names of creators, hashtags and niches: which texts are one, and which are near."""
