package org.tocsin.directory;

import java.util.List;

/**
 * One person to be told. Contacts who share a first phone number are one person.
 *
 * @param personId stable, from the directory
 * @param language BCP 47
 * @param channels those with a usable address and consent, in alphabetical order
 */
public record Member(long personId, String language, List<String> channels) {}
