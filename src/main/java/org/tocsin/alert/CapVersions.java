package org.tocsin.alert;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What CAP 1.1 and 1.0 say in other words than 1.2, said in those of 1.2. Both have {@code certainty} "Very Likely", which
 * 1.1 reads as Likely. In 1.0 {@code scope} and {@code category} may be missing, {@code parameter}, {@code eventCode} and
 * {@code geocode} are one string {@code name=value}, and {@code references} are no triples.
 */
final class CapVersions {
    static final String CAP_1_1 = "urn:oasis:names:tc:emergency:cap:1.1";
    static final String CAP_1_0 = "http://www.incident.com/cap/1.0";

    private CapVersions() {}

    static RawNode.Group upgraded(RawNode.Group alert, String namespace) {
        boolean first = namespace.equals(CAP_1_0);
        if (!first && !namespace.equals(CAP_1_1)) {
            return alert;
        }
        RawNode.Group upgraded = each(alert, "info", info -> info(info, first));
        return first ? scoped(unreferenced(upgraded)) : upgraded;
    }

    private static RawNode info(RawNode node, boolean first) {
        if (!(node instanceof RawNode.Group info)) {
            return node;
        }
        RawNode.Group likely = each(
                info,
                "certainty",
                certainty -> certainty instanceof RawNode.Text text
                                && CapText.strip(text.text()).equals("Very Likely")
                        ? new RawNode.Text("Likely", false)
                        : certainty);
        if (!first) {
            return likely;
        }
        RawNode.Group named = each(each(likely, "parameter", CapVersions::named), "eventCode", CapVersions::named);
        RawNode.Group areas = each(
                named,
                "area",
                area -> area instanceof RawNode.Group group ? each(group, "geocode", CapVersions::named) : area);
        return areas.members().containsKey("category") ? areas : with(areas, "category", "Other");
    }

    /** {@code name=value} */
    private static RawNode named(RawNode node) {
        if (!(node instanceof RawNode.Text text) || text.text().indexOf('=') < 0) {
            return node;
        }
        int at = text.text().indexOf('=');
        Map<String, List<RawNode>> members = new LinkedHashMap<>();
        members.put("valueName", List.of(new RawNode.Text(text.text().substring(0, at), false)));
        members.put("value", List.of(new RawNode.Text(text.text().substring(at + 1), false)));
        return new RawNode.Group(members, "");
    }

    /** Without a scope it is for those whom it addresses, and else for all; its password is nothing to keep. */
    private static RawNode.Group scoped(RawNode.Group alert) {
        Map<String, List<RawNode>> members = new LinkedHashMap<>(alert.members());
        members.remove("password");
        RawNode.Group known = new RawNode.Group(members, alert.strayText());
        return members.containsKey("scope")
                ? known
                : with(known, "scope", members.containsKey("addresses") ? "Private" : "Public");
    }

    /**
     * A reference of 1.0 has no {@code sent} and cannot be looked up. An Update then names nothing, and is held for a
     * person, who reads it in the note; a Cancel is refused.
     */
    private static RawNode.Group unreferenced(RawNode.Group alert) {
        List<RawNode> references = alert.members().getOrDefault("references", List.of());
        boolean triples = references.stream()
                .allMatch(node -> node instanceof RawNode.Text text
                        && CapText.strip(text.text()).matches("\\S+,\\S+,\\S+(\\s+\\S+,\\S+,\\S+)*"));
        if (triples) {
            return alert;
        }
        Map<String, List<RawNode>> members = new LinkedHashMap<>(alert.members());
        members.remove("references");
        String said = references.get(0) instanceof RawNode.Text text ? CapText.strip(text.text()) : "";
        RawNode.Group without = new RawNode.Group(members, alert.strayText());
        return members.containsKey("note") ? without : with(without, "note", "references: " + said);
    }

    private static RawNode.Group each(RawNode.Group group, String name, Function<RawNode, RawNode> change) {
        if (!group.members().containsKey(name)) {
            return group;
        }
        Map<String, List<RawNode>> members = new LinkedHashMap<>(group.members());
        List<RawNode> changed = new ArrayList<>();
        members.get(name).forEach(node -> changed.add(change.apply(node)));
        members.put(name, changed);
        return new RawNode.Group(members, group.strayText());
    }

    private static RawNode.Group with(RawNode.Group group, String name, String text) {
        Map<String, List<RawNode>> members = new LinkedHashMap<>(group.members());
        members.put(name, List.of(new RawNode.Text(text, false)));
        return new RawNode.Group(members, group.strayText());
    }
}
