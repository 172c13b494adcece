-- version 004
CREATE INDEX ix_assignments_person_id ON assignments (person_id);
CREATE INDEX ix_assignments_team_id ON assignments (team_id);
CREATE INDEX ix_attempt_calls_attempt_id ON attempt_calls (attempt_id);
CREATE INDEX ix_attempts_person_id ON attempts (person_id);
CREATE INDEX ix_calls_name ON calls (name);
CREATE INDEX ix_calls_person_id ON calls (person_id);
CREATE INDEX ix_calls_scenario ON calls (scenario);
CREATE INDEX ix_certificates_call_id ON certificates (call_id);
CREATE INDEX ix_difficulties_scenario ON difficulties (scenario);
CREATE INDEX ix_former_names_person_id ON former_names (person_id);
CREATE INDEX ix_invitations_person_id ON invitations (person_id);
CREATE INDEX ix_people_team_id ON people (team_id);
CREATE INDEX ix_reviews_call_id ON reviews (call_id);
CREATE INDEX ix_seals_person_id ON seals (person_id);
CREATE TABLE accounts (
	person_id VARCHAR(32) NOT NULL,
	role VARCHAR(20) NOT NULL,
	password TEXT NOT NULL,
	active BOOLEAN NOT NULL,
	created DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_accounts PRIMARY KEY (id),
	CONSTRAINT uq_accounts_person_id UNIQUE (person_id),
	CONSTRAINT fk_accounts_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE assignments (
	what TEXT NOT NULL,
	scenarios JSON NOT NULL,
	person_id VARCHAR(32),
	team_id VARCHAR(32),
	passes INTEGER NOT NULL,
	mark DOUBLE NOT NULL,
	due DATETIME NOT NULL,
	created DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_assignments PRIMARY KEY (id),
	CONSTRAINT fk_assignments_person_id FOREIGN KEY(person_id) REFERENCES people (id),
	CONSTRAINT fk_assignments_team_id FOREIGN KEY(team_id) REFERENCES teams (id)
);
CREATE TABLE attempt_calls (
	attempt_id VARCHAR(32) NOT NULL,
	call_id VARCHAR(32) NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_attempt_calls PRIMARY KEY (id),
	CONSTRAINT fk_attempt_calls_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempts (id),
	CONSTRAINT uq_attempt_calls_call_id UNIQUE (call_id),
	CONSTRAINT fk_attempt_calls_call_id FOREIGN KEY(call_id) REFERENCES calls (id)
);
CREATE TABLE attempts (
	person_id VARCHAR(32) NOT NULL,
	policy TEXT NOT NULL,
	policy_sha256 VARCHAR(64) NOT NULL,
	form TEXT NOT NULL,
	form_sha256 VARCHAR(64) NOT NULL,
	scenarios JSON NOT NULL,
	recognizer TEXT NOT NULL,
	started DATETIME NOT NULL,
	until DATETIME NOT NULL,
	valid_months INTEGER NOT NULL,
	incomplete_allowed INTEGER NOT NULL,
	identity TEXT NOT NULL,
	identity_by VARCHAR(32) NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_attempts PRIMARY KEY (id),
	CONSTRAINT fk_attempts_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE calls (
	name VARCHAR(255) NOT NULL,
	manifest_sha256 VARCHAR(64) NOT NULL,
	host TEXT NOT NULL,
	path TEXT NOT NULL,
	present BOOLEAN NOT NULL,
	person_id VARCHAR(32),
	shared BOOLEAN NOT NULL,
	mode VARCHAR(20) NOT NULL,
	trainee VARCHAR(20) NOT NULL,
	scenario VARCHAR(255) NOT NULL,
	scenario_sha256 TEXT NOT NULL,
	started DATETIME NOT NULL,
	title TEXT NOT NULL,
	retry_of TEXT NOT NULL,
	duration_ms DOUBLE NOT NULL,
	outcome VARCHAR(20) NOT NULL,
	recognizer TEXT NOT NULL,
	device TEXT NOT NULL,
	checked BOOLEAN NOT NULL,
	overridden BOOLEAN NOT NULL,
	filed DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_calls PRIMARY KEY (id),
	CONSTRAINT uq_calls_name_manifest_sha256 UNIQUE (name, manifest_sha256),
	CONSTRAINT fk_calls_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE certificates (
	call_id VARCHAR(32) NOT NULL,
	attempt_id VARCHAR(32),
	certificate VARCHAR(32) NOT NULL,
	issued DATETIME NOT NULL,
	expires DATETIME NOT NULL,
	path TEXT NOT NULL,
	withdrawn DATETIME,
	withdrawn_by VARCHAR(32),
	withdrawn_why TEXT,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_certificates PRIMARY KEY (id),
	CONSTRAINT fk_certificates_call_id FOREIGN KEY(call_id) REFERENCES calls (id),
	CONSTRAINT fk_certificates_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempts (id)
);
CREATE TABLE difficulties (
	scenario TEXT NOT NULL,
	scenario_sha256 TEXT NOT NULL,
	rubric_sha256 TEXT NOT NULL,
	points DOUBLE NOT NULL,
	calls INTEGER NOT NULL,
	versions TEXT NOT NULL,
	made DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_difficulties PRIMARY KEY (id)
);
CREATE TABLE former_names (
	name VARCHAR(200) NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	person_id VARCHAR(32) NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_former_names PRIMARY KEY (id),
	CONSTRAINT uq_former_names_key UNIQUE ("key"),
	CONSTRAINT fk_former_names_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE hotseat_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT pk_hotseat_version PRIMARY KEY (version_num)
);
CREATE TABLE invitations (
	token_sha256 VARCHAR(64) NOT NULL,
	person_id VARCHAR(32),
	role VARCHAR(20) NOT NULL,
	by_id VARCHAR(32),
	expires DATETIME NOT NULL,
	used DATETIME,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_invitations PRIMARY KEY (id),
	CONSTRAINT uq_invitations_token_sha256 UNIQUE (token_sha256),
	CONSTRAINT fk_invitations_person_id FOREIGN KEY(person_id) REFERENCES people (id)
);
CREATE TABLE log (
	number INTEGER NOT NULL,
	at DATETIME NOT NULL,
	action VARCHAR(40) NOT NULL,
	kind VARCHAR(40) NOT NULL,
	"row" VARCHAR(32) NOT NULL,
	row_sha256 VARCHAR(64),
	"by" VARCHAR(32),
	details JSON NOT NULL,
	previous VARCHAR(64) NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	CONSTRAINT pk_log PRIMARY KEY (number)
);
CREATE TABLE people (
	name VARCHAR(200) NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	role VARCHAR(20) NOT NULL,
	team_id VARCHAR(32),
	account VARCHAR(200),
	created DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_people PRIMARY KEY (id),
	CONSTRAINT uq_people_key UNIQUE ("key"),
	CONSTRAINT fk_people_team_id FOREIGN KEY(team_id) REFERENCES teams (id),
	CONSTRAINT uq_people_account UNIQUE (account)
);
CREATE TABLE reviews (
	call_id VARCHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	score_id VARCHAR(32),
	kind VARCHAR(20) NOT NULL,
	by_id VARCHAR(32) NOT NULL,
	at DATETIME NOT NULL,
	text TEXT NOT NULL,
	criterion TEXT,
	points DOUBLE,
	"of" DOUBLE,
	at_ms DOUBLE,
	marks JSON,
	answers VARCHAR(32),
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_reviews PRIMARY KEY (id),
	CONSTRAINT fk_reviews_call_id FOREIGN KEY(call_id) REFERENCES calls (id),
	CONSTRAINT fk_reviews_score_id FOREIGN KEY(score_id) REFERENCES scores (id),
	CONSTRAINT fk_reviews_answers FOREIGN KEY(answers) REFERENCES reviews (id)
);
CREATE TABLE scores (
	call_id VARCHAR(32) NOT NULL,
	number INTEGER NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	rubric TEXT NOT NULL,
	rubric_version TEXT NOT NULL,
	rubric_sha256 TEXT NOT NULL,
	total DOUBLE,
	low DOUBLE,
	high DOUBLE,
	verdict VARCHAR(20),
	reason TEXT NOT NULL,
	criteria JSON NOT NULL,
	versions JSON NOT NULL,
	filed DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_scores PRIMARY KEY (id),
	CONSTRAINT uq_scores_call_id_number UNIQUE (call_id, number),
	CONSTRAINT fk_scores_call_id FOREIGN KEY(call_id) REFERENCES calls (id)
);
CREATE TABLE seals (
	person_id VARCHAR(32),
	name VARCHAR(255) NOT NULL,
	scenario VARCHAR(255) NOT NULL,
	strength VARCHAR(20) NOT NULL,
	"key" VARCHAR(64) NOT NULL,
	terms JSON NOT NULL,
	begun DATETIME NOT NULL,
	ended DATETIME,
	samples INTEGER,
	outcome VARCHAR(20),
	head VARCHAR(64),
	call_id VARCHAR(32),
	certificate VARCHAR(32),
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_seals PRIMARY KEY (id),
	CONSTRAINT fk_seals_person_id FOREIGN KEY(person_id) REFERENCES people (id),
	CONSTRAINT uq_seals_call_id UNIQUE (call_id),
	CONSTRAINT fk_seals_call_id FOREIGN KEY(call_id) REFERENCES calls (id)
);
CREATE TABLE teams (
	name VARCHAR(200) NOT NULL,
	"key" VARCHAR(200) NOT NULL,
	created DATETIME NOT NULL,
	id VARCHAR(32) NOT NULL,
	salt VARCHAR(32) NOT NULL,
	CONSTRAINT pk_teams PRIMARY KEY (id),
	CONSTRAINT uq_teams_key UNIQUE ("key")
);
CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
