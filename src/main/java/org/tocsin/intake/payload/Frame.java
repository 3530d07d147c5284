package org.tocsin.intake.payload;

/**
 * A frame of LoRaWAN.
 *
 * @param session of the device with its network: its counters begin anew with another one
 * @param counter one more for each frame of the session
 */
public record Frame(String session, long counter) {}
