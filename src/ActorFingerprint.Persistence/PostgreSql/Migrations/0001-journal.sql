-- The journal: Akka.Persistence.Sql's default columns, a checksum beside them, the inserting transaction, shard ownership, and what was
-- fixed when the store was made. Everything lies in the schema that search_path names.

CREATE TABLE schema_version(version integer PRIMARY KEY, applied timestamptz NOT NULL);
CREATE TABLE meta(key text PRIMARY KEY, value text NOT NULL);

CREATE SEQUENCE journal_ordering AS bigint;

-- message is UTF-8 JSON. xid: a reader by ordering takes only rows of transactions older than any that still runs, and
-- reserve_orderings() sees to it that an older transaction has the lower orderings.
CREATE TABLE journal(
    ordering bigint PRIMARY KEY,
    persistence_id text COLLATE "C" NOT NULL,
    sequence_number bigint NOT NULL,
    created bigint NOT NULL,
    is_deleted boolean NOT NULL DEFAULT false,
    manifest text NOT NULL,
    message bytea NOT NULL,
    writer_uuid text NOT NULL,
    tags text,
    identifier integer NOT NULL DEFAULT 1001,
    crc32c bigint NOT NULL,
    xid xid8 NOT NULL);
CREATE UNIQUE INDEX journal_uq ON journal(persistence_id, sequence_number);

CREATE TABLE tags(
    ordering_id bigint NOT NULL,
    tag text NOT NULL,
    persistence_id text COLLATE "C" NOT NULL,
    sequence_nr bigint NOT NULL,
    PRIMARY KEY (tag, ordering_id));

CREATE TABLE snapshot(
    persistence_id text COLLATE "C" NOT NULL,
    sequence_number bigint NOT NULL,
    created bigint NOT NULL,
    manifest text NOT NULL,
    snapshot bytea NOT NULL,
    serializer_id integer NOT NULL DEFAULT 1001,
    crc32c bigint NOT NULL,
    PRIMARY KEY (persistence_id, sequence_number)) WITH (autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE shard_owner(
    region text COLLATE "C" NOT NULL,
    shard integer NOT NULL,
    epoch bigint NOT NULL,
    owner text NOT NULL,
    PRIMARY KEY (region, shard)) WITH (fillfactor = 50);

-- Reserves n orderings for this transaction and gives the number before the first. Transaction ids and orderings are taken under one lock, so
-- they rise together; the lock is held for that moment alone, not until the commit.
CREATE FUNCTION reserve_orderings(n integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    turn constant bigint := hashtextextended('actorfp orderings of schema ' || current_schema(), 0);
    last bigint;
BEGIN
    IF pg_current_xact_id_if_assigned() IS NOT NULL THEN
        RAISE EXCEPTION 'orderings must be reserved before the transaction changes anything';
    END IF;
    PERFORM pg_advisory_lock(turn);
    PERFORM pg_current_xact_id();
    last := nextval('journal_ordering') + n - 1;
    IF n > 1 THEN PERFORM setval('journal_ordering', last); END IF;
    PERFORM pg_advisory_unlock(turn);
    RETURN last - n;
END $$;

-- Appends events and stores snapshots, or says what is in the way and changes nothing: conflict is 'fence' or 'sequence', place which of
-- the fences or of the first events (from 1), stored the epoch or the highest sequence number that is there. The first events are those
-- of entities whose position the client does not know. One statement, so that a client that stands still in the middle of a commit holds no lock.
CREATE FUNCTION append_events(
    fence_regions text[], fence_shards integer[], fence_epochs bigint[],
    first_ids text[], first_numbers bigint[],
    ids text[], numbers bigint[], manifests text[], messages bytea[], event_tags text[], checksums bigint[],
    snapshot_ids text[], snapshot_numbers bigint[], snapshot_manifests text[], snapshots bytea[], snapshot_checksums bigint[],
    at bigint, writer text,
    OUT conflict text, OUT place bigint, OUT stored bigint) LANGUAGE plpgsql
    -- Planned once, for a table of any size: a plan for every call costs as much as a small append.
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    count constant integer := cardinality(ids);
    base bigint;
    me xid8;
BEGIN
    IF count > 0 THEN base := reserve_orderings(count); END IF;
    IF cardinality(fence_shards) > 0 THEN
        -- A row that a claim is changing is waited for, and looked at again.
        SELECT count(*) INTO stored FROM (
            SELECT 1 FROM unnest(fence_regions, fence_shards, fence_epochs) AS f(region, shard, epoch)
            JOIN shard_owner o ON o.region = f.region AND o.shard = f.shard AND o.epoch = f.epoch FOR SHARE OF o) held;
        IF stored <> cardinality(fence_shards) THEN
            SELECT 'fence', f.n, coalesce(o.epoch, 0) INTO conflict, place, stored
                FROM unnest(fence_regions, fence_shards, fence_epochs) WITH ORDINALITY AS f(region, shard, epoch, n)
                LEFT JOIN shard_owner o ON o.region = f.region AND o.shard = f.shard
                WHERE coalesce(o.epoch, 0) <> f.epoch ORDER BY f.n LIMIT 1;
            RETURN;
        END IF;
    END IF;
    IF cardinality(first_ids) > 0 THEN
        SELECT 'sequence', f.n, f.highest INTO conflict, place, stored
            FROM (
                SELECT e.n, e.number,
                    coalesce((
                        SELECT j.sequence_number FROM journal j WHERE j.persistence_id = e.id COLLATE "C"
                        ORDER BY j.sequence_number DESC LIMIT 1), 0) AS highest
                FROM unnest(first_ids, first_numbers) WITH ORDINALITY AS e(id, number, n)) f
            WHERE f.number <> f.highest + 1 ORDER BY f.n LIMIT 1;
        IF FOUND THEN RETURN; END IF;
    END IF;
    IF count > 0 THEN
        me := pg_current_xact_id();
        INSERT INTO journal(ordering, persistence_id, sequence_number, created, manifest, message, writer_uuid, tags, crc32c, xid)
            SELECT base + e.n, e.id, e.number, at, e.manifest, e.message, writer, e.tag, e.checksum, me
            FROM unnest(ids, numbers, manifests, messages, event_tags, checksums)
                WITH ORDINALITY AS e(id, number, manifest, message, tag, checksum, n);
        IF cardinality(event_tags) > 0 THEN
            INSERT INTO tags(ordering_id, tag, persistence_id, sequence_nr)
                SELECT base + e.n, e.tag, e.id, e.number
                FROM unnest(ids, numbers, event_tags) WITH ORDINALITY AS e(id, number, tag, n) WHERE e.tag IS NOT NULL;
        END IF;
    END IF;
    IF cardinality(snapshot_ids) > 0 THEN
        INSERT INTO snapshot AS s (persistence_id, sequence_number, created, manifest, snapshot, crc32c)
            SELECT n.id, n.number, at, n.manifest, n.payload, n.checksum
            FROM unnest(snapshot_ids, snapshot_numbers, snapshot_manifests, snapshots, snapshot_checksums)
                AS n(id, number, manifest, payload, checksum) ORDER BY n.id COLLATE "C"
            ON CONFLICT (persistence_id, sequence_number) DO UPDATE SET
                created = excluded.created, manifest = excluded.manifest, snapshot = excluded.snapshot, crc32c = excluded.crc32c;
        DELETE FROM snapshot s USING unnest(snapshot_ids) AS n(id)
            WHERE s.persistence_id = n.id COLLATE "C" AND EXISTS (
                SELECT 1 FROM snapshot newer WHERE newer.persistence_id = s.persistence_id AND newer.sequence_number > s.sequence_number);
    END IF;
END $$;
