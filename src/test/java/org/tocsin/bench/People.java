package org.tocsin.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;

/** A directory of generated people with WhatsApp and e-mail, so that no SMS provider is in the way. */
final class People {
    /** Everybody. */
    static final String GROUP = "bench";
    /** One of them. */
    static final String SINGLE = "bench-one";

    /** The ranges that ARCEP keeps for fiction, 10,000 numbers each: nobody has them. For more people, see below. */
    private static final String[] RANGES = {"+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998"};

    private static final int FICTIONAL = RANGES.length * 10_000;

    /** Of a crowd: every tenth person. */
    static final String TENTH = "bench-tenth";
    /** Of a crowd: every fifth person. */
    static final String FIFTH = "bench-fifth";

    /** South-western corner and side, in degrees, of the square that a crowd lives in, evenly spread. */
    static final double SOUTH = 45;

    static final double WEST = 3;
    static final double SIDE = 1;

    private People() {}

    static Path write(Path file, int people) throws IOException {
        return write(file, people, i -> (i == 0 ? GROUP + ";" + SINGLE : GROUP) + ",,");
    }

    /** With homes and smaller groups. */
    static Path writeCrowd(Path file, int people) throws IOException {
        Random homes = new Random(1);
        return write(file, people, i -> {
            String groups = GROUP
                    + (i == 0 ? ";" + SINGLE : "")
                    + (i % 10 == 0 ? ";" + TENTH : "")
                    + (i % 5 == 1 ? ";" + FIFTH : "");
            double lat = SOUTH + SIDE * homes.nextDouble();
            double lon = WEST + SIDE * homes.nextDouble();
            return String.format(Locale.ROOT, "%s,%.6f,%.6f", groups, lat, lon);
        });
    }

    /** A ring of so many corners, closed, round the middle of the crowd's square, that holds this share of it: CAP's words. */
    static String ring(int corners, double share) {
        double radius = SIDE * Math.sqrt(share / Math.PI);
        StringBuilder ring = new StringBuilder();
        for (int i = 0; i <= corners; i++) {
            double angle = 2 * Math.PI * (i % corners) / corners;
            ring.append(String.format(
                    Locale.ROOT,
                    "%s%.6f,%.6f",
                    i == 0 ? "" : " ",
                    SOUTH + SIDE / 2 + radius * Math.sin(angle),
                    WEST + SIDE / 2 + radius * Math.cos(angle)));
        }
        return ring.toString();
    }

    private static Path write(Path file, int people, IntFunction<String> groupsAndHome) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("id,name,language,phone,email,groups,lat,lon,opt_in\n");
            for (int i = 0; i < people; i++) {
                out.write("b%05d,Bench %05d,%s,%s,b%05d@people.example.org,%s,whatsapp;email%n"
                        .formatted(i, i, language(i), phone(i), i, groupsAndHome.apply(i)));
            }
        }
        return file;
    }

    static String language(int person) {
        return person % 2 == 0 ? "en" : "fr";
    }

    /** Beyond the fictional ones: area codes of North America that begin with 0, which no number has or can get. */
    static String phone(int person) {
        return person < FICTIONAL
                ? RANGES[person % RANGES.length] + "%04d".formatted(person / RANGES.length)
                : "+10%09d".formatted(person);
    }
}
