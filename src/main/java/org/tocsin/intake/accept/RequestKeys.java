package org.tocsin.intake.accept;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.tocsin.intake.AlertState;
import org.tocsin.intake.IntakeResult;
import org.tocsin.intake.Submission;
import org.tocsin.intake.alerts.Item;
import org.tocsin.intake.ledger.Rows;
import org.tocsin.intake.ledger.Sha256;

/** The Idempotency-Keys of one transaction. */
final class RequestKeys {
    private record Key(String principal, String key) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byPrincipal = principal.compareTo(other.principal);
            return byPrincipal != 0 ? byPrincipal : key.compareTo(other.key);
        }
    }

    private record Claim(Key key, String bodyHash, int index) {}

    private record Outcome(Key key, @Nullable Long alertId) {}

    private final JdbcTemplate jdbc;
    /** The item that uses a key for the first time, by key. */
    private final Map<Key, Claim> first = new LinkedHashMap<>();
    /** Items that repeat the key of another item of this very batch. */
    private final List<Claim> repeated = new ArrayList<>();

    RequestKeys(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Takes the keys of these items; another hub that takes the same one now waits for our commit.
     *
     * @return the results of the items whose key was used before, by the item's index
     */
    Map<Integer, IntakeResult> claim(List<Item> items) {
        for (int i = 0; i < items.size(); i++) {
            Submission submission = items.get(i).submission();
            if (submission.idempotencyKey() != null) {
                Key key = new Key(submission.principal().name(), submission.idempotencyKey());
                Claim claim = new Claim(key, Sha256.hex(submission.payload()), i);
                if (first.putIfAbsent(key, claim) != null) {
                    repeated.add(claim);
                }
            }
        }
        if (first.isEmpty()) {
            return Map.of();
        }
        List<Claim> claims = new ArrayList<>(first.values());
        claims.sort((one, other) -> one.key().compareTo(other.key()));
        List<Key> mine = jdbc.query(
                Rows.of(claims)
                        .column(c -> c.key().principal())
                        .column(c -> c.key().key())
                        .column(Claim::bodyHash)
                        .statement("insert into request_key (principal, key, body_hash)"
                                + " select * from unnest(?::text[], ?::text[], ?::text[])"
                                + " on conflict do nothing returning principal, key"),
                (row, n) -> new Key(row.getString(1), row.getString(2)));
        Map<Integer, IntakeResult> known = new HashMap<>();
        for (Claim claim : claims) {
            if (!mine.contains(claim.key())) {
                known.put(claim.index(), before(claim));
                first.remove(claim.key());
            }
        }
        // Whose first item is answered already: so are they.
        for (Claim claim : List.copyOf(repeated)) {
            if (!first.containsKey(claim.key())) {
                known.put(claim.index(), before(claim));
                repeated.remove(claim);
            }
        }
        return known;
    }

    /** The results of the repetitions within the batch; and what the keys stand for from now on. */
    Map<Integer, IntakeResult> settle(List<IntakeResult> results) {
        Map<Integer, IntakeResult> repetitions = new HashMap<>();
        for (Claim claim : repeated) {
            Claim original = first.get(claim.key());
            repetitions.put(
                    claim.index(),
                    original.bodyHash().equals(claim.bodyHash())
                            ? again(results.get(original.index()))
                            : otherBody(alertId(results.get(original.index()))));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Claim claim : first.values()) {
            IntakeResult result = results.get(claim.index());
            if (alertId(result) != null) {
                outcomes.add(new Outcome(claim.key(), alertId(result)));
            } else if (!(result instanceof IntakeResult.Silent || result instanceof IntakeResult.Grouped)) {
                // Refused: the next request with this key is judged anew.
                jdbc.update(
                        "delete from request_key where principal = ? and key = ?",
                        claim.key().principal(),
                        claim.key().key());
            }
        }
        if (!outcomes.isEmpty()) {
            jdbc.update(Rows.of(outcomes)
                    .column(o -> o.key().principal())
                    .column(o -> o.key().key())
                    .column(Outcome::alertId)
                    .statement("update request_key r set alert_id = n.alert_id"
                            + " from unnest(?::text[], ?::text[], ?::bigint[]) as n (principal, key, alert_id)"
                            + " where r.principal = n.principal and r.key = n.key"));
        }
        return repetitions;
    }

    private IntakeResult before(Claim claim) {
        return jdbc.queryForObject(
                "select r.body_hash, r.alert_id, a.identifier, a.state from request_key r"
                        + " left join alert a on a.id = r.alert_id where r.principal = ? and r.key = ?",
                (row, n) -> {
                    Long id = row.getString("identifier") == null ? null : row.getLong("alert_id");
                    if (!row.getString("body_hash").equals(claim.bodyHash())) {
                        return otherBody(id);
                    }
                    return id == null
                            ? new IntakeResult.Silent("the same request raised no alert before")
                            : new IntakeResult.Duplicate(
                                    id, row.getString("identifier"), AlertState.valueOf(row.getString("state")));
                },
                claim.key().principal(),
                claim.key().key());
    }

    private static IntakeResult otherBody(@Nullable Long id) {
        return new IntakeResult.Conflict(id, "This Idempotency-Key was used before, for another body.");
    }

    private static IntakeResult again(IntakeResult result) {
        return result instanceof IntakeResult.Accepted accepted
                ? new IntakeResult.Duplicate(accepted.id(), accepted.identifier(), accepted.state())
                : result;
    }

    private static @Nullable Long alertId(IntakeResult result) {
        if (result instanceof IntakeResult.Accepted accepted) {
            return accepted.id();
        }
        if (result instanceof IntakeResult.Grouped grouped) {
            return grouped.id();
        }
        return result instanceof IntakeResult.Duplicate duplicate ? duplicate.id() : null;
    }
}
