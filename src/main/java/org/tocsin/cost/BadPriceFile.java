package org.tocsin.cost;

/** The file of prices cannot be read. Its message, for the operator, names file, line and what is expected. */
public final class BadPriceFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadPriceFile(String sentence) {
        super(sentence, null, false, false);
    }
}
