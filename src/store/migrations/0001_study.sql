-- The first shape of a study file. docs/study-file.md tells the meaning of every table.

CREATE TABLE study (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE codebook (
  name     TEXT PRIMARY KEY,           -- id@version
  sha256   TEXT NOT NULL,
  toml     TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE task (
  name       TEXT PRIMARY KEY COLLATE NOCASE,
  codebook   TEXT NOT NULL REFERENCES codebook (name),
  unit       TEXT NOT NULL CHECK (unit IN ('episode', 'session')),
  changed_at TEXT NOT NULL             -- when it got this codebook
) STRICT;

CREATE TABLE rater (
  name     TEXT PRIMARY KEY COLLATE NOCASE,
  kind     TEXT NOT NULL CHECK (kind IN ('annotator', 'judge', 'gold', 'adjudicator')),
  about    TEXT NOT NULL DEFAULT '',
  added_at TEXT NOT NULL
) STRICT;

CREATE TABLE session (
  number     INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  repository TEXT,
  source     TEXT,
  modality   TEXT CHECK (modality IN ('ide', 'cli')),
  agent      TEXT,
  started_at TEXT,
  license    TEXT,
  imported   INTEGER NOT NULL CHECK (imported IN (0, 1)),  -- 0: known only from its episodes
  extracted  INTEGER NOT NULL DEFAULT 0 CHECK (extracted IN (0, 1)),  -- searched for episodes
  turns      INTEGER NOT NULL DEFAULT 0,
  user_turns INTEGER,                        -- turns that a person typed; NULL: not imported
  sha256     TEXT,
  extra      TEXT
) STRICT;
CREATE INDEX session_repository ON session (repository);
CREATE INDEX session_imported ON session (number) WHERE imported;

CREATE TABLE session_alias (
  alias   TEXT PRIMARY KEY,
  session INTEGER NOT NULL REFERENCES session (number)
) STRICT;
CREATE INDEX session_alias_session ON session_alias (session);

CREATE TABLE turn (
  session INTEGER NOT NULL REFERENCES session (number),
  number  INTEGER NOT NULL,
  role    TEXT NOT NULL CHECK (role IN ('user', 'agent')),
  kind    TEXT,
  text    TEXT NOT NULL,
  at      TEXT,
  tools   TEXT,
  extra   TEXT,
  UNIQUE (session, number)
) STRICT;

-- A file that brought sessions, as it was when it was last read.
CREATE TABLE session_file (
  number INTEGER PRIMARY KEY,
  path   TEXT NOT NULL UNIQUE,  -- absolute
  kind   TEXT NOT NULL,         -- what kind of log it is
  sha256 TEXT NOT NULL,         -- of the file and of those that were read with it
  beside TEXT,                  -- those others, as a JSON array
  records INTEGER NOT NULL,     -- sessions that were read, repeated ones too
  reader TEXT NOT NULL,         -- the version of tiebreak that read it
  told   TEXT                   -- SHA-256 of what map and options said, if they said anything
) STRICT;

CREATE TABLE session_of_file (
  file     INTEGER NOT NULL REFERENCES session_file (number),
  session  INTEGER NOT NULL REFERENCES session (number),
  has_text INTEGER NOT NULL CHECK (has_text IN (0, 1)),  -- the session's turns are this file's
  mapped   INTEGER NOT NULL CHECK (mapped IN (0, 1)),    -- a map spoke of the session
  PRIMARY KEY (file, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_file_session ON session_of_file (session);

CREATE TABLE episode (
  number         INTEGER PRIMARY KEY,
  key            TEXT NOT NULL UNIQUE,       -- SESSION#EPISODE
  session        INTEGER NOT NULL REFERENCES session (number),
  id             TEXT NOT NULL,
  name           TEXT,
  description    TEXT,
  alignment_goal TEXT CHECK (alignment_goal IN ('instruction', 'intention', 'both')),
  confidence     TEXT CHECK (confidence IN ('high', 'medium', 'low')),
  has_text       INTEGER NOT NULL CHECK (has_text IN (0, 1)),
  version        INTEGER NOT NULL DEFAULT 1, -- counts the texts it has had
  extra          TEXT
) STRICT;
CREATE INDEX episode_session ON episode (session);

CREATE TABLE evidence (
  number   INTEGER PRIMARY KEY,
  episode  INTEGER NOT NULL REFERENCES episode (number),
  position INTEGER NOT NULL,
  label    TEXT NOT NULL,                    -- as the file has it
  turn     INTEGER,
  role     TEXT CHECK (role IN ('user', 'agent')),
  quote    TEXT NOT NULL,
  context  TEXT,
  extra    TEXT,
  match    TEXT NOT NULL CHECK (match IN ('exact', 'normalised', 'fragments', 'masked', 'fuzzy',
                                          'other_turn', 'not_found', 'no_session')),
  found_turn INTEGER,                        -- where it was found
  start    INTEGER,                          -- bytes of the raw turn, first to last
  stop     INTEGER,
  pieces   TEXT,                             -- if there are several: [[start, stop], ...]
  similarity REAL CHECK (similarity BETWEEN 0 AND 1),  -- of a fuzzy match
  UNIQUE (episode, position),
  CHECK ((match IN ('not_found', 'no_session')) = (found_turn IS NULL)),
  CHECK ((found_turn IS NULL) = (start IS NULL) AND (start IS NULL) = (stop IS NULL)),
  CHECK ((match = 'fuzzy') = (similarity IS NOT NULL))
) STRICT;

CREATE TABLE past_episode (
  key         TEXT NOT NULL,
  version     INTEGER NOT NULL,
  json        TEXT NOT NULL,
  replaced_at TEXT NOT NULL,
  PRIMARY KEY (key, version)
) STRICT;

CREATE TABLE batch (
  number        INTEGER PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
  task          TEXT NOT NULL REFERENCES task (name),
  codebook      TEXT NOT NULL REFERENCES codebook (name),
  purpose       TEXT NOT NULL CHECK (purpose IN ('evaluation', 'development')),
  evidence_only INTEGER NOT NULL CHECK (evidence_only IN (0, 1)),
  seed          TEXT NOT NULL,
  frame_size    INTEGER NOT NULL,
  frame_sha256  TEXT NOT NULL,
  options       TEXT NOT NULL,
  created_at    TEXT NOT NULL
) STRICT;

CREATE TABLE batch_unit (
  batch       TEXT NOT NULL REFERENCES batch (name),
  position    INTEGER NOT NULL,
  unit        TEXT NOT NULL,
  probability REAL,
  stratum     TEXT,
  PRIMARY KEY (batch, position),
  UNIQUE (batch, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_unit_unit ON batch_unit (unit);

CREATE TABLE batch_annotator (
  batch    TEXT NOT NULL REFERENCES batch (name),
  position INTEGER NOT NULL,
  rater    TEXT NOT NULL REFERENCES rater (name),
  PRIMARY KEY (batch, position),
  UNIQUE (batch, rater)
) STRICT, WITHOUT ROWID;

-- The order in which an annotator meets the units.
CREATE TABLE assignment (
  batch    TEXT NOT NULL REFERENCES batch (name),
  rater    TEXT NOT NULL REFERENCES rater (name),
  position INTEGER NOT NULL,
  unit     TEXT NOT NULL,
  PRIMARY KEY (batch, rater, position),
  UNIQUE (batch, rater, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE lock (
  batch  TEXT PRIMARY KEY REFERENCES batch (name),
  at     TEXT NOT NULL,
  by     TEXT NOT NULL,
  forced TEXT,
  sha256 TEXT NOT NULL,
  sealed INTEGER NOT NULL CHECK (sealed IN (0, 1))
) STRICT;

-- Every change of an annotation, for ever.
CREATE TABLE revision (
  id          INTEGER PRIMARY KEY,
  task        TEXT NOT NULL,
  codebook    TEXT NOT NULL,
  batch       TEXT,
  unit        TEXT NOT NULL,
  rater       TEXT NOT NULL,
  kind        TEXT NOT NULL CHECK (kind IN ('annotator', 'judge', 'gold')),
  action      TEXT NOT NULL CHECK (action IN ('edit', 'submit', 'take_back', 'undo', 'redo', 'import', 'lock')),
  step        INTEGER NOT NULL,              -- the first revision of what one undo takes back
  target      INTEGER,                       -- the step that an undo or redo is about
  field       TEXT,                          -- the text that was typed in, if any
  state       TEXT NOT NULL CHECK (state IN ('draft', 'submitted')),
  answers     TEXT NOT NULL,
  note        TEXT,
  reasoning   TEXT,
  flags       TEXT NOT NULL,
  unsure      INTEGER NOT NULL CHECK (unsure IN (0, 1)),
  skipped     INTEGER NOT NULL CHECK (skipped IN (0, 1)),
  basis       TEXT CHECK (basis IN ('unanimous', 'adjudicated', 'imported')),
  reason      TEXT,
  after_judge INTEGER NOT NULL CHECK (after_judge IN (0, 1)),
  extra       TEXT,
  by          TEXT,
  version     INTEGER,                       -- the episode's text that was seen
  source      TEXT,                          -- the file of an import
  at          TEXT NOT NULL
) STRICT;
CREATE INDEX revision_unit ON revision (unit, rater);
CREATE INDEX revision_work ON revision (batch, rater, id);

CREATE TRIGGER revision_is_never_changed BEFORE UPDATE ON revision
BEGIN SELECT raise(ABORT, 'a revision is never changed; append another'); END;
CREATE TRIGGER revision_is_never_deleted BEFORE DELETE ON revision
BEGIN SELECT raise(ABORT, 'a revision is never deleted'); END;

-- Where each annotation stands: its last revision. Kept by the trigger below.
CREATE TABLE annotation (
  number   INTEGER PRIMARY KEY,
  task     TEXT NOT NULL,
  codebook TEXT NOT NULL,
  batch    TEXT,
  unit     TEXT NOT NULL,
  rater    TEXT NOT NULL,
  kind     TEXT NOT NULL,
  revision INTEGER NOT NULL REFERENCES revision (id),
  state    TEXT NOT NULL,
  skipped  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX annotation_address ON annotation (unit, rater, ifnull(batch, ''), task, codebook);
CREATE INDEX annotation_batch ON annotation (batch, rater, state);
CREATE INDEX annotation_rater ON annotation (rater, task);

CREATE TRIGGER annotation_follows_revision AFTER INSERT ON revision
BEGIN
  INSERT INTO annotation (task, codebook, batch, unit, rater, kind, revision, state, skipped)
  VALUES (new.task, new.codebook, new.batch, new.unit, new.rater, new.kind, new.id, new.state, new.skipped)
  ON CONFLICT (unit, rater, ifnull(batch, ''), task, codebook)
  DO UPDATE SET revision = excluded.revision, state = excluded.state, skipped = excluded.skipped;
END;

-- The revisions that a lock froze. Figures are computed from these alone.
CREATE TABLE snapshot (
  batch    TEXT NOT NULL REFERENCES lock (batch),
  unit     TEXT NOT NULL,
  rater    TEXT NOT NULL,
  revision INTEGER NOT NULL REFERENCES revision (id),
  PRIMARY KEY (batch, unit, rater)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  id     INTEGER PRIMARY KEY,
  at     TEXT NOT NULL,
  who    TEXT,
  what   TEXT NOT NULL,
  batch  TEXT,
  unit   TEXT,
  detail TEXT
) STRICT;
CREATE INDEX event_batch ON event (batch, what);

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'the log is never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'the log is never shortened'); END;

-- Active seconds of a rater on a unit.
CREATE TABLE time_spent (
  batch   TEXT NOT NULL,
  unit    TEXT NOT NULL,
  rater   TEXT NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (batch, unit, rater)
) STRICT, WITHOUT ROWID;

-- Where each screen stood, so that it opens as it was left.
CREATE TABLE place (
  screen TEXT NOT NULL,
  batch  TEXT NOT NULL,
  rater  TEXT NOT NULL,
  state  TEXT NOT NULL,
  PRIMARY KEY (screen, batch, rater)
) STRICT, WITHOUT ROWID;

CREATE VIEW quote AS
  SELECT episode.key AS unit, evidence.position, evidence.label AS turn, evidence.quote,
         evidence.context, evidence.match, evidence.found_turn, evidence.similarity
  FROM evidence JOIN episode ON episode.number = evidence.episode;

-- The index of the search: no texts, only where words stand. What it says can be built anew from
-- the tables above. A turn's row is session * 2^32 + its number; an episode's is its number.
CREATE VIRTUAL TABLE search_turn USING fts5 (
  text, content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE search_episode USING fts5 (
  name, description, evidence, content = '', contentless_delete = 1, tokenize = 'ascii'
);

-- What the index does not have yet, or has otherwise.
CREATE TABLE search_behind (
  what   TEXT NOT NULL CHECK (what IN ('episode', 'session')),
  number INTEGER NOT NULL,
  done   INTEGER NOT NULL DEFAULT -1,        -- the last turn that it has; -1 before the first
  PRIMARY KEY (what, number)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER search_minds_a_new_session AFTER INSERT ON session WHEN new.turns > 0
BEGIN
  INSERT INTO search_behind (what, number) VALUES ('session', new.number)
  ON CONFLICT DO UPDATE SET done = -1;
END;
CREATE TRIGGER search_minds_other_turns AFTER UPDATE OF turns, sha256 ON session
WHEN new.turns <> old.turns OR new.sha256 IS NOT old.sha256
BEGIN
  INSERT INTO search_behind (what, number) VALUES ('session', new.number)
  ON CONFLICT DO UPDATE SET done = -1;
END;
CREATE TRIGGER search_minds_a_lost_session AFTER DELETE ON session
BEGIN
  INSERT INTO search_behind (what, number) VALUES ('session', old.number)
  ON CONFLICT DO UPDATE SET done = -1;
END;
CREATE TRIGGER search_minds_a_new_episode AFTER INSERT ON episode
BEGIN
  INSERT INTO search_behind (what, number) VALUES ('episode', new.number)
  ON CONFLICT DO UPDATE SET done = -1;
END;
CREATE TRIGGER search_minds_another_text AFTER UPDATE OF version ON episode
WHEN new.version <> old.version
BEGIN
  INSERT INTO search_behind (what, number) VALUES ('episode', new.number)
  ON CONFLICT DO UPDATE SET done = -1;
END;
