"""The questions the corpus asks SQLite, each a constant: no value and no name is ever written into a query.

`:since`, `:until` (YYYY-MM-DD) and `:outlets` (JSON array of folded names) are a Filter, each NULL where it is open. An
undated article fails any date bound, because NULL compares as neither.
"""

from __future__ import annotations

# What a version made, to be dropped before another makes its own; the full-text index drops its own tables
TABLES = """
SELECT type, name FROM sqlite_master
WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'lexical!_%' ESCAPE '!'
ORDER BY type = 'table', name NOT IN ('lexical', 'passages', 'sentences', 'figures')
"""

ARTICLE = """
SELECT a.id, a.title, a.outlet, a.author, a.url, a.path, a.published, a.language, a.text, a.content_hash
FROM articles a WHERE a.id = :article
"""

DIGEST = """
SELECT f.sha256 FROM files f JOIN articles a ON a.location = f.location WHERE a.id = :article
"""

NEWEST_FIRST = "SELECT a.id FROM articles a ORDER BY a.published IS NULL, a.published DESC, a.id"

# `:words` is a LIKE pattern, NULL for all
LISTED = """
SELECT a.id, a.title, a.outlet, a.author, a.url, a.path, a.published, a.language,
    (SELECT count(*) FROM passages p WHERE p.article = a.number)
FROM articles a
WHERE :words IS NULL OR a.title LIKE :words ESCAPE '!' OR a.outlet LIKE :words ESCAPE '!'
ORDER BY a.published IS NULL, a.published DESC, a.id LIMIT :limit
"""

LOCATION = "SELECT a.location FROM articles a WHERE a.id = :article"

# What is counted in most articles; things that are no people have no kinds
COUNTED_MOST = """
SELECT kinds, action FROM figures WHERE action IS NOT NULL AND kinds <> '' AND state = 'done' AND role = 'count'
GROUP BY kinds, action ORDER BY count(DISTINCT article) DESC, count(*) DESC, kinds, action LIMIT :limit
"""

PASSAGES = """
SELECT p.id, a.id, p.start, p.beyond, p.text,
    a.title, a.outlet, a.author, a.url, a.path, a.published, a.language
FROM passages p JOIN articles a ON a.number = p.article
WHERE p.id IN (SELECT value FROM json_each(:ids))
"""

SENTENCES = """
SELECT s.ordinal, s.start, s.beyond FROM sentences s JOIN articles a ON a.number = s.article
WHERE a.id = :article AND s.beyond > :start AND s.start < :beyond ORDER BY s.ordinal
"""

# The columns in the order of corpus_figures.to_row
FIGURES = """
SELECT sentence, speaker, start, beyond, value, upper, qualifier, vague, role, counted, kinds, action, state, per_side, scope,
    day, dated, period, place, claimant, confidence
FROM figures WHERE article = (SELECT number FROM articles WHERE id = :article) ORDER BY ordinal
"""

NEW_FIGURE = """
INSERT INTO figures (article, ordinal,
    sentence, speaker, start, beyond, value, upper, qualifier, vague, role, counted, kinds, action, state, per_side, scope,
    day, dated, period, place, claimant, confidence)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""

# Which articles have figures, the newest first: the ledger is read article by article
LEDGER = """
SELECT a.id FROM articles a
WHERE (:since IS NULL OR a.published >= :since) AND (:until IS NULL OR a.published <= :until)
    AND (:outlets IS NULL OR a.outlet_folded IN (SELECT value FROM json_each(:outlets)))
    AND EXISTS (SELECT 1 FROM figures f WHERE f.article = a.number)
ORDER BY a.published IS NULL, a.published DESC, a.id
"""

SENTENCES_OF_PASSAGES = """
SELECT p.id, substr(p.text, s.start - p.start + 1, s.beyond - s.start)
FROM passages p JOIN sentences s ON s.article = p.article AND s.start >= p.start AND s.beyond <= p.beyond
WHERE p.id IN (SELECT value FROM json_each(:ids)) ORDER BY p.id, s.ordinal
"""

COUNTS = """
SELECT count(*), min(published), max(published), count(*) - count(published),
    (SELECT count(*) FROM passages), (SELECT count(*) FROM sentences)
FROM articles
"""

NEWEST = """
SELECT max(a.published) FROM articles a
WHERE (:since IS NULL OR a.published >= :since) AND (:until IS NULL OR a.published <= :until)
    AND (:outlets IS NULL OR a.outlet_folded IN (SELECT value FROM json_each(:outlets)))
"""

HOMES = """
SELECT p.id, p.wording FROM passages p WHERE p.wording IN (SELECT value FROM json_each(:wordings))
"""

HOMES_ALLOWED = """
SELECT p.id, p.wording FROM passages p JOIN articles a ON a.number = p.article
WHERE p.wording IN (SELECT value FROM json_each(:wordings))
    AND (:since IS NULL OR a.published >= :since) AND (:until IS NULL OR a.published <= :until)
    AND (:outlets IS NULL OR a.outlet_folded IN (SELECT value FROM json_each(:outlets)))
"""

# CROSS: articles first. There are fewer of them, and SQLite would read every passage (17 ms against 2 for 8,000).
ALLOWED = """
SELECT p.wording FROM articles a CROSS JOIN passages p ON p.article = a.number
WHERE (:since IS NULL OR a.published >= :since) AND (:until IS NULL OR a.published <= :until)
    AND (:outlets IS NULL OR a.outlet_folded IN (SELECT value FROM json_each(:outlets)))
"""

# bm25() is negative, lower is closer. The join comes last: only for the few that are wanted.
LEXICAL = """
SELECT p.id, m.score FROM (
    SELECT rowid AS number, bm25(lexical, :title_weight, 1.0) AS score FROM lexical
    WHERE lexical MATCH :words ORDER BY score LIMIT :limit
) m JOIN passages p USING (number)
"""

# MATERIALIZED: else SQLite looks every allowed passage up in the full-text index by itself, at 6 s a question.
LEXICAL_ALLOWED = """
WITH m AS MATERIALIZED (
    SELECT rowid AS number, bm25(lexical, :title_weight, 1.0) AS score FROM lexical WHERE lexical MATCH :words
)
SELECT p.id, m.score FROM m JOIN passages p USING (number) JOIN articles a ON a.number = p.article
WHERE (:since IS NULL OR a.published >= :since) AND (:until IS NULL OR a.published <= :until)
    AND (:outlets IS NULL OR a.outlet_folded IN (SELECT value FROM json_each(:outlets)))
ORDER BY m.score LIMIT :limit
"""

VECTORS = "SELECT wording, vector FROM embeddings WHERE wording IN (SELECT value FROM json_each(:wordings))"

VECTORS_OF_PASSAGES = """
SELECT p.id, e.vector FROM passages p JOIN embeddings e USING (wording)
WHERE p.id IN (SELECT value FROM json_each(:ids))
"""

MATRIX = "SELECT wording, vector FROM embeddings ORDER BY wording"

COVERED = "SELECT count(*) FROM passages WHERE wording IN (SELECT value FROM json_each(:wordings))"

UNUSED = "DELETE FROM embeddings WHERE NOT EXISTS (SELECT 1 FROM passages p WHERE p.wording = embeddings.wording)"
