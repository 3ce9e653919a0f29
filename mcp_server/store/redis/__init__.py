"""The store on Redis or Valkey, for many replicas; needs the extra `redis`."""
