package org.tocsin.alert;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One form in which an alert is written. What is absent or blank is not written. */
interface CapSink {
    void text(String name, @Nullable String text);

    /** Written even if empty. */
    void present(String name, String text);

    void number(String name, @Nullable String number);

    /** An element that may be repeated. */
    void texts(String name, List<String> texts);

    /** What CAP's XML puts into one string, separated by white space. */
    void words(String name, List<String> words);

    <T> void groups(String name, List<T> items, Consumer<T> body);
}
