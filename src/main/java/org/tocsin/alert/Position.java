package org.tocsin.alert;

/** Degrees, WGS 84: latitude −90..90, longitude −180..180. */
public record Position(double latitude, double longitude) {}
