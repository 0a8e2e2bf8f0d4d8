CREATE TABLE installation (
    client_id               TEXT NOT NULL,
    bot_id                  TEXT NOT NULL,
    workspace_id            TEXT NOT NULL,
    owner_user_id           TEXT,
    details                 TEXT NOT NULL,
    workspace_name          TEXT GENERATED ALWAYS AS (details ->> 'workspace_name') VIRTUAL,
    workspace_icon          TEXT GENERATED ALWAYS AS (details ->> 'workspace_icon') VIRTUAL,
    owner                   TEXT GENERATED ALWAYS AS (details -> 'owner') VIRTUAL,
    duplicated_template_id  TEXT GENERATED ALWAYS AS (details ->> 'duplicated_template_id') VIRTUAL,
    created_at              INTEGER NOT NULL,
    updated_at              INTEGER NOT NULL,
    PRIMARY KEY (client_id, bot_id)
) STRICT;

CREATE INDEX installation_by_workspace ON installation (client_id, workspace_id);
CREATE INDEX installation_by_owner ON installation (client_id, owner_user_id);

CREATE TABLE token_grant (
    grant_id       TEXT NOT NULL PRIMARY KEY,
    client_id      TEXT NOT NULL,
    bot_id         TEXT NOT NULL,
    raw            TEXT NOT NULL,
    received_at    INTEGER NOT NULL,
    superseded_at  INTEGER,
    FOREIGN KEY (client_id, bot_id) REFERENCES installation (client_id, bot_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX token_grant_by_installation ON token_grant (client_id, bot_id, received_at);
CREATE UNIQUE INDEX token_grant_current ON token_grant (client_id, bot_id) WHERE superseded_at IS NULL;

PRAGMA application_id = 1852273249;
PRAGMA user_version = 1;

CREATE TEMP TABLE number AS
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {installations}) SELECT n FROM n;

INSERT INTO installation (client_id, bot_id, workspace_id, owner_user_id, details, created_at, updated_at)
SELECT 'client', 'bot-' || n, 'w', 'e79a0b74-3aba-4149-9f74-0bb5791a6ee6',
    '{"workspace_name":"Açme","workspace_icon":null,"owner":{"type":"user","user":{"object":"user","id":"e79a0b74-3aba-4149-9f74-0bb5791a6ee6","name":"Ada CANARY","person":{"email":"ada@CANARY.example"}}},"duplicated_template_id":null}',
    1000000 + n, 2000000 + n
FROM number;

INSERT INTO token_grant (grant_id, client_id, bot_id, raw, received_at, superseded_at)
SELECT printf('00000000-0000-4000-8000-%08d%04d', n, time), 'client', 'bot-' || n,
    '{"access_token":"ntn_CANARY' || n || '-' || time || '","token_type":"bearer","refresh_token":"nrt_CANARY' || n || '","bot_id":"bot-' || n || '","workspace_id":"w"}',
    1000000 * time + n, CASE time WHEN 1 THEN 2000000 + n END
FROM number, (SELECT 1 AS time UNION ALL SELECT 2);
