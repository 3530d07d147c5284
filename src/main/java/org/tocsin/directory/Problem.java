package org.tocsin.directory;

/**
 * What is wrong with one cell of the directory file. The value itself is never in it: it may be a number or a name.
 *
 * @param line of the file, from 1; of a row over several lines the first
 * @param column its name in the header, or {@code row}
 * @param expected a sentence for the person who edits the file
 */
public record Problem(long line, String column, String expected) {
    @Override
    public String toString() {
        return "line " + line + ", " + column + ": expected " + expected;
    }
}
