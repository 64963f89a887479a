-- Search finds parts of words. Trigrams make it fast; where the extension cannot be had it still works, slower.
do $$
begin
  create extension if not exists pg_trgm;
  create index incidents_by_words on incidents using gin ((title || ' ' || coalesce(source, '') || ' ' || dedup_key) gin_trgm_ops);
exception
  when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'pg_trgm is not available: searching incidents will be slower';
end
$$;
