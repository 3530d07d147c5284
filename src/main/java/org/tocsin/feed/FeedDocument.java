package org.tocsin.feed;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tocsin.feed.FeedFailure.Kind;

/** What a feed's address gave: bytes that are RSS, Atom, GeoJSON, or something else. */
final class FeedDocument {
    private static final Pattern HTML = Pattern.compile(
            "\\A\\s*(?:<\\?xml[^>]{0,200}\\?>\\s*)?(?:<!--.{0,2000}?-->\\s*)?<(?:!doctype\\s+html|html)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private FeedDocument() {}

    /**
     * @param charset of the Content-Type, or null
     * @throws FeedFailure when it cannot be read as a whole; none of it is used then
     */
    static List<FeedEntry> read(byte[] bytes, @Nullable String charset, int maxEntries) throws FeedFailure {
        String text = FeedText.decoded(bytes, charset);
        if (isHtml(text)) {
            throw new FeedFailure(Kind.HTML, "a web page where a feed should be");
        }
        String start = text.stripLeading();
        if (start.startsWith("{")) {
            return GeoJsonFeed.read(text, maxEntries);
        }
        if (!start.startsWith("<")) {
            throw new FeedFailure(Kind.MALFORMED, "neither XML nor JSON");
        }
        return SyndicationFeed.read(start, maxEntries);
    }

    static boolean isHtml(String text) {
        return HTML.matcher(text).find();
    }
}
