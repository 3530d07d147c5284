package org.tocsin.alert;

/** A centre and a radius in kilometres. */
public record Circle(Position centre, double radiusKm) {}
