package org.tocsin.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The answer of {@code POST /api/alerts/plan} for somebody who reads. */
final class PlanTable {
    private static final List<String> HEAD =
            List.of("channel", "country", "category", "messages", "units", "price", "cost");
    private static final int FIRST_NUMBER = 3;

    private final PrintWriter out;

    PlanTable(PrintWriter out) {
        this.out = out;
    }

    void print(JsonNode plan) {
        for (JsonNode alert : plan.path("alerts")) {
            JsonNode reason = alert.path("reason");
            out.println(
                    plain(alert.path("state").asText()) + (reason.isTextual() ? ": " + plain(reason.asText()) : ""));
        }
        JsonNode estimate = plan.path("estimate");
        if (estimate.isObject()) {
            people(estimate);
            statement("First messages", estimate.path("first"));
            statement("At worst, every rung on every address", estimate.path("worst"));
        } else {
            out.println("Nobody is told by it now.");
        }
        out.flush();
    }

    private void people(JsonNode estimate) {
        out.println("People          " + estimate.path("people").asLong() + " (" + counts(estimate.path("languages"))
                + "), without a usable channel: " + estimate.path("unreachable").asLong());
        out.println("First messages  " + counts(estimate.path("firstMessages")));
        JsonNode places = estimate.path("whatsAppPlaces");
        out.println("WhatsApp places "
                + (places.isObject()
                        ? places.path("free").asLong() + " of "
                                + places.path("perDay").asLong() + " a day are free, "
                                + places.path("wanted").asLong() + " wanted, "
                                + places.path("overflow").asLong() + " go on to the next rung"
                        : "no limit (tocsin.whatsapp.people-per-day is 0)"));
        estimate.path("sms")
                .fields()
                .forEachRemaining(alphabet -> out.println("SMS             " + plain(alphabet.getKey()) + ": "
                        + alphabet.getValue().path("messages").asLong() + " in "
                        + alphabet.getValue().path("segments").asLong() + " segments"));
    }

    private static String counts(JsonNode node) {
        StringJoiner joined = new StringJoiner(", ");
        node.fields()
                .forEachRemaining(entry -> joined.add(
                        plain(entry.getKey()) + " " + entry.getValue().asLong()));
        return joined.length() == 0 ? "none" : joined.toString();
    }

    private void statement(String title, JsonNode statement) {
        out.println();
        out.println(title);
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        for (JsonNode line : statement.path("lines")) {
            String currency = line.path("currency").asText();
            rows.add(List.of(
                    cell(line, "channel", "-"),
                    cell(line, "country", "-"),
                    cell(line, "category", "-"),
                    line.path("messages").asText(),
                    line.path("units").asText(),
                    cell(line, "price", "unknown"),
                    line.path("cost").isTextual() ? cell(line, "cost", "") + " " + plain(currency) : "unknown"));
        }
        table(rows);
        StringJoiner totals = new StringJoiner(" and ");
        statement
                .path("totals")
                .fields()
                .forEachRemaining(total -> totals.add(plain(total.getValue().asText()) + " " + plain(total.getKey())));
        long unknown = statement.path("unknown").asLong();
        out.println("  together " + (totals.length() == 0 ? "nothing that is known" : totals)
                + (unknown == 0 ? "" : ", and " + unknown + " messages at a price that is not known"));
    }

    private static String cell(JsonNode line, String field, String otherwise) {
        JsonNode value = line.path(field);
        return value.isTextual() ? plain(value.asText()) : otherwise;
    }

    private void table(List<List<String>> rows) {
        int[] widths = new int[HEAD.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder("  ");
            for (int i = 0; i < widths.length; i++) {
                String gap = " ".repeat(widths[i] - row.get(i).length());
                line.append(i < FIRST_NUMBER ? row.get(i) + gap : gap + row.get(i))
                        .append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /** A reason may quote what a stranger wrote: nothing in it moves the cursor of a terminal. */
    static String plain(String text) {
        return text.replaceAll("\\p{C}", "?");
    }
}
