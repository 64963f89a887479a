alter table pages
  -- Somebody may have it although nothing says so, e.g. as the server died while sending: it is sent again only as it was, under its key.
  add column handed_over boolean not null default false,
  -- The page that did not get through, so that this one was sent by another contact method.
  add column in_place_of uuid references pages;

-- What went out as one message is answered and seen as one.
create index pages_by_key on pages (key);

-- What is due on one channel is found whatever waits on another; and all that is due to one contact method together.
create index pages_to_send_by_channel on pages (channel, next_attempt_at) where next_attempt_at is not null;
create index pages_of_contact_method on pages (contact_method_id, next_attempt_at);
create index pages_of_user_by_status on pages (user_id, status, id desc);
