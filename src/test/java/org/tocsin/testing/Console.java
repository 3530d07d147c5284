package org.tocsin.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** All that this process says from now on, which it goes on saying. */
public final class Console implements AutoCloseable {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int taken;

    public Console() {
        System.setOut(both(out));
        System.setErr(both(err));
    }

    /** So far. */
    public String text() {
        return heard.toString(StandardCharsets.UTF_8);
    }

    /** Since they were taken last. */
    public synchronized List<String> takeLines() {
        List<String> all = text().lines().toList();
        List<String> fresh = all.subList(taken, all.size());
        taken = all.size();
        return fresh;
    }

    private PrintStream both(PrintStream original) {
        OutputStream tee = new OutputStream() {
            @Override
            public void write(int b) {
                original.write(b);
                heard.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                original.write(bytes, from, length);
                heard.write(bytes, from, length);
            }

            @Override
            public void flush() {
                original.flush();
            }
        };
        return new PrintStream(tee, true, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setOut(out);
        System.setErr(err);
    }
}
