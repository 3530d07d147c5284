package org.tocsin.directory;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.Position;

/**
 * One valid row of the directory file.
 *
 * @param id the file's own, stable, not a number of the person
 * @param phones E.164, first choice first; empty: keep what is stored
 * @param emails likewise
 * @param optIn channels
 * @param hash keyed, of the whole row
 */
record ContactRow(
        long line,
        String id,
        String name,
        String language,
        List<String> phones,
        List<String> emails,
        Set<String> groups,
        @Nullable Position home,
        Set<String> optIn,
        byte[] hash) {
    @Override
    public String toString() {
        return "contact of line " + line;
    }
}
