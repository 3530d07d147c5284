package org.tocsin.alert;

/** A CAP 1.2 {@code valueName}/{@code value} pair: an {@code eventCode}, {@code parameter} or {@code geocode}. */
public record Value(String valueName, String value) {}
