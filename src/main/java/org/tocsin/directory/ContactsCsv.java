package org.tocsin.directory;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.tocsin.privacy.AddressCipher;
import org.tocsin.privacy.LookupHash;

/**
 * Brings the directory to what the file says: new rows are added, changed rows updated, contacts whose row is gone
 * deactivated. The file is read twice, first only to see who is still in it, so that a truncated file is refused
 * before anything is written. Then each {@value #BATCH} rows are a transaction of their own: an import that breaks off
 * is finished by the next one. Only one import runs at a time, over all replicas.
 */
public final class ContactsCsv {
    private static final int BATCH = 1_000;
    private static final int PRESENCE_BATCH = 10_000;

    /** "tocsin" in hexadecimal: the advisory lock of imports. */
    private static final long IMPORT_LOCK = 0x746f6373696eL;

    private final DataSource dataSource;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final RowCheck check;
    private final ContactBatch batch;
    private final double maxDeactivatedShare;

    /**
     * @param defaultRegion ISO 3166 code of the country whose numbers the file writes without {@code +}, or null
     * @param defaultLanguage BCP 47, for rows that name none
     * @param maxDeactivatedShare 0 to 1, of the active contacts; a file that would deactivate more is refused
     */
    public ContactsCsv(
            DataSource dataSource,
            AddressCipher cipher,
            LookupHash hash,
            @Nullable String defaultRegion,
            String defaultLanguage,
            double maxDeactivatedShare) {
        this.dataSource = dataSource;
        this.jdbc = JdbcClient.create(dataSource);
        this.transaction = new TransactionTemplate(new DataSourceTransactionManager(dataSource));
        this.transaction.setPropagationBehavior(TransactionTemplate.PROPAGATION_REQUIRES_NEW);
        this.check = new RowCheck(hash, defaultRegion, defaultLanguage);
        this.batch = new ContactBatch(jdbc, cipher, hash);
        this.maxDeactivatedShare = maxDeactivatedShare;
    }

    /**
     * Commits as it goes, whatever transaction the caller has. Needs two connections.
     *
     * @throws DirectoryFileRefused when the file as a whole cannot be right; nothing was changed
     */
    public ImportReport load(Path file) {
        try (Connection lock = dataSource.getConnection()) {
            hold(lock, "select pg_advisory_lock(?)");
            try {
                return load(new ContactsFile(file), file);
            } finally {
                hold(lock, "select pg_advisory_unlock(?)");
            }
        } catch (SQLException e) {
            throw new UncategorizedSQLException("directory import", null, e);
        }
    }

    /** @throws DirectoryFileRefused when the file is not there, or its first line does not name the columns */
    public static void requireHeader(Path file) {
        new ContactsFile(file).requireHeader();
    }

    private ImportReport load(ContactsFile file, Path path) {
        Presence presence = new Presence();
        file.forEach(presence::see);
        presence.finish();
        BitSet gone = presence.gone(path);

        Progress progress = new Progress(gone);
        file.forEach(progress::take);
        progress.flush();
        return progress.finish();
    }

    private int deactivate(long[] ids) {
        return jdbc.sql("update contact set active = false, changed_at = now() where id = any(?) and active")
                .param(SqlArray.bigint(ids))
                .update();
    }

    private static void hold(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, IMPORT_LOCK);
            statement.execute();
        }
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    /** The first reading: which contacts of the directory are still in the file. A bit for each contact's id. */
    private final class Presence {
        private final List<String> ids = new ArrayList<>(PRESENCE_BATCH);
        private final BitSet present = new BitSet();
        private boolean everyRowIsIdentified = true;

        void see(ContactsFile.Row row) {
            if (!RowCheck.identifies(row)) {
                everyRowIsIdentified = false;
                return;
            }
            ids.add(row.cells()[0]);
            if (ids.size() == PRESENCE_BATCH) {
                finish();
            }
        }

        void finish() {
            jdbc.sql("select id from contact where ext_id = any(?)")
                    .param(SqlArray.text(ids))
                    .query(row -> {
                        present.set(Math.toIntExact(row.getLong(1)));
                    });
            ids.clear();
        }

        /** The active contacts without a row; none when a row could be anybody's. */
        BitSet gone(Path path) {
            BitSet gone = new BitSet();
            long[] active = {0};
            JdbcTemplate stream = new JdbcTemplate(dataSource);
            stream.setFetchSize(PRESENCE_BATCH); // heeded inside a transaction only
            transaction.executeWithoutResult(status -> stream.query("select id from contact where active", row -> {
                active[0]++;
                gone.set(Math.toIntExact(row.getLong(1)));
            }));
            gone.andNot(present);
            if (gone.cardinality() > maxDeactivatedShare * active[0]) {
                throw new DirectoryFileRefused(path + " lacks " + gone.cardinality() + " of the " + active[0]
                        + " active contacts, more than tocsin.directory.max-deactivated-share = " + maxDeactivatedShare
                        + " allows: it looks truncated, and nothing was imported. If so many are really gone, raise"
                        + " that key for one import.");
            }
            if (!everyRowIsIdentified) {
                gone.clear();
            }
            return gone;
        }
    }

    /** The second reading: writes, and counts. */
    private final class Progress {
        private final BitSet gone;
        private final BitSet seen = new BitSet();
        private final List<ContactRow> rows = new ArrayList<>(BATCH);
        private final List<Problem> problems = new ArrayList<>();
        private long problemCount;
        private long added;
        private long updated;
        private long unchanged;

        Progress(BitSet gone) {
            this.gone = gone;
        }

        void take(ContactsFile.Row row) {
            check.check(row, this::problem).ifPresent(rows::add);
            if (rows.size() == BATCH) {
                flush();
            }
        }

        void problem(Problem problem) {
            problemCount++;
            if (problems.size() < ImportReport.MAX_PROBLEMS) {
                problems.add(problem);
            }
        }

        void flush() {
            if (rows.isEmpty()) {
                return;
            }
            ContactBatch.Result result = transaction.execute(status -> batch.write(rows, seen, this::problem));
            added += result.added();
            updated += result.updated();
            unchanged += result.unchanged();
            rows.clear();
        }

        ImportReport finish() {
            gone.andNot(seen);
            long deactivated = 0;
            long[] ids = gone.stream().asLongStream().toArray();
            for (int from = 0; from < ids.length; from += BATCH) {
                long[] some = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + BATCH));
                deactivated += transaction.execute(status -> deactivate(some));
            }
            if (added + updated + deactivated >= BATCH) {
                // now, not when autovacuum comes round: an alert may follow at once
                jdbc.sql("analyze contact, contact_group, contact_address").update();
            }
            return new ImportReport(added, updated, unchanged, deactivated, problems, problemCount);
        }
    }
}
