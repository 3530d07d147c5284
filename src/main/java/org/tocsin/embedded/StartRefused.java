package org.tocsin.embedded;

/** The hub will not start like this. Its message is the sentence shown to the operator. */
public final class StartRefused extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1L;

    public StartRefused(String sentence) {
        super(sentence);
    }

    public StartRefused(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    @Override
    public String sentence() {
        return getMessage();
    }
}
