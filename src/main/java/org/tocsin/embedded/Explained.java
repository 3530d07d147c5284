package org.tocsin.embedded;

/** An exception that can say in one sentence what is wrong, where (file or key) and what to do about it. */
public interface Explained {

    /** One line for the person at the terminal; never holds a secret, a number or a message text. */
    String sentence();
}
