package org.tocsin.feed;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A day of a feed as gdacs.org builds it: anew each hour, with ids, dates and order made anew, though nothing has happened.
 * Each event has a level, which a test may change. No recording: it is made after the feed as it was on 30 December 2019
 * (samples of the project python-aio-georss-gdacs), with the elements that an item had there; the end of an event that goes
 * on, its age in weeks and its dates were those of the build. That ids change too is harder than what was seen there.
 */
public final class GdacsDay {
    private static final ZonedDateTime MIDNIGHT = ZonedDateTime.of(2026, 11, 23, 0, 0, 0, 0, ZoneOffset.UTC);

    private final String prefix;
    private final Map<String, String> levels = new TreeMap<>();
    private final Map<String, String> titles = new TreeMap<>();

    public GdacsDay() {
        this("");
    }

    /** @param prefix of the numbers of all its events */
    public GdacsDay(String prefix) {
        this.prefix = prefix;
    }

    public GdacsDay set(String event, String level) {
        levels.put(event, level);
        return this;
    }

    public GdacsDay title(String event, String xml) {
        titles.put(event, xml);
        return this;
    }

    public GdacsDay remove(String event) {
        levels.remove(event);
        return this;
    }

    /** @param build the hour, from 0 on */
    public String build(int build) {
        String now = MIDNIGHT.plusHours(build).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        List<String> items = new ArrayList<>();
        levels.forEach((event, level) -> items.add(item(prefix + event, level, build, now, titles.get(event))));
        Collections.rotate(items, build);
        return """
                <?xml version="1.0" encoding="utf-8"?>
                <rss version="2.0" xmlns:gdacs="http://www.gdacs.org" xmlns:dc="http://purl.org/dc/elements/1.1/"
                  xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:georss="http://www.georss.org/georss">
                <channel><title>GDACS RSS information</title><link>https://feeds.example.org</link>
                <description>Near real-time notification</description><dc:creator>GDACS</dc:creator>
                <pubDate>%1$s</pubDate><lastBuildDate>%1$s</lastBuildDate><ttl>5</ttl>
                """.formatted(now) + String.join("\n", items) + "</channel></rss>";
    }

    private static String item(String event, String level, int build, String now, @Nullable String given) {
        String title = given == null ? level + " alert for event " + event : given;
        return """
                <item>
                  <title>%4$s</title>
                  <description>Built %3$s: an event in the open sea.</description>
                  <link>https://feeds.example.org/report?eventid=%1$s&amp;build=%5$d</link>
                  <pubDate>%3$s</pubDate>
                  <gdacs:dateadded>%3$s</gdacs:dateadded><gdacs:datemodified>%3$s</gdacs:datemodified>
                  <enclosure type="image/png" length="1" url="https://feeds.example.org/%1$s_%5$d.png"/>
                  <gdacs:temporary>false</gdacs:temporary><gdacs:iscurrent>true</gdacs:iscurrent>
                  <gdacs:fromdate>Sun, 22 Nov 2026 00:00:00 GMT</gdacs:fromdate><gdacs:todate>%3$s</gdacs:todate>
                  <gdacs:durationinweek>%5$d</gdacs:durationinweek><gdacs:year>2026</gdacs:year>
                  <dc:subject>EQ1</dc:subject>
                  <guid isPermaLink="false">%1$s-%5$d</guid>
                  <geo:Point><geo:lat>-12.5</geo:lat><geo:long>166.25</geo:long></geo:Point>
                  <gdacs:bbox>162.25 170.25 -16.5 -8.5</gdacs:bbox>
                  <georss:point>-12.5 166.25</georss:point>
                  <gdacs:cap>https://feeds.example.org/cap_%1$s.xml</gdacs:cap>
                  <gdacs:icon>https://feeds.example.org/EQ.png</gdacs:icon><gdacs:version>1</gdacs:version>
                  <gdacs:eventtype>EQ</gdacs:eventtype><gdacs:alertlevel>%2$s</gdacs:alertlevel>
                  <gdacs:alertscore>1</gdacs:alertscore><gdacs:episodealertlevel>%2$s</gdacs:episodealertlevel>
                  <gdacs:eventid>%1$s</gdacs:eventid><gdacs:episodeid>1</gdacs:episodeid>
                  <gdacs:severity unit="M" value="6.4">Magnitude 6.4M,
                     Depth:10km</gdacs:severity>
                  <gdacs:population unit="" value="0"/><gdacs:vulnerability value="0"/>
                  <gdacs:iso3>VUT</gdacs:iso3><gdacs:country>Vanuatu</gdacs:country><gdacs:glide/><gdacs:mapimage/>
                  <gdacs:resources><gdacs:resource id="x"><gdacs:title>map</gdacs:title></gdacs:resource></gdacs:resources>
                </item>""".formatted(event, level, now, title, build);
    }
}
