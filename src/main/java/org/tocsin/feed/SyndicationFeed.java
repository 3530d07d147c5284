package org.tocsin.feed;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.rometools.rome.feed.synd.SyndCategory;
import com.rometools.rome.feed.synd.SyndContent;
import com.rometools.rome.feed.synd.SyndEnclosure;
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.feed.synd.SyndFeed;
import com.rometools.rome.feed.synd.SyndLink;
import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.SyndFeedInput;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jdom2.Attribute;
import org.jdom2.Element;
import org.jdom2.output.Format;
import org.jdom2.output.XMLOutputter;
import org.jspecify.annotations.Nullable;
import org.tocsin.feed.FeedFailure.Kind;

/**
 * RSS 0.9x, 1.0 and 2.0, and Atom, by ROME; first bounded and searched for a DOCTYPE by the JDK's own parser, which holds
 * nothing of the document. What is not of RSS or Atom itself is kept by the prefix of its namespace.
 */
final class SyndicationFeed {
    private static final int MAX_DEPTH = 64;
    /** With their attributes: each is an object of the tree that ROME reads. */
    private static final int MAX_ELEMENTS = 200_000;

    private static final int MAX_WORDS = 200;
    private static final String CAP = "urn:oasis:names:tc:emergency:cap:";
    private static final String CAP_TYPE = "application/cap+xml";
    private static final Pattern MAGNITUDE = Pattern.compile("\\AM\\s*(-?\\d{1,2}(?:\\.\\d{1,3})?)\\b");
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{0,19}");
    private static final Set<String> OURS = Set.of(
            "id",
            "title",
            "summary",
            "link",
            "updated",
            "published",
            "categories",
            "author",
            "point",
            "polygon",
            "circle",
            "box",
            "magnitude",
            "feature",
            "georss",
            "geo",
            "gml");

    private SyndicationFeed() {}

    static List<FeedEntry> read(String text, int maxEntries) throws FeedFailure {
        bound(text, maxEntries);
        List<FeedEntry> entries = new ArrayList<>();
        try {
            SyndFeedInput input = new SyndFeedInput(false, Locale.ROOT);
            input.setAllowDoctypes(false);
            input.setXmlHealerOn(false);
            SyndFeed feed = input.build(new StringReader(text));
            for (SyndEntry entry : feed.getEntries()) {
                entries.add(entry(entry));
            }
        } catch (FeedException | RuntimeException e) {
            // Without its message, which quotes the document.
            throw new FeedFailure(
                    Kind.MALFORMED,
                    "RSS or Atom that cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        return entries;
    }

    private static void bound(String text, int maxEntries) throws FeedFailure {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty("jdk.xml.elementAttributeLimit", "200");
        factory.setXMLResolver((publicId, systemId, baseUri, namespace) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(text));
            int depth = 0;
            int elements = 0;
            int entries = 0;
            while (xml.hasNext()) {
                switch (xml.next()) {
                    case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                        throw new FeedFailure(Kind.DOCTYPE, "a DOCTYPE or an entity, which no feed needs");
                    case XMLStreamConstants.START_ELEMENT -> {
                        String name = xml.getLocalName();
                        requireFeed(name, depth);
                        entries += name.equals("item") || name.equals("entry") ? 1 : 0;
                        elements += 1 + xml.getAttributeCount();
                        if (++depth > MAX_DEPTH || elements > MAX_ELEMENTS || entries > maxEntries) {
                            throw new FeedFailure(
                                    Kind.TOO_LARGE,
                                    entries > maxEntries
                                            ? "more than " + maxEntries + " entries (max-entries)"
                                            : "too many elements, or too deep");
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> depth--;
                    default -> {} // text, comments
                }
            }
        } catch (XMLStreamException | RuntimeException e) {
            throw new FeedFailure(Kind.MALFORMED, "XML that is not well-formed");
        }
    }

    private static void requireFeed(String root, int depth) throws FeedFailure {
        if (depth == 0 && !root.equals("rss") && !root.equals("feed") && !root.equals("RDF")) {
            throw root.equalsIgnoreCase("html")
                    ? new FeedFailure(Kind.HTML, "a web page where a feed should be")
                    : new FeedFailure(Kind.NOT_A_FEED, "XML that is neither RSS nor Atom");
        }
    }

    private static FeedEntry entry(SyndEntry entry) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        put(document, "id", FeedText.field(entry.getUri()));
        put(document, "title", text(entry.getTitleEx()));
        put(document, "summary", summary(entry));
        put(document, "link", link(entry));
        put(document, "updated", instant(entry.getUpdatedDate()));
        put(document, "published", instant(entry.getPublishedDate()));
        put(document, "author", FeedText.field(entry.getAuthor()));
        List<String> categories = new ArrayList<>();
        for (SyndCategory category : entry.getCategories()) {
            String name = FeedText.field(category.getName());
            if (name != null && categories.size() < MAX_WORDS) {
                categories.add(name);
            }
        }
        if (!categories.isEmpty()) {
            categories.forEach(document.putArray("categories")::add);
        }
        List<Element> own = entry.getForeignMarkup();
        GeoRss.read(own, document);
        own.forEach(element -> words(element, document));
        magnitude(document);
        byte[] cap = cap(entry);
        String capLink = capLink(entry);
        // What an entry holds, or links to, may change while all else of it stays.
        if (cap != null) {
            document.withObjectProperty("cap")
                    .put("sha256", FeedComparison.sha256(new String(cap, StandardCharsets.UTF_8)));
        }
        if (FeedText.field(capLink) != null) {
            document.withObjectProperty("cap").put("link", FeedText.field(capLink));
        }
        return new FeedEntry(document, List.of(), cap, capLink);
    }

    /** As USGS writes titles of its Atom feed: "M 5.4 - 50 km W of …". */
    private static void magnitude(ObjectNode document) {
        Matcher matcher = MAGNITUDE.matcher(document.path("title").asText(""));
        if (matcher.find()) {
            document.put("magnitude", Double.parseDouble(matcher.group(1)));
        }
    }

    /** Words with a prefix of their own: {@code /gdacs/alertlevel}; an attribute is {@code /gdacs/severity@value}. */
    private static void words(Element element, ObjectNode document) {
        String prefix = element.getNamespaceURI().startsWith(CAP)
                ? "cap"
                : element.getNamespacePrefix().toLowerCase(Locale.ROOT);
        if (!PREFIX.matcher(prefix).matches() || OURS.contains(prefix)) {
            return;
        }
        ObjectNode words = document.withObjectProperty(prefix);
        if (prefix.equals("cap") && element.getName().equals("alert")) {
            element.getChildren().forEach(child -> word(child, words));
        } else {
            word(element, words);
        }
    }

    private static void word(Element element, ObjectNode words) {
        String text = element.getChildren().isEmpty() ? FeedText.field(element.getText()) : null;
        if (words.size() < MAX_WORDS && text != null && !words.has(element.getName())) {
            words.put(element.getName(), text);
        }
        for (Attribute attribute : element.getAttributes()) {
            String name = element.getName() + "@" + attribute.getName();
            String value = FeedText.field(attribute.getValue());
            if (words.size() < MAX_WORDS && value != null && !words.has(name)) {
                words.put(name, value);
            }
        }
    }

    private static byte @Nullable [] cap(SyndEntry entry) {
        for (Element element : entry.getForeignMarkup()) {
            if (element.getName().equals("alert") && element.getNamespaceURI().startsWith(CAP)) {
                return new XMLOutputter(Format.getRawFormat())
                        .outputString(element)
                        .getBytes(StandardCharsets.UTF_8);
            }
        }
        for (SyndContent content : entry.getContents()) {
            if (CAP_TYPE.equals(content.getType()) && content.getValue() != null) {
                return content.getValue().getBytes(StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private static @Nullable String capLink(SyndEntry entry) {
        for (SyndLink link : entry.getLinks()) {
            if (CAP_TYPE.equals(link.getType())) {
                return link.getHref();
            }
        }
        for (SyndEnclosure enclosure : entry.getEnclosures()) {
            if (CAP_TYPE.equals(enclosure.getType())) {
                return enclosure.getUrl();
            }
        }
        return null;
    }

    private static @Nullable String link(SyndEntry entry) {
        String link = FeedText.field(entry.getLink());
        return link == null && !entry.getLinks().isEmpty()
                ? FeedText.field(entry.getLinks().get(0).getHref())
                : link;
    }

    private static @Nullable String summary(SyndEntry entry) {
        String summary = text(entry.getDescription());
        for (SyndContent content : entry.getContents()) {
            if (summary == null && !CAP_TYPE.equals(content.getType())) {
                summary = text(content);
            }
        }
        return summary;
    }

    private static @Nullable String text(@Nullable SyndContent content) {
        if (content == null) {
            return null;
        }
        String type = content.getType() == null ? "" : content.getType();
        return type.contains("html") ? FeedText.ofHtml(content.getValue()) : FeedText.field(content.getValue());
    }

    private static @Nullable String instant(@Nullable Date date) {
        return date == null ? null : date.toInstant().toString();
    }

    private static void put(ObjectNode document, String name, @Nullable String value) {
        if (value != null) {
            document.put(name, value);
        }
    }
}
