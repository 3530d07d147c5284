package org.tocsin.directory;

/** The directory file as a whole cannot be right; nothing of it was taken. The message is for the operator. */
public class DirectoryFileRefused extends RuntimeException {
    public DirectoryFileRefused(String message) {
        super(message);
    }
}
