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
