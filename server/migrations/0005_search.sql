-- What incidents are searched by. An index of trigrams is costly to write, so it is filled a moment after incidents open
-- instead of while alerts wait. Nothing in it ever changes.
create table incident_texts (
  number bigint primary key references incidents (number),
  text text not null
);

-- Search finds parts of words. Where the extension cannot be had it still works, slower.
do $$
begin
  create extension if not exists pg_trgm;
  create index incident_texts_by_trigram on incident_texts using gin (text gin_trgm_ops);
exception
  when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'pg_trgm is not available: searching incidents will be slower';
end
$$;
