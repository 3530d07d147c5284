package org.tocsin.directory;

import java.util.List;

/**
 * What an import did, in contacts.
 *
 * @param updated includes those that came back after they had been deactivated
 * @param problems the first {@value #MAX_PROBLEMS}
 * @param problemCount all of them; the rows they are in were skipped and their contacts left as they were
 */
public record ImportReport(
        long added, long updated, long unchanged, long deactivated, List<Problem> problems, long problemCount) {
    public static final int MAX_PROBLEMS = 1_000;

    public ImportReport {
        problems = List.copyOf(problems);
    }
}
