/**
 * The steps from an empty file to the present tables, in order; `PRAGMA user_version` counts those done. A step that
 * was released is never changed: add another.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE power_states (
    machine TEXT PRIMARY KEY,
    power TEXT NOT NULL,
    actions TEXT,            -- JSON list, NULL when the device does not tell
    read_at INTEGER NOT NULL,
    assumed TEXT             -- after an action, until the next read
  ) STRICT;
  CREATE TABLE boot_settings (
    machine TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    enabled TEXT NOT NULL,
    mode TEXT NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL,
    username TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    machine TEXT,
    username TEXT,
    origin TEXT,
    message TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE events ADD COLUMN request_id TEXT;
  ALTER TABLE events ADD COLUMN outcome TEXT; -- of a change that somebody asked for
  `,
  // Accounts that were made over Redfish.
  `
  CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    username TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,               -- scrypt$cost$salt$key
    role TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    password_change_required INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  CREATE TABLE machine_facts (
    machine TEXT PRIMARY KEY,
    device TEXT NOT NULL,   -- driver and address that told it
    identity TEXT NOT NULL, -- JSON
    firmware TEXT,          -- of the device at that time, NULL when it does not tell in passing
    read_at INTEGER NOT NULL
  ) STRICT;
  `,
  // What one machine's log shows.
  `
  CREATE INDEX events_of_machine ON events (machine, id);
  `,
  `
  CREATE TABLE subscriptions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    username TEXT NOT NULL,
    destination TEXT NOT NULL,
    context TEXT,
    verify_certificate INTEGER NOT NULL,
    registry_prefixes TEXT NOT NULL,      -- JSON lists; empty: all
    message_ids TEXT NOT NULL
  ) STRICT;
  `,
];
