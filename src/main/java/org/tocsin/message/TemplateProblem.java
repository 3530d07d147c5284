package org.tocsin.message;

/** A template that cannot be used. The message is one sentence for the person who edits the file. */
public final class TemplateProblem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final String key;
    private final String remedy;

    /** @param key where in the file, as a path ({@code sms.text}); empty for the file as a whole */
    TemplateProblem(String file, String key, String problem, String remedy) {
        super(file + ": " + (key.isEmpty() ? "" : key + ": ") + problem + "; " + remedy + ".");
        this.file = file;
        this.key = key;
        this.remedy = remedy;
    }

    public String file() {
        return file;
    }

    public String key() {
        return key;
    }

    public String remedy() {
        return remedy;
    }
}
