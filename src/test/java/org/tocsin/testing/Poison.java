package org.tocsin.testing;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Documents that are to break, exhaust or mislead whoever reads them. TRAP stands for an address in them. */
public final class Poison {
    private Poison() {}

    /** What it is, whether it is XML (else JSON), and the document. */
    public static Stream<Arguments> documents() {
        return Stream.of(
                Arguments.of("external entity", true, doctype("<!ENTITY e SYSTEM 'http://TRAP/x'>", "&e;")),
                Arguments.of("file", true, doctype("<!ENTITY e SYSTEM 'file:///etc/passwd'>", "&e;")),
                Arguments.of("external DTD", true, "<!DOCTYPE alert SYSTEM 'http://TRAP/x.dtd'><alert/>"),
                Arguments.of("parameter entity", true, doctype("<!ENTITY % p SYSTEM 'http://TRAP/p'> %p;", "x")),
                Arguments.of("billion laughs", true, billionLaughs()),
                Arguments.of(
                        "XInclude",
                        true,
                        "<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><xi:include"
                                + " xmlns:xi='http://www.w3.org/2001/XInclude' href='http://TRAP/x'/></alert>"),
                Arguments.of("XML 1,000 deep", true, "<a>".repeat(1_000) + "</a>".repeat(1_000)),
                Arguments.of("JSON 1,000 deep", false, "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000)),
                Arguments.of("arrays 1,000 deep", false, "[".repeat(1_000) + "]".repeat(1_000)),
                Arguments.of("a number of 100,000 digits", false, "{\"level\":" + "9".repeat(100_000) + "}"),
                Arguments.of("not closed", false, "{\"identifier\":\"x"));
    }

    private static String doctype(String declarations, String headline) {
        return "<!DOCTYPE alert [" + declarations + "]><alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'><identifier>"
                + headline + "</identifier></alert>";
    }

    private static String billionLaughs() {
        StringBuilder entities = new StringBuilder("<!ENTITY l0 'ha'>");
        for (int i = 1; i < 10; i++) {
            entities.append("<!ENTITY l")
                    .append(i)
                    .append(" '")
                    .append(("&l" + (i - 1) + ";").repeat(10))
                    .append("'>");
        }
        return doctype(entities.toString(), "&l9;");
    }

    /** Says when it is deserialised. */
    public static final class Bomb implements Serializable {
        private static final long serialVersionUID = 1L;
        private static volatile boolean read;
        private final String name;

        public Bomb(String name) {
            this.name = name;
        }

        public static boolean read() {
            return read;
        }

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            read = name != null;
        }
    }
}
