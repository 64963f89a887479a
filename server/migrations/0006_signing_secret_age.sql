-- Tells 401s of before the last change of a secret from those after it, and a rotation that was never finished.
alter table integrations add column signing_secret_set_at timestamptz;
