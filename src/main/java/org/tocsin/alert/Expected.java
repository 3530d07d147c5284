package org.tocsin.alert;

/** One value is not what CAP wants; the message says what would have been right. Becomes a violation. */
final class Expected extends Exception {
    private static final long serialVersionUID = 1L;

    Expected(String sentence) {
        super(sentence, null, false, false);
    }
}
