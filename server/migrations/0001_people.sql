-- People, how they sign in, and who changed what. The tables of better-auth carry our column names.
create table users (
  id uuid primary key,
  name text not null,
  email text not null unique check (email = lower(email)),
  email_verified boolean not null default false,
  image text,
  role text not null default 'viewer' check (role in ('admin', 'responder', 'viewer')),
  disabled_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  token text not null unique,
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index sessions_of_user on sessions (user_id);

create table accounts (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (provider_id, account_id)
);
create index accounts_of_user on accounts (user_id);

create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verifications_by_identifier on verifications (identifier);

-- Failed sign-ins, so that guessing is slow whichever process answers.
create table sign_in_failures (
  key text primary key,
  failures int not null,
  window_ends_at timestamptz not null
);

-- One-time links: to set the first server up (no user) or to set somebody's password.
create table one_time_links (
  token_hash bytea primary key,
  purpose text not null check (purpose in ('setup', 'password')),
  user_id uuid references users on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((purpose = 'password') = (user_id is not null))
);

create table api_keys (
  id uuid primary key,
  name text not null,
  prefix text not null,
  -- A fast hash is right here: the key is 256 random bits, nothing can be guessed.
  key_hash bytea not null unique,
  scopes text[] not null check (scopes <@ array['read', 'write', 'events', 'admin'] and cardinality(scopes) > 0),
  created_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);

create table audit_log (
  id uuid primary key,
  at timestamptz not null,
  actor jsonb not null,
  action text not null,
  target jsonb not null,
  data jsonb not null default '{}',
  ip text
);
