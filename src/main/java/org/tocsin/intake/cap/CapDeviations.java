package org.tocsin.intake.cap;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.validation.Schema;
import javax.xml.validation.ValidatorHandler;
import org.jspecify.annotations.Nullable;
import org.tocsin.alert.CapLimits;
import org.tocsin.intake.SchemaReport;
import org.tocsin.intake.SchemaReport.Deviation;
import org.xml.sax.Attributes;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads one document, finds the first alert in it, which may be in an envelope, and collects what its schema says against
 * it, with the lines of the document as it came. A document with a DTD is not read, and nothing is fetched; nor is one read
 * beyond {@link CapLimits}, which {@code CapXml} refuses with a sentence.
 */
final class CapDeviations extends DefaultHandler {
    private static final int MAX = 50;
    private static final int MAX_NAME = 40;

    private final Function<String, @Nullable Schema> schemas;
    private final List<Deviation> deviations = new ArrayList<>();
    private int more;
    private int elements;
    private int depth;
    /** Before the next element. */
    private int declarations;

    private boolean checked;

    @Nullable
    private Locator locator;

    /** While it is within the alert. */
    @Nullable
    private ValidatorHandler alert;

    /** Those in force outside of the alert, which the alert may use. */
    private final Map<String, Deque<String>> prefixes = new LinkedHashMap<>();

    private final Deque<String> path = new ArrayDeque<>();
    /** How many children of each name the elements of {@link #path} have had. */
    private final Deque<Map<String, Integer>> children = new ArrayDeque<>();

    private CapDeviations(Function<String, @Nullable Schema> schemas) {
        this.schemas = schemas;
    }

    /** @param schemas by the namespace of the alert; null for one that cannot be judged */
    static SchemaReport of(byte[] document, Function<String, @Nullable Schema> schemas) {
        if (document.length > CapLimits.MAX_BYTES) {
            return SchemaReport.UNCHECKED;
        }
        CapDeviations reader = new CapDeviations(schemas);
        try {
            parser().parse(new ByteArrayInputStream(document), reader);
        } catch (SAXException | IOException | ParserConfigurationException | RuntimeException e) {
            // Whether it is XML is said by CapXml; the JDK throws unchecked ones for some that is not.
            return SchemaReport.UNCHECKED;
        }
        return reader.checked ? SchemaReport.of(reader.deviations, reader.more) : SchemaReport.UNCHECKED;
    }

    private static SAXParser parser() throws ParserConfigurationException, SAXException {
        SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setXIncludeAware(false);
        SAXParser parser = factory.newSAXParser();
        parser.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        parser.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        // It counts declarations of namespaces among them.
        parser.setProperty("jdk.xml.elementAttributeLimit", Integer.toString(2 * CapLimits.MAX_ATTRIBUTES));
        return parser;
    }

    @Override
    public void setDocumentLocator(Locator at) {
        locator = at;
    }

    @Override
    public void startPrefixMapping(String prefix, String uri) throws SAXException {
        declarations++;
        prefixes.computeIfAbsent(prefix, p -> new ArrayDeque<>()).push(uri);
        if (alert != null) {
            alert.startPrefixMapping(prefix, uri);
        }
    }

    @Override
    public void endPrefixMapping(String prefix) throws SAXException {
        prefixes.get(prefix).pop();
        if (alert != null) {
            alert.endPrefixMapping(prefix);
        }
    }

    @Override
    public void startElement(String uri, String name, String qualified, Attributes attributes) throws SAXException {
        bound();
        if (alert == null && !checked && name.equals("alert")) {
            begin(schemas.apply(uri));
        }
        if (alert == null) {
            return;
        }
        Map<String, Integer> siblings = children.peek();
        int number = siblings == null ? 1 : siblings.merge(name, 1, Integer::sum);
        String shown = name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
        path.push(number == 1 ? shown : shown + "[" + number + "]");
        children.push(new HashMap<>());
        alert.startElement(uri, name, qualified, attributes);
    }

    private void bound() throws SAXException {
        if (++depth > CapLimits.MAX_XML_DEPTH
                || ++elements > CapLimits.MAX_ELEMENTS
                || declarations > CapLimits.MAX_ATTRIBUTES) {
            throw new SAXException("beyond the limits of a document");
        }
        declarations = 0;
    }

    private void begin(@Nullable Schema schema) throws SAXException {
        if (schema == null) {
            return;
        }
        checked = true;
        ValidatorHandler handler = schema.newValidatorHandler();
        handler.setErrorHandler(this);
        handler.setResourceResolver((type, namespace, publicId, systemId, base) -> {
            throw new IllegalStateException("nothing is fetched");
        });
        if (locator != null) {
            handler.setDocumentLocator(locator);
        }
        handler.startDocument();
        for (Map.Entry<String, Deque<String>> prefix : prefixes.entrySet()) {
            if (!prefix.getValue().isEmpty()) {
                handler.startPrefixMapping(prefix.getKey(), prefix.getValue().peek());
            }
        }
        alert = handler;
    }

    @Override
    public void endElement(String uri, String name, String qualified) throws SAXException {
        depth--;
        if (alert == null) {
            return;
        }
        alert.endElement(uri, name, qualified);
        path.pop();
        children.pop();
        if (path.isEmpty()) {
            alert.endDocument();
            alert = null;
        }
    }

    @Override
    public void characters(char[] text, int start, int length) throws SAXException {
        if (alert != null) {
            alert.characters(text, start, length);
        }
    }

    /** Of the schema; of the parser there are fatal ones only. */
    @Override
    public void error(SAXParseException error) {
        String expected = CapExpectation.of(path.peek(), String.valueOf(error.getMessage()));
        if (expected == null) {
            return;
        }
        if (deviations.size() == MAX) {
            more++;
            return;
        }
        StringBuilder place = new StringBuilder();
        for (Iterator<String> names = path.descendingIterator(); names.hasNext(); ) {
            place.append('/').append(names.next());
        }
        int line = error.getLineNumber() > 0 ? error.getLineNumber() : locator == null ? 0 : locator.getLineNumber();
        deviations.add(new Deviation(line, place.toString(), expected));
    }

    @Override
    public void fatalError(SAXParseException error) throws SAXException {
        throw error;
    }
}
