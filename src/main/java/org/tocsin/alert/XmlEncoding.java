package org.tocsin.alert;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From bytes to characters as XML 1.0, appendix F says: by byte order mark, else by the XML declaration, else UTF-8.
 *
 * <p>Not left to the JDK's parser, which prints a line on standard error for each document with malformed bytes.
 */
final class XmlEncoding {
    private static final Pattern DECLARED =
            Pattern.compile("\\A<\\?xml[^>]*?\\sencoding\\s*=\\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,39})[\"']");
    private static final int DECLARATION_MAX = 200;

    private XmlEncoding() {}

    static String decoded(byte[] document) throws CapProblem {
        try {
            String text = charset(document)
                    .newDecoder() // one that reports malformed bytes
                    .decode(ByteBuffer.wrap(document))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException | IllegalArgumentException | UnsupportedOperationException e) {
            throw new CapProblem("alert", "text in the encoding that its XML declaration says, or else in UTF-8");
        }
    }

    private static Charset charset(byte[] document) {
        int first = document.length > 0 ? document[0] & 0xFF : -1;
        int second = document.length > 1 ? document[1] & 0xFF : -1;
        if (first == 0xFE && second == 0xFF || first == 0 && second == '<') {
            return StandardCharsets.UTF_16BE;
        }
        if (first == 0xFF && second == 0xFE || first == '<' && second == 0) {
            return StandardCharsets.UTF_16LE;
        }
        int length = Math.min(document.length, DECLARATION_MAX);
        Matcher declared = DECLARED.matcher(new String(document, 0, length, StandardCharsets.US_ASCII));
        return declared.find() ? Charset.forName(declared.group(1)) : StandardCharsets.UTF_8;
    }
}
